"""Today: what needs doing, first thing in the morning."""
