"""Two addresses for whoever watches the installation."""
