"""What is to be done in all cases."""
