"""Every part of the look in every state. Demo and tests only."""
