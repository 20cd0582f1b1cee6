"""Reading the house's own source."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "casework"


def rooms() -> list[str]:
    """The rooms that stand."""
    return sorted(folder.parent.name for folder in PACKAGE.glob("*/__init__.py"))


def sources(pattern: str = "**/*.py") -> Iterator[tuple[str, ast.Module]]:
    """Path (from the top) and syntax tree of each file of the product, migrations left out."""
    for file in sorted(PACKAGE.glob(pattern)):
        if "migrations" not in file.parts:
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def templates() -> Iterator[tuple[str, str]]:
    """Path and text of each template."""
    for file in sorted((ROOT / "templates").rglob("*.*")):
        yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")
