"""The streams of `make dev`: moto's records of the embedded store, taken as Lambda takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.cli import environment
from idp.cli.dev_server.streams import Batches
from idp.cli.first_run.run import bootstrap
from idp.cli.local.embedded_store import embedded_store
from idp.cli.local.embedded_stream import VIEWS, EmbeddedStream
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import IdpError
from idp.domain.streams.record import read_record
from idp.wiring import build_services

if TYPE_CHECKING:
    from pathlib import Path


def test_changes_of_the_embedded_store_are_told_once_and_in_order(tmp_path: Path) -> None:
    """Also those of transactions. One that failed tells nothing, and nothing is told again."""
    services = build_services(environment.settings({"IDP_ENV": "dev", "IDP_KEY_FILE": str(tmp_path / "key")}))
    with embedded_store(tmp_path) as store:
        store.serve(services)
        bootstrap(services, with_demo=False, admin_email="", tell=lambda _: None)
        streams = {name: EmbeddedStream(store, f"{services.database.prefix}-{name}") for name in VIEWS}
        ada = services.user_service.create("ada@example.com", None, scope=DEPLOYMENT)
        with pytest.raises(IdpError):
            services.user_service.create("ada@example.com", None, scope=DEPLOYMENT)
        services.user_service.delete(ada.id, scope=DEPLOYMENT)
        told = {name: [read_record(each) for each in stream.read()] for name, stream in streams.items()}
        again = [each for stream in streams.values() for each in stream.read()]
    acts = [each.act for each in told["directory"] if each and each.kind == "user"]
    assert acts[0] == "insert"
    assert acts[-1] == "remove"
    assert acts.count("insert") == 1
    assert "user.created" in [each.new["type"] for each in told["state"] if each]
    numbers = [int(each.sequence) for each in told["directory"] if each]
    assert numbers == sorted(set(numbers))
    assert again == []


class Failing:
    """Takes batches. The records with these numbers fail."""

    def __init__(self, *numbers: str) -> None:
        self.failing, self.got = set(numbers), list[list[str]]()

    def __call__(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        numbers = [each["dynamodb"]["SequenceNumber"] for each in records]
        self.got.append(numbers)
        return {"batchItemFailures": [{"itemIdentifier": each} for each in numbers if each in self.failing]}


def _records(*numbers: str) -> list[dict[str, Any]]:
    return [{"dynamodb": {"SequenceNumber": each}} for each in numbers]


def test_a_batch_comes_again_from_its_first_failure_on_and_five_failures_give_it_up() -> None:
    """As Lambda does. What was done before it does not come again."""
    waiting, take = [_records("1", "2", "3")], Failing("2")
    batches = Batches(lambda: waiting.pop() if waiting else [], take)
    for _ in range(8):
        if batches.wait():
            batches.go_on()
    assert take.got == [["1", "2", "3"], ["2", "3"], ["2", "3"], ["2", "3"], ["2", "3"], ["3"]]
    assert not batches.wait()
