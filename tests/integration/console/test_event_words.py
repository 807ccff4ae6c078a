"""Each kind of event of the trail has words in the console."""

from __future__ import annotations

import re
from pathlib import Path

from idp.domain.events.catalogue import OF_AUDIT
from idp.domain.moving.import_job import Status
from idp.http.console.event_words import WORDS

ROOT = Path(__file__).resolve().parents[3]
_ACT = re.compile(r"\.(?:act|act_parts|act_on_all|record|record_part|once_part|record_item|_event)\(\s*\"([a-z_]+\.[a-z_]+)\"")
_COMMAND = re.compile(r"write_event\(\s*[a-z]+,\s*\"([a-z_]+\.[a-z_]+)\"")


def test_each_known_kind_of_event_has_words() -> None:
    assert [type_ for type_ in OF_AUDIT if type_ not in WORDS] == []


def test_each_end_of_an_import_has_words() -> None:
    """The worker makes the type from the state."""
    assert [state for state in (Status.FINISHED, Status.FAILED, Status.CANCELLED) if f"import.{state.value}" not in WORDS] == []


def test_each_kind_of_event_that_the_code_writes_has_words() -> None:
    """Also one that the catalogue does not name, such as those of commands."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "idp").rglob("*.py")]
    found = {type_ for text in texts for pattern in (_ACT, _COMMAND) for type_ in pattern.findall(text)}
    assert len(found) > 100
    assert sorted(found - WORDS.keys()) == []
