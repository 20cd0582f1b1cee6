"""The cases one may see."""
