"""Reading YAML as plain texts: no word becomes a truth value, a number or a date, and no key stands twice."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the one in C is ten times as fast


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, at which key."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}"


class Invalid(ValueError):
    """The files cannot be used; `problems` says all that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _Loader(_Base):  # type: ignore[misc]
    """As the base loader, but refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _value in node.value]
        twice = sorted({str(one) for one in names if names.count(one) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"`{twice[0]}` stands twice", node.start_mark)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def plain(path: Path) -> dict[str, Any]:
    """What stands in the file: mappings, lists and texts. Raises Invalid."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # texts only
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f"line {mark.line + 1}" if mark else "-"
        raise Invalid([Problem(path.name, at, str(getattr(error, "problem", error)))]) from error
    if not isinstance(found, dict):
        raise Invalid([Problem(path.name, "-", "is no mapping")])
    return found
