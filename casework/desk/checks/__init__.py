"""The queue of look-ups: whose place is due, and who has taken it."""
