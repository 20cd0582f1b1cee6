"""`python -m deploy.readme`: writes the tables of README.md anew, from the cast and from the rules of access."""

import json
from pathlib import Path

from casework.access import rules

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ROLES = {"admin": "administrator", "attorney": "attorney", "paralegal": "paralegal", "volunteer": "intake volunteer"}


def cast() -> str:
    """Everybody that the demo can be entered as."""
    file = json.loads((ROOT / "fixtures" / "cast.json").read_text(encoding="utf-8"))
    names = {one["short_name"]: one["name"] for one in file["organizations"]}
    lines = ["| enter as | who is |", "| --- | --- |"]
    for person in file["people"]:
        places = [
            f"{' and '.join(ROLES[role] for role in place['roles'])}, {names[place['organization']]}"
            for place in person["memberships"]
        ]
        lines.append(f"| {person['name']} | {'; '.join(places)} |")
    return "\n".join(lines)


def filled(text: str) -> str:
    """The text with what stands between each pair of markers as it should be. Raises ValueError without the markers."""
    for name, table in (("cast", cast()), ("roles", rules.table())):
        begin, end = f"<!-- {name}: make readme -->", f"<!-- {name}: end -->"
        before, found, rest = text.partition(begin)
        _former, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"README.md has no pair of markers for {name}.")
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
