"""The store of a running development server. Commands reach it through a socket that only the folder's owner may use."""

from __future__ import annotations

import socket
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from idp.cli import store_trouble
from idp.cli.local import shared_store
from idp.cli.local.shared_store import SOCKET, SharedStore, find_running_store, share_store
from idp.store.transport import NoAnswer, Raw, Refusal

ITEM = {"pk": {"S": "USER#é"}, "blob": {"B": b"\x00\xff"}, "blobs": {"BS": [b"\x01"]}, "n": {"N": "1"}}


class Store:
    """A store that returns the request and refuses deletions."""

    def call(self, operation: str, request: Raw) -> Any:
        if operation == "DeleteItem":
            raise Refusal("ConditionalCheckFailedException", {"Error": {"Message": "no"}, "Item": ITEM})
        return {"operation": operation, "Item": request["Item"], "at": datetime(2026, 1, 1, tzinfo=UTC)}


class Waiting(Store):
    """A store that answers when `over` is set. It sets `asked` before."""

    def __init__(self, over: threading.Event, asked: threading.Event | None = None) -> None:
        self._over, self._asked = over, asked or threading.Event()

    def call(self, operation: str, request: Raw) -> Any:
        self._asked.set()
        assert self._over.wait(60)
        return super().call(operation, request)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A relative path, as the server uses it, because the address of a socket is limited to a hundred characters."""
    monkeypatch.chdir(tmp_path)
    made = Path(".idp")
    made.mkdir(mode=0o700)
    return made


def test_a_call_gets_the_answer_of_the_store(folder: Path) -> None:
    """Binary values and times too."""
    with share_store(Store(), folder):
        store = find_running_store(folder)
        assert store
        assert store.call("PutItem", {"Item": ITEM}) == {"operation": "PutItem", "Item": ITEM, "at": 1767225600.0}


def test_an_error_of_the_store_arrives_unchanged(folder: Path) -> None:
    """With its code, its message and its item."""
    with share_store(Store(), folder), pytest.raises(Refusal) as refused:
        SharedStore(folder / SOCKET).call("DeleteItem", {})
    assert refused.value.code == "ConditionalCheckFailedException"
    assert refused.value.message == "no"
    assert refused.value.answer["Item"] == ITEM


def test_only_the_owner_may_connect_to_the_socket(folder: Path) -> None:
    """A process can only connect if it may write to the socket."""
    with share_store(Store(), folder):
        assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == 0o600


def test_the_socket_is_removed_at_the_end(folder: Path) -> None:
    """Then no command finds a server."""
    with share_store(Store(), folder):
        store = find_running_store(folder)
    assert store
    assert find_running_store(folder) is None
    assert not (folder / SOCKET).exists()
    with pytest.raises(NoAnswer) as none:
        store.call("PutItem", {"Item": ITEM})
    assert "Run the command again" in store_trouble.sentence(f"PutItem: {none.value}")


def test_a_busy_store_is_told_apart_from_one_in_aws(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence does not ask for AWS_REGION."""
    monkeypatch.setattr(shared_store, "_SECONDS", 0.01)
    over = threading.Event()
    try:
        with share_store(Waiting(over), folder):
            with pytest.raises(NoAnswer) as none:
                SharedStore(folder / SOCKET).call("PutItem", {"Item": ITEM})
            over.set()
    finally:
        over.set()
    assert "use DynamoDB Local" in store_trouble.sentence(f"PutItem: {none.value}")


def test_a_command_that_was_ended_leaves_no_trace(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C in a command prints no traceback on the terminal of the server, which goes on."""
    asked, over = threading.Event(), threading.Event()
    others = set(threading.enumerate())  # servers of other tests may keep connections open
    with share_store(Waiting(over, asked), folder):
        with SharedStore(folder / SOCKET).connected() as gone:
            gone.sendall(b'{"operation": "PutItem", "request": {"Item": "x"}}\n')
            assert asked.wait(60)
        over.set()
        assert SharedStore(folder / SOCKET).call("PutItem", {"Item": ITEM})["Item"] == ITEM
        for each in set(threading.enumerate()) - others:
            if "process_request_thread" in each.name:
                each.join(60)  # until the first one has written its answer, too
    assert capfd.readouterr().err == ""


def test_the_socket_of_a_killed_server_is_replaced(folder: Path) -> None:
    """It does not answer, so it counts as no server, and the next server replaces it."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / SOCKET))
    assert find_running_store(folder) is None
    with share_store(Store(), folder):
        assert find_running_store(folder)
