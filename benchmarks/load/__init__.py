"""Two hundred people at once, against production as the unit files start it."""
