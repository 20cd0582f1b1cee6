"""What starts, stops and prepares an installation. Nothing in here is imported by the product."""
