"""What README.md and docs/ point at is there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.rooms import ROOT

FENCED = re.compile(r"^ *(```|~~~).*?^ *\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# [words](address "title"), [words]: address, <img src="address">, <source srcset="address"> and <a href="address">.
ADDRESS = re.compile(
    r"\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*<?(\S+?)>?\s*$|(?:src|srcset|href)=\"([^\"]+)\"", re.MULTILINE
)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)


def addresses(text: str) -> Iterator[str]:
    """Each relative address that a document links to or shows, without its anchor."""
    for match in ADDRESS.finditer(FENCED.sub("", text)):
        address = next(filter(None, match.groups()))
        if not ELSEWHERE.match(address):
            yield address.partition("#")[0]


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_picture_resolves(document: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tracked = {ROOT / line for line in listed.splitlines()}
    missing = []
    for address in addresses(document.read_text(encoding="utf-8")):
        target = (document.parent / address).resolve()
        if not target.is_relative_to(ROOT) or not (target in tracked or target.exists()):
            missing.append(address)
    assert missing == []


def test_links_are_found_and_code_is_left_out() -> None:
    text = """[a](one.md) ![b](two.png "Two") [c](three.md#part) [d](https://example.org) [e](#here)
[f]: four.md
<img src="five.png"><source srcset="nine.png"> `[g](six.md)`
```
[h](seven.md)
```
"""
    assert list(addresses(text)) == ["one.md", "two.png", "three.md", "four.md", "five.png", "nine.png"]
