"""Bringing a spreadsheet of people: upload, columns, what is wrong with it, importing it, taking it back."""
