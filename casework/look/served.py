"""Which static files browsers get."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class ServedFilesConfig(StaticFilesConfig):
    """Leaves out the fonts and styles of paper, and the parts of libraries that no page asks for."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "fonts", "paper", "paper.css", "htmx-4*", "htmax-4*", "ext"]
