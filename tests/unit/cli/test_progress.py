"""The progress bar of tasks that take longer than a second."""

from __future__ import annotations

import pytest

from idp.cli import progress


def test_a_task_below_one_second_shows_no_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred items in less than a second, also if the machine pauses between two of them."""
    monkeypatch.setattr(progress, "_SECOND", 60.0)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.progress("backup", 100) as seen:
        for _ in range(100):
            seen()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("often", [-1.0, 60.0])
@pytest.mark.parametrize("total", [4, 1, None])
def test_a_longer_task_shows_a_bar_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], total: int | None, often: float
) -> None:
    """Also if the estimated total is wrong. Standard output stays empty."""
    monkeypatch.setattr(progress, "_SECOND", -1.0)
    monkeypatch.setattr(progress, "_OFTEN", often)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.progress("backup", total) as seen:
        for _ in range(3):
            seen()
    out, err = capsys.readouterr()
    assert out == ""
    assert "backup" in err


def test_a_log_file_gets_no_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard error is no terminal: not even an empty line is written."""
    monkeypatch.setattr(progress, "_SECOND", -1.0)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    with progress.progress("backup", 3) as seen:
        for _ in range(3):
            seen()
    assert capsys.readouterr() == ("", "")
