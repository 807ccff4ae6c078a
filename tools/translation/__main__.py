"""Keeps the catalogues of languages.

    make languages                              # take new texts over into each catalogue, check, compile
    python -m tools.translation add fr          # begin the catalogue of a language
    python -m tools.translation compile         # check and compile; what `make setup`, `make dev` and `make package` do
    python -m tools.translation gaps            # what is not translated, or stale

A translation that lost a placeholder stops the compilation. A text that is not translated yet does not: it is shown in English.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from idp.domain.languages import NAMES
from tools.translation.catalogues import LANGUAGES, LOCALES, existing, po_of, read, template, update
from tools.translation.compilation import BrokenCatalogueError, compile_all
from tools.translation.rules import gaps


def main() -> int:
    """Run one command. Return the exit code."""
    options = argparse.ArgumentParser(
        prog="python -m tools.translation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = options.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="take new texts over, check, compile, and say what is not translated")
    commands.add_parser("compile", help="check and compile").add_argument("--folder", type=Path, default=LOCALES, help="of the catalogues")
    commands.add_parser("gaps", help="say what is not translated or stale; exit code 1 if there is something")
    commands.add_parser("add", help="begin a catalogue").add_argument("language", choices=LANGUAGES)
    chosen = options.parse_args()
    if chosen.command == "add":
        update(chosen.language, template())
        print(f"{po_of(chosen.language)}: fill in each msgstr, then: make languages")
        return 0
    if chosen.command == "update":
        found = template()
        for language in existing():
            update(language, found)
    if chosen.command != "gaps":
        try:
            compile_all(chosen.folder if chosen.command == "compile" else LOCALES)
        except BrokenCatalogueError as broken:
            print(f"\033[31mA translation is broken. Nothing was compiled.\033[0m\n{broken}", file=sys.stderr)
            return 1
    return _report() if chosen.command in {"gaps", "update"} else 0


def _report() -> int:
    found, missing = template(), 0
    for language in existing():
        lines = list(gaps(language, read(po_of(language)), found))
        missing += len(lines)
        print(f"{language:6} {NAMES[language]:20} {len(found) - len(lines)} of {len(found)} texts")
        print("".join(f"  {line}\n" for line in lines), end="")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
