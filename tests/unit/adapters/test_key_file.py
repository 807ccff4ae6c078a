"""The key file of development: one key, also after concurrent first starts, and never a partial one."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.adapters.key_file import KeyFile, KeyFileError
from tests.store.race import crowd

PLAIN = bytes(range(32))


def test_concurrent_first_starts_share_one_key(tmp_path: Path) -> None:
    """Each process may be the first. Each one unwraps what any other wrapped. No other file is left in the folder."""

    def race(path: Path) -> None:
        files = [KeyFile(str(path)) for _ in range(8)]
        wrapped = crowd(len(files), lambda n: files[n].wrap(PLAIN))
        assert {file.unwrap(one) for file in files for one in wrapped} == {PLAIN}
        assert list(path.parent.iterdir()) == [path]

    for number in range(50):
        race(tmp_path / f"{number}" / "key")


def test_only_the_owner_can_read_the_key_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    KeyFile(str(path)).wrap(PLAIN)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32


@pytest.mark.parametrize("held", [b"", b"k" * 31, b"k" * 33], ids=["nothing", "too little", "too much"])
def test_a_key_file_of_a_wrong_length_is_an_error(tmp_path: Path, held: bytes) -> None:
    """The error says what to set, for wrapping and unwrapping. The file is not changed."""
    path = tmp_path / "key"
    path.write_bytes(held)
    for act in (KeyFile(str(path)).wrap, KeyFile(str(path)).unwrap):
        with pytest.raises(KeyFileError, match="IDP_KEY_FILE"):
            act(PLAIN)
    assert path.read_bytes() == held


def test_another_key_file_unwraps_nothing(tmp_path: Path) -> None:
    wrapped = KeyFile(str(tmp_path / "one")).wrap(PLAIN)
    with pytest.raises(KeyFileError, match="does not open"):
        KeyFile(str(tmp_path / "other")).unwrap(wrapped)
