"""Entering the demo as one of the cast."""
