"""The walls inside the database, attacked in plain SQL as the application's own role."""
