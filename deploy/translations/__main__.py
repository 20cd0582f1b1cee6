"""The commands `extract`, `check` and `compile`."""

import argparse
import sys
from pathlib import Path

from deploy import translations
from deploy.translations.catalogs import ROOT


def extract(root: Path) -> int:
    """Brings the catalogs up to the source, and says what became of each."""
    try:
        changes = translations.update_catalogs(root)
    except translations.SourceError as error:
        print(error)
        return 1
    for locale, (new, gone) in changes.items():
        print(f"{locale}: {new} new, {gone} gone")
    return 0


def check(root: Path) -> int:
    """Names each problem."""
    wrong = translations.problems(root)
    print("\n".join([*wrong, f"{len(wrong)} to mend"]) if wrong else "Every string is translated.")
    return 1 if wrong else 0


def compile_all(root: Path) -> int:
    """Writes what Django reads."""
    print(f"{translations.compile_catalogs(root)} written")
    return 0


COMMANDS = {"extract": extract, "check": check, "compile": compile_all}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.translations", description=translations.__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--root", type=Path, default=ROOT, help="another tree than this one")
    chosen = parser.parse_args(arguments)
    return COMMANDS[chosen.command](chosen.root)


if __name__ == "__main__":
    sys.exit(main())
