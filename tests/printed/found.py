"""Find the command lines in Markdown and in the output of `make help`."""

from __future__ import annotations

import re
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("make", "idp", "pip", "npm", "npx", "uv", "uvicorn", "curl", "aws", "git", "python", "osls", "opa", "docker")
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
# A target without arguments is only a name: tests/unit/test_links.py checks it.
_COMMAND = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?!make [a-z-]+$)(?:{'|'.join(PROGRAMS)}) .+", re.DOTALL)
_TARGET = re.compile(r"make [a-z-]+(?: [A-Z]+=(?:\"[^\"]*\"|[^\s·)]+))+")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Printed:
    """One command line or block of lines, and its page. `block`: it is fenced, so that readers copy it."""

    page: str
    text: str
    block: bool

    def __str__(self) -> str:
        """The test's id."""
        return f"{self.page}: {self.text.strip().splitlines()[0][:60]}"


def pages() -> list[str]:
    """Return every page for users, by its path in the repository."""
    names = ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/**/*.md", "examples/**/*.md", "packages/**/*.md"]
    return sorted(str(path.relative_to(ROOT)) for name in names for path in ROOT.glob(name) if "node_modules" not in path.parts)


def commands() -> list[Printed]:
    """Return each text once, with the first page that prints it. A block is preferred to a line within a sentence."""
    found = [each for page in pages() for each in _of_page(page)] + _of_help()
    once: dict[str, Printed] = {}
    for each in sorted(found, key=lambda one: not one.block):
        once.setdefault(each.text, each)
    return list(once.values())


def fences(page: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the text of each fenced block."""
    for found in _FENCE.finditer((ROOT / page).read_text(encoding="utf-8")):
        yield found[2], textwrap.dedent(found[3])


def _of_page(page: str) -> Iterator[Printed]:
    for language, text in fences(page):
        if language == "sh":
            yield Printed(page, text, block=True)
    prose = _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for found in _SPAN.finditer(prose):
        if _COMMAND.fullmatch(found[1]):
            yield Printed(page, " ".join(found[1].split()), block=False)


def _of_help() -> list[Printed]:
    said = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [Printed("make help", found[0], block=False) for found in _TARGET.finditer(_COLOUR.sub("", said))]
