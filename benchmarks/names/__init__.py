"""Invented people and the ways in which their names are written wrong, to measure the search by name."""
