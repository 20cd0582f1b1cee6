"""A coalition of any size: 60 organizations, of which the asker's has 10,000 cases whatever the others have."""
