"""`make advisories` finds what concerns a locked version, and never takes a check that did not happen for a good one."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tools import advisories
from tools.locked import locked

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def record(name: str = "authlib", modified: str = "2026-11-29T00:00:00Z", **part: Any) -> dict[str, Any]:
    affected = {"package": {"ecosystem": "PyPI", "name": name}, **part}
    return {"id": "PYSEC-1", "modified": modified, "affected": [affected]}


def events(*pairs: tuple[str, str], kind: str = "ECOSYSTEM") -> list[dict[str, Any]]:
    return [{"type": kind, "events": [{name: at} for name, at in pairs]}]


@pytest.mark.parametrize(
    ("part", "concerned"),
    [
        ({"versions": ["1.9.9"]}, True),
        ({"versions": ["1.9.8"]}, False),
        ({"ranges": events(("introduced", "0"))}, True),
        ({"ranges": events(("introduced", "0"), ("fixed", "1.9.10"))}, True),
        ({"ranges": events(("introduced", "0"), ("fixed", "1.9.9"))}, False),
        ({"ranges": events(("introduced", "1.9.10"))}, False),
        ({"ranges": events(("introduced", "0"), ("last_affected", "1.9.9"))}, True),
        ({"ranges": events(("introduced", "0"), ("last_affected", "1.9.8"))}, False),
        ({"ranges": events(("introduced", "0"), ("fixed", "1.2"), ("introduced", "1.9.9"), ("fixed", "2"))}, True),
        ({"ranges": events(("introduced", "0"), ("fixed", "1.2"), ("introduced", "2"), ("fixed", "2.1"))}, False),
        ({"ranges": events(("fixed", "2"), ("introduced", "1.9.9"), ("introduced", "0"), ("fixed", "1.9.9"))}, True),
        ({"ranges": events(("introduced", "0"), kind="GIT")}, False),
        ({"ranges": events(("introduced", "what"))}, True),
        ({"ranges": [{"type": "ECOSYSTEM"}]}, True),
        ({}, False),
    ],
)
def test_a_range_is_evaluated_as_osv_says(part: dict[str, Any], concerned: bool) -> None:
    """A range that cannot be read concerns every version."""
    assert bool(advisories.concerning([record(**part)], {"authlib": "1.9.9"}, NOW, 30)) == concerned


def test_names_are_compared_in_their_normal_form_and_ecosystems_too() -> None:
    found = {"typing-extensions": "4.16.0", "lodash": "1"}
    assert advisories.concerning([record("Typing_Extensions", versions=["4.16.0"])], found, NOW, 30) == {"typing-extensions": ["PYSEC-1"]}
    other = record(versions=["1"])
    other["affected"][0]["package"] = {"ecosystem": "npm", "name": "lodash"}
    assert advisories.concerning([other], found, NOW, 30) == {}


def test_a_withdrawn_advisory_does_not_count() -> None:
    assert advisories.concerning([{**record(versions=["1"]), "withdrawn": "2026-01-01T00:00:00Z"}], {"authlib": "1"}, NOW, 30) == {}


@pytest.mark.parametrize(
    "found", [[], [record(modified="2026-10-30T23:00:00Z")], [record(modified="2021-01-01T00:00:00Z", versions=["1"])]]
)
def test_an_old_or_empty_snapshot_is_refused(found: list[dict[str, Any]]) -> None:
    """Even if it has a finding: the newest record says how old the rest is."""
    with pytest.raises(advisories.Unusable):
        advisories.concerning(found, {"authlib": "1"}, NOW, 30)


def snapshot(folder: Path, *found: object) -> Path:
    with zipfile.ZipFile(folder / "all.zip", "w") as into:
        for number, one in enumerate(found):
            into.writestr(f"{number}.json", json.dumps(one))
    return folder / "all.zip"


@pytest.mark.parametrize("broken", [["a"], None, {"id": "x"}, {"id": "x", "modified": "yesterday"}, {"id": "x", "modified": 5}])
def test_a_snapshot_with_something_else_in_it_is_not_a_good_answer(tmp_path: Path, broken: object) -> None:
    assert advisories.check(snapshot(tmp_path, record(), broken), NOW) == 2


def test_the_command_ends_with_1_for_a_finding_and_2_without_a_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The versions are those of the lock. An accepted advisory is no finding."""
    found = snapshot(tmp_path, record(versions=[locked()["authlib"]]))
    assert advisories.check(found, NOW) == 1
    assert "PYSEC-1" in capsys.readouterr().err
    monkeypatch.setattr(advisories, "ACCEPTED", {"PYSEC-1": "a test"})
    assert advisories.check(found, NOW) == 0
    assert advisories.check(snapshot(tmp_path, record(versions=["0.1"])), NOW) == 0
    assert "PYSEC-1 in ACCEPTED" in capsys.readouterr().out
    assert advisories.check(found, NOW + timedelta(days=30)) == 2
    assert advisories.check(tmp_path / "none.zip", NOW) == 2
    (tmp_path / "text.zip").write_text("no archive")
    assert advisories.check(tmp_path / "text.zip", NOW) == 2


def test_accepted_advisories_are_told_to_uv_and_its_status_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its status is 2 if osv.dev does not answer."""
    said, program = tmp_path / "said", tmp_path / "uv"
    program.write_text(f'#!/bin/sh\necho "$@" > {said}\nexit 2\n')
    program.chmod(0o755)
    monkeypatch.setattr(advisories, "UV", str(program))
    monkeypatch.setattr(advisories, "ACCEPTED", {"PYSEC-2": "a test", "CVE-1": "another"})
    assert advisories.ask() == 2
    assert said.read_text().split()[-4:] == ["--ignore", "PYSEC-2", "--ignore", "CVE-1"]
