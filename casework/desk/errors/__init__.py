"""What stands there when something is not found, not allowed, or broken."""
