"""Rules for deadlines: what if a decision is served on some day, the rules themselves, sign-offs, closed days."""
