"""The commands `extract`, `check` and `compile`."""

import argparse
import sys

from deploy import translations


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.translations", description=translations.__doc__)
    parser.add_argument("command", choices=["extract", "check", "compile"])
    command = parser.parse_args().command
    if command == "extract":
        try:
            changes = translations.update_catalogs()
        except translations.SourceError as error:
            print(error)
            return 1
        for locale, (new, gone) in changes.items():
            print(f"{locale}: {new} new, {gone} gone")
    elif command == "compile":
        print(f"{translations.compile_catalogs()} written")
    else:
        wrong = translations.problems()
        print("\n".join([*wrong, f"{len(wrong)} problems"]) if wrong else "Every string is translated.")
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
