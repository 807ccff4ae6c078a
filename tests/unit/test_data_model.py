"""docs/data-model.md lists exactly the kinds of items that the store has, each with its table."""

from __future__ import annotations

import re
from pathlib import Path

from idp.store.tables import BY_TIME, LISTING
from tests.support.item_kinds import kinds

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-model.md").read_text(encoding="utf-8")


def test_every_kind_is_on_the_page() -> None:
    """Each kind is listed with its table."""
    items = PAGE.partition("## Items")[2].partition("| index |")[0]
    assert set(re.findall(r"^\| `(\w+)` \| (\w+) \| `", items, re.MULTILINE)) == set(kinds())


def test_every_index_is_on_the_page() -> None:
    """Each index is listed with its two key attributes."""
    for name, partition, sort in (LISTING, BY_TIME):
        assert re.search(rf"^\| `{name}` \| (directory|state) \| `{partition}` [^|]*`{sort}` ", PAGE, re.MULTILINE), name
