"""Casework: case management for legal aid in immigration detention. The rooms and their floors: docs/house.md."""
