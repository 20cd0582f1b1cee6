"""What was done and what was seen, append-only.

Knows nobody: actors, organizations and objects are plain ids. Never holds a value in clear.
"""
