"""`make package` adds the folder `files` of the operator to the archive of the functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools import package

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_files_of_the_operator_are_packed_if_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function finds them at the same relative path. Without the folder nothing is added."""
    root = tmp_path / "checkout"
    (root / "idp").mkdir(parents=True)
    monkeypatch.setattr(package, "ROOT", root)
    what = package.Archive(("idp",), files="files")
    for name, expected in (("without", False), ("with", True)):
        folder = tmp_path / name
        folder.mkdir()
        package.add_ours(folder, what)
        assert (folder / "files" / "breached").exists() == expected
        (root / "files").mkdir(exist_ok=True)
        (root / "files" / "breached").write_bytes(b"x")
    assert package.ARCHIVES["api"].files == "files"
    assert not package.ARCHIVES["authorizer"].files
