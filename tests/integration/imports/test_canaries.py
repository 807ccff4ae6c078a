"""What an upload has that is secret is told nowhere (K-03): logs, outputs, the job, its report, the trail, items, errors."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from idp.store.transport import Refusal
from idp.telemetry.journal import Journal
from tests.integration.imports.conftest import Importing
from tests.integration.oidc.engine import Watched
from tests.support.vendors import firebase

if TYPE_CHECKING:
    from collections.abc import Iterable

CANARY = "CANARY7SEEDCANARY7SEEDCANARY7SEE"
"""It is base32 too, so it is also the seed of an authenticator."""
SOUND = "$2b$04$abcdefghijklmnopqrstuuKlqmhzY1eBPLSd0oTjPhVEgqVRtyDXK"
SECRETS = (CANARY, SOUND, "X-Amz-Signature")
"""What must not be told, and the mark of the address of an upload."""


def _json(*users: dict[str, Any]) -> bytes:
    return json.dumps({"users": users}).encode()


def _keycloak(number: int, *credentials: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"k{number}", "username": f"k{number}", "email": f"k{number}@meadow.example", "enabled": True, "credentials": credentials}


def _stored(algorithm: str, secret: object) -> dict[str, Any]:
    data = json.dumps({"hashIterations": 5, "algorithm": algorithm})
    return {"type": "password", "secretData": secret if isinstance(secret, str) else json.dumps(secret), "credentialData": data}


OTP = {"type": "otp", "secretData": CANARY, "credentialData": json.dumps({"subType": "totp", "digits": CANARY})}
AUTH0 = {"user_id": "auth0|1", "email": "p1@meadow.example"}
UPLOADS: dict[str, tuple[str, bytes, dict[str, bytes]]] = {
    "csv": (
        "csv",
        "\n".join((
            "id,email,password_hash,totp_secret,totp_digits,created_at",
            f"good,good@meadow.example,{SOUND},{CANARY},6,",
            f"again,good@meadow.example,{SOUND},{CANARY},6,",
            f"nobody,none,{SOUND},{CANARY},6,",
            f"hash,hash@meadow.example,$unknown${CANARY},,,",
            f"dear,dear@meadow.example,$2b$31${CANARY},,,",
            f"wrapped,wrapped@meadow.example,{{SSHA}}{CANARY},,,",
            f"seed,seed@meadow.example,,{CANARY}!,6,",
            f"digits,digits@meadow.example,,{CANARY},{CANARY},",
            f"moment,moment@meadow.example,{SOUND},{CANARY},6,never",
            f"more,more@meadow.example,{SOUND},{CANARY},6,,{CANARY},{CANARY}",
        )).encode(),
        {},
    ),
    "csv that is cut off": ("csv", f'id,email,password_hash\nx,x@meadow.example,"{CANARY}'.encode(), {}),
    "keycloak": (
        "keycloak",
        _json(
            _keycloak(1, _stored("md17", {"value": CANARY, "salt": CANARY}), OTP),
            _keycloak(2, _stored("pbkdf2-sha256", {"value": CANARY + "=!", "salt": CANARY})),
            _keycloak(3, _stored("pbkdf2-sha256", CANARY)), _keycloak(4, OTP),
        ),
        {},
    ),
    "keycloak that is cut off": ("keycloak", _json(_keycloak(1, _stored("md17", CANARY)))[:-9], {}),
    "auth0": (
        "auth0",
        json.dumps([
            AUTH0 | {"custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": CANARY}}},
            AUTH0 | {"user_id": "auth0|2", "custom_password_hash": {"algorithm": "md17", "hash": {"value": CANARY, "encoding": CANARY}}},
            AUTH0 | {"user_id": "auth0|3", "email": "p3@meadow.example", "mfa_factors": [{"totp": {"secret": CANARY + "!"}}]},
        ]).encode(),
        {},
    ),
    "auth0 with hashes": (
        "auth0", json.dumps([AUTH0]).encode(), {"hashes": json.dumps({"_id": {"$oid": "1"}, "passwordHash": CANARY}).encode()},
    ),
    "auth0 with broken hashes": ("auth0", json.dumps([AUTH0]).encode(), {"hashes": f'{{"_id": {CANARY}'.encode()}),
    "firebase": (
        "firebase",
        _json({"localId": "f1", "email": "f1@meadow.example", "passwordHash": CANARY + "!", "salt": CANARY}),
        {"hash_config": firebase.CONFIG.encode()},
    ),
    "firebase with a broken key": (
        "firebase",
        _json({"localId": "f1", "email": "f1@meadow.example", "passwordHash": CANARY, "salt": CANARY}),
        {"hash_config": f"hash_config {{ algorithm: SCRYPT, base64_signer_key: {CANARY}!, rounds: {CANARY} }}".encode()},
    ),
}  # fmt: skip
FAULTS: dict[str, Exception] = {
    "the store refuses": Refusal("ValidationException", {"message": f"invalid: {CANARY}", "Item": {"x": {"S": CANARY}}}),
    "the code fails": RuntimeError(f"{CANARY}\n{SOUND}"),
}


def _told(importing: Importing, job_id: str) -> Iterable[str]:
    """All that can be read afterwards, except the stored hashes of people."""
    yield json.dumps([importing.job(job_id), importing.report(job_id)])
    yield importing.world.call("GET", "/imports").text
    database = importing.world.services.database
    for table in ("directory", "state", "keys"):
        for item in database.scan(table):
            item.pop("password_hash", None)
            yield repr(item)


@pytest.mark.parametrize(("name", "fault"), [*((name, None) for name in UPLOADS), *(("csv", fault) for fault in FAULTS)])
def test_nothing_secret_of_an_upload_is_told(
    importing: Importing, name: str, fault: str | None, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Each format, with values that are sound, broken and unknown; also when the store or the code fails in the middle."""
    system, content, further = UPLOADS[name]
    services, lines = importing.world.services, list[str]()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # of moto: it tells each request
    journals = [Journal(deployment="d", metrics=True, least="DEBUG", for_people=people, write=lines.append) for people in (False, True)]
    vars(services)["journal"] = journals[0]
    sizes = {file: len(each) for file, each in further.items()}
    options = {"with_totp": True, "trust_verified": True}
    asked = {"format": system, "size": len(content), "files": sizes, "options": options, "rate": 5000}
    made = importing.world.call("POST", "/imports", headers={"Idempotency-Key": "one"}, json=asked).json()
    for number, each in enumerate((content, *further.values())):
        importing.upload(made, each, number).raise_for_status()
    assert importing.start(made["id"]).status_code == 202
    services.database.transport = watch = Watched(services.database.transport)
    if fault:
        watch.fault = lambda operation, _: FAULTS[fault] if operation in {"TransactWriteItems", "BatchWriteItem"} else None
    for journal in journals if fault else journals[:1]:
        try:
            with journal.job("import", None):
                importing.work()
        except Exception as error:  # noqa: BLE001  # Lambda tells its text
            told = f"{type(error).__name__}: {error}"
            assert fault or not told
        importing.world.clock.now += 301
    watch.forget()
    assert lines
    everything = ["".join(lines), "".join(capfd.readouterr()), caplog.text, *_told(importing, made["id"])]
    assert [(each, place) for each in SECRETS for place in everything if each in place] == []
