"""The family's window."""
