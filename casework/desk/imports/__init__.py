"""Bringing a spreadsheet."""
