"""Keys that come with an export: subjects and tokens of the old deployment stay valid, and nothing signs with an old key (threats R-14)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.services.apps.subjects import PAIRWISE, Subjects
from idp.services.keys.jose import sign, verify
from idp.services.moving.taker_key import TakerKey
from idp.store import deployment_keys
from idp.store.signing_keys import DerivedKeyItem
from tests.support.cli import CommandLine

KEY = ECKey.generate_key("P-256")
APP = {"redirect_uris": ["https://app.example/cb"], "subject_type": "pairwise"}


def register(at: CommandLine, client_id: str) -> None:
    """Register an app with pairwise subjects."""
    at.services().client_service.create({**APP, "client_id": client_id}, scope=DEPLOYMENT)


@pytest.fixture
def old(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """The deployment that people leave. It has an app with pairwise subjects."""
    (tmp_path / "taker").write_text(json.dumps(KEY.as_dict(private=False)))
    (tmp_path / "private").write_text(json.dumps(KEY.as_dict(private=True)))
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json", "--admin-email", "ada@example.com")
    register(made, "pair")
    return made


@pytest.fixture
def new(old: CommandLine, tmp_path: Path) -> CommandLine:
    """The empty deployment to which they come."""
    (tmp_path / "new").mkdir()
    made = old.other(prefix=old.prefix + "new", folder=tmp_path / "new")
    made.done("bootstrap", "--json", "--admin-email", "first@new.example")
    return made


def leave(old: CommandLine, *options: str) -> Path:
    """Export."""
    file = old.folder / "everything.ndjson"
    old.done("export", str(file), "--everything", "--to", str(old.folder / "taker"), *options)
    return file


def arrive(new: CommandLine, file: Path, *options: str) -> Any:
    """Import with keys."""
    return new("import", str(file), "--with-keys", "--key", str(file.parent / "private"), *options)


def changed(file: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The file with changed lines."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        change(line)
    file.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return file


def subject(at: CommandLine, user_id: str) -> str:
    """The pairwise subject of this person."""
    services = at.services()
    client = services.clients.get("pair")
    assert client
    return Subjects(services.keyring).of(client, user_id)


def test_subjects_and_tokens_stay_valid(old: CommandLine, new: CommandLine) -> None:
    """An ID Token of the old deployment verifies by the JWK Set here. New ones are signed by a key that was made here."""
    there = old.services()
    user_id = there.users.id_of("ada@example.com") or ""
    key = there.keyring.active()
    kid, token = key.kid, sign({"sub": user_id}, key.jose, kid=key.kid, alg="RS256", typ="JWT")
    answer = arrive(new, leave(old, "--with-keys"))
    assert answer.status == 0, answer.err
    assert "pairwise subjects: as there" in answer.out
    assert subject(new, user_id) == subject(old, user_id)
    here = new.services()
    published = {key["kid"]: key for key in here.keyring.jwks()["keys"]}
    assert kid in published
    assert here.keyring.active().kid != kid
    assert verify(token, published[kid], alg="RS256") == {"sub": user_id}
    taken = {item.kid: item for item in here.key_items.load().signing}[kid]
    assert taken.state == "retiring"
    assert not taken.sealed
    assert taken.retire_at
    here.key_rotation.rotate(at_once=True)
    assert here.keyring.active().kid != kid


def test_a_second_import_changes_no_key(old: CommandLine, new: CommandLine) -> None:
    """Also in the same second, in which both would store equal items."""
    file = leave(old, "--with-keys")
    first = arrive(new, file)
    assert first.status == 0, first.out + first.err
    before = list(new.services().database.scan("keys"))
    answer = arrive(new, file)
    assert answer.status == 0, answer.err
    assert "signing keys: 0 verify here" in answer.out
    assert "pairwise subjects: as before" in answer.out
    assert list(new.services().database.scan("keys")) == before


def test_the_keys_leave_again(old: CommandLine, new: CommandLine) -> None:
    """The next export has the key of pairwise subjects that came, so subjects stay through a second move."""
    arrive(new, leave(old, "--with-keys"))
    assert new.services().keyring.derive(PAIRWISE) == old.services().keyring.derive(PAIRWISE)


def refused(new: CommandLine, answer: Any) -> str:
    """What the command said. Nothing was written."""
    assert answer.status != 0
    assert not new.services().key_items.load().derived
    assert new.services().users.id_of("ada@example.com") is None
    assert new.services().clients.get("pair") is None
    return str(answer.err)


def test_subjects_that_were_given_are_not_changed(old: CommandLine, new: CommandLine) -> None:
    """An app here sees pairwise subjects: its people would become other people."""
    register(new, "mine")
    assert "empty deployment" in refused(new, arrive(new, leave(old, "--with-keys")))


def test_a_second_key_of_subjects_is_refused(old: CommandLine, new: CommandLine) -> None:
    """Keys of two deployments do not fit into one."""
    assert new.services().key_items.put_derived_key(PAIRWISE, new.services().keyring.protect(f"derived:{PAIRWISE}", bytes(32)))
    answer = arrive(new, leave(old, "--with-keys"))
    assert answer.status != 0
    assert new.services().keyring.derive(PAIRWISE) == bytes(32)


def test_keys_need_the_key_of_the_taker_and_an_export_that_has_them(old: CommandLine, new: CommandLine) -> None:
    file = leave(old)
    assert "--with-keys" in refused(new, arrive(new, file))
    file.unlink()
    file = leave(old, "--with-keys")
    assert "--key" in refused(new, new("import", str(file), "--with-keys"))


def test_without_the_option_no_key_is_taken(old: CommandLine, new: CommandLine) -> None:
    file = leave(old, "--with-keys")
    kid = old.services().keyring.active().kid
    assert new("import", str(file), "--key", str(file.parent / "private")).status == 0
    assert not new.services().key_items.load().derived
    assert new.services().keyring.verifying(kid) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kid": "x" * 43}, {"alg": "ES256"}, {"alg": "none"}, {"alg": "HS256"}, {"state": "revoked"}, {"encrypted": None},
        {"encrypted": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_a_changed_key_imports_nothing(old: CommandLine, new: CommandLine, change: dict[str, Any]) -> None:
    """Neither a key with another id or algorithm, nor one that was revoked, nor one that only the public part of the file names."""

    def key(line: dict[str, Any]) -> None:
        if line["type"] == "signing_key" and line["alg"] == "RS256":
            line |= change

    refused(new, arrive(new, changed(leave(old, "--with-keys"), key)))


@pytest.mark.parametrize("secret", [{"pkcs8": "AAAA"}, {"pkcs8": "ä"}, {}, {"pkcs8": ""}], ids=str)
def test_a_private_part_that_is_no_key_imports_nothing(old: CommandLine, new: CommandLine, secret: dict[str, str]) -> None:
    taker = TakerKey((old.folder / "taker").read_text())

    def key(line: dict[str, Any]) -> None:
        if line["type"] == "signing_key":
            line["encrypted"] = taker.encrypt({"type": "signing_key", "id": line["kid"], **secret})

    refused(new, arrive(new, changed(leave(old, "--with-keys"), key)))


@pytest.mark.parametrize("key", ["AAAA", "", "A" * 44])
def test_a_key_of_subjects_of_another_length_imports_nothing(old: CommandLine, new: CommandLine, key: str) -> None:
    taker = TakerKey((old.folder / "taker").read_text())

    def other(line: dict[str, Any]) -> None:
        if line.get("purpose") == PAIRWISE:
            line["encrypted"] = taker.encrypt({"type": "derived_key", "id": PAIRWISE, "key": key})

    refused(new, arrive(new, changed(leave(old, "--with-keys"), other)))


def test_signing_keys_of_another_issuer_are_left_out(old: CommandLine, new: CommandLine) -> None:
    """Who runs that deployment could sign in the name of this one."""
    kid = old.services().keyring.active().kid

    def elsewhere(line: dict[str, Any]) -> None:
        if line["type"] == "export":
            line["issuer"] = "https://other.example"

    answer = arrive(new, changed(leave(old, "--with-keys"), elsewhere))
    assert answer.status == 0, answer.err
    assert "signing keys: 0 verify here" in answer.out
    assert new.services().keyring.verifying(kid) is None
    assert new.services().keyring.derive(PAIRWISE) == old.services().keyring.derive(PAIRWISE)


def test_a_damaged_key_of_subjects_stops_the_deployment(old: CommandLine, new: CommandLine) -> None:
    """Otherwise all people would become others for the apps, unnoticed."""
    arrive(new, leave(old, "--with-keys"))
    services = new.services()
    services.database.put(DerivedKeyItem.new(deployment_keys.derived_key(PAIRWISE), purpose=PAIRWISE, sealed=b"x" * 60))
    with pytest.raises(Unavailable):
        new.services().keyring.derive(PAIRWISE)
