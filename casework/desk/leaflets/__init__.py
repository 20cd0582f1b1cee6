"""Sheets for families, and the list of places to refer people to: read, printed, sent, edited."""
