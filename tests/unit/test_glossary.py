"""docs/glossary.md explains each word once, and each file and folder that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
WORDS = [word.strip() for first, _, _ in ROWS if first not in {"word", "---"} for word in first.split(",")]
NEEDED = (
    "grant", "session", "sid", "factor", "handle", "sealing", "app", "client", "person", "user", "incarnation", "stamp", "family",
    "generation", "grace", "decoy", "store", "adapter", "data key", "connection", "scope", "resource", "assertion", "delivery", "device",
    "lock", "attempt", "liveness",
)  # fmt: skip
"""Words that code and pages use in a sense of their own."""


def test_no_word_is_explained_twice() -> None:
    assert len(WORDS) == len(set(WORDS)) > 50


@pytest.mark.parametrize("word", NEEDED)
def test_a_word_is_explained(word: str) -> None:
    assert word in WORDS


def test_every_named_file_exists() -> None:
    """Files and folders under idp/ and migrations/."""
    for named in re.findall(r"`((?:idp|migrations)/[^`]*)`", PAGE):
        assert (ROOT / named).exists(), named
