"""Files that no reader of people or apps can read, by their first bytes: the sentence says what to do with them."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from idp.domain.moving import beginning, own_export
from idp.domain.moving.clients import auth0, keycloak
from idp.domain.moving.person import BrokenFileError
from idp.services.moving.formats import FORMATS, reader

if TYPE_CHECKING:
    from collections.abc import Callable

GZIP = gzip.compress(b'{"email": "ada@example.com"}\n', mtime=0)
WRONG = {
    b"": "The file is empty.",
    GZIP: "The file is packed with gzip. Unpack it first.",
    "email\nada@example.com\n".encode("utf-16"): "The text is UTF-16, as PowerShell writes it. Save it as UTF-8.",
}


def zipped() -> bytes:
    """An archive with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("users.json", "[]")
    return made.getvalue()


def refusal(call: Callable[[], object]) -> str:
    """The sentence of a refusal."""
    with pytest.raises(BrokenFileError) as refused:
        call()
    return refused.value.description


@pytest.mark.parametrize(("content", "said"), [*WRONG.items(), (zipped(), "The file is packed with zip. Unpack it first.")])
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_what_to_do_with_the_file(name: str, content: bytes, said: str) -> None:
    """Instead of an unreadable row for each line, or none at all."""
    assert refusal(lambda: list(reader(name, {})(io.BytesIO(content)))) == said


@pytest.mark.parametrize(("content", "said"), WRONG.items())
def test_apps_and_our_own_export_say_the_same(content: bytes, said: str) -> None:
    assert refusal(lambda: list(auth0.read(io.BytesIO(content)))) == said
    assert refusal(lambda: list(keycloak.read(io.BytesIO(content)))) == said
    assert refusal(lambda: own_export.head(io.BytesIO(content))) == said


def test_a_further_file_is_named_by_its_option() -> None:
    """An empty file of hashes would import all people without a password."""
    users, hashes = io.BytesIO(b"{}\n"), io.BytesIO(b"")
    assert refusal(lambda: list(reader("auth0", {"hashes": hashes})(users, hashes=hashes))) == (
        "--hashes: The file is empty. Nothing was read."
    )


def test_nothing_of_a_text_is_lost() -> None:
    """Neither of a file, nor of a pipe, which cannot go back."""
    behind, front = os.pipe()
    os.write(front, b"email\nada@example.com\n")
    os.close(front)
    with os.fdopen(behind, "rb") as pipe:
        beginning.check(pipe)
        assert pipe.read() == b"email\nada@example.com\n"
    file = io.BytesIO(b"\xef\xbb\xbfemail")
    beginning.check(file)
    assert file.read() == b"\xef\xbb\xbfemail"
