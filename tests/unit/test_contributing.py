"""CONTRIBUTING.md names files and functions that exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = re.sub(r"```.*?```", "", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), flags=re.DOTALL)
SECTIONS = [section for section in re.split(r"\n(?=## )", TEXT) if "`" in section]
NOT_TRACKED = {".artefacts/screenshots", "/dev/outbox", "/dev/preview", "tests/functions/test_scratch.py"}
"""A folder that a test makes, addresses of the development server, and a file that the reader does not commit."""
FREE = re.compile(r"NAME|NNNN|IDP_X_Y|x_y")
"""Placeholders for the name that the reader chooses."""
SOURCES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    if name.endswith((".py", ".html", ".yml")) and (ROOT / name).exists()
}


def quoted(section: str) -> list[str]:
    """The texts between backticks in a section."""
    return [" ".join(word.split()) for word in re.findall(r"`([^`]+)`", section)]


def is_path(word: str) -> bool:
    return "/" in word and re.fullmatch(r"[\w./-]+", word) is not None


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.partition("\n")[0])
def test_every_path_exists(section: str) -> None:
    """A path with a placeholder is in a folder that exists."""
    for word in quoted(section):
        if is_path(word) and word not in NOT_TRACKED:
            place = ROOT / word
            assert place.parent.exists() if FREE.search(word) else place.exists(), word


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.partition("\n")[0])
def test_every_name_is_in_a_file_that_the_section_names(section: str) -> None:
    """If the section names no file, it is in any file. Short words, such as `t` or `run`, are not looked for."""
    words = quoted(section)
    places = [word.rpartition("/")[0] if FREE.search(word) else word for word in words if is_path(word)]
    files = [name for name in SOURCES for place in places if name == place or name.startswith(f"{place}/")]
    for word in words:
        name = re.match(r"@?([A-Za-z_]\w{3,})(?:\(|$)", word)
        if name is None or FREE.search(word) or word.startswith("IDP_") or (ROOT / word).is_dir():
            continue
        looked_at = [SOURCES[file] for file in files] or SOURCES.values()
        assert any(re.search(rf"\b{name[1]}\b", source) for source in looked_at), word
