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
# A target alone is the name of one: tests/unit/test_links.py looks for it.
_COMMAND = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?!make [a-z-]+$)(?:{'|'.join(PROGRAMS)}) .+", re.DOTALL)
_TARGET = re.compile(r"make [a-z-]+(?: [A-Z]+=(?:\"[^\"]*\"|[^\s·)]+))+")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Printed:
    """One command line, or one block of them, and the page that prints it. `block`: it is fenced, so it is meant to be copied."""

    page: str
    text: str
    block: bool

    def __str__(self) -> str:
        """Name it in the test's id."""
        return f"{self.page}: {self.text.strip().splitlines()[0][:60]}"


def pages() -> list[str]:
    """Every page for users, by its path in the repository."""
    names = ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/**/*.md", "examples/**/*.md", "packages/**/*.md"]
    return sorted(str(path.relative_to(ROOT)) for name in names for path in ROOT.glob(name) if "node_modules" not in path.parts)


def commands() -> list[Printed]:
    """All of them, each text once: the first page that prints it counts, and a block counts before a line within a sentence."""
    found = [each for page in pages() for each in _of_page(page)] + _of_help()
    once: dict[str, Printed] = {}
    for each in sorted(found, key=lambda one: not one.block):
        once.setdefault(each.text, each)
    return list(once.values())


def fences(page: str) -> Iterator[tuple[str, str]]:
    """The language and the text of each fenced block."""
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
