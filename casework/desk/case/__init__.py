"""One case: its page, and who can see it."""
