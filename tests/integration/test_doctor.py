"""`idp doctor`: each thing is broken in turn, and it is that thing which is named, with what to do; where all is well nothing is."""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from idp.cli import migrations_runner
from idp.cli.doctor import examine
from idp.domain.doctor.finding import Finding
from idp.domain.home import Home
from idp.domain.people.deletion import Deletion
from idp.http.app import build
from idp.settings import Settings
from idp.store import deployment_keys
from idp.store.create import create_tables
from idp.store.deliveries import Delivery
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from tests.support.cli import CommandLine
from tests.support.in_process import InProcess
from tests.support.tls import Authority

SENDER, DAY = "idp@mail.example", 86_400


@dataclass
class Front:
    """The provider behind TLS. `instead`: what is answered in the provider's place, by path; `date`: where its clock stands, if it does."""

    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    date: int | None = None
    services: AllServices | None = None

    def answer(self, path: str) -> tuple[int, bytes]:
        if path in self.instead:
            return self.instead[path]
        assert self.services
        with httpx.Client(transport=InProcess(build(self.services)), base_url=self.services.settings.issuer) as http:
            got = http.get(path)
        return got.status_code, got.content


@dataclass
class Examined:
    """A deployment as in AWS, on moto: protected tables, KMS, SES, and a site with TLS."""

    settings: Settings
    front: Front
    aws: Callable[[str], Any]
    clock: Callable[[], int] = lambda: int(time.time())

    def services(self, *, clock: Callable[[], int] | None = None, **changes: Any) -> AllServices:
        return build_services(replace(self.settings, **changes), clock=clock or self.clock)

    def findings(self, services: AllServices | None = None) -> dict[str, Finding]:
        """Return the doctor's findings for AWS."""
        services = services or self.services()
        services.database  # noqa: B018  # made while its address is known
        with pytest.MonkeyPatch.context() as environment:
            environment.delenv("AWS_ENDPOINT_URL_DYNAMODB")
            return {finding.about: finding for finding in examine(services)}

    def table(self, name: str) -> str:
        return f"{self.settings.table_prefix}-{name}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Front, str, Authority]]:
    """Serve a site at https://localhost."""
    front, authority = Front(), Authority(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = front.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(timestamp or front.date)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context: ssl.SSLContext = authority.server_context("localhost")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield front, f"https://localhost:{server.server_port}", authority
    server.shutdown()
    server.server_close()


@pytest.fixture
def world(served: tuple[Front, str, Authority], moto_endpoint: str, table_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Examined:
    """A deployment without faults."""
    front, issuer, authority = served
    for name in ("DYNAMODB", "KMS", "SESV2", "SQS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", moto_endpoint)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    def aws(service: str) -> Any:
        return boto3.client(service, endpoint_url=moto_endpoint, region_name="us-east-1")

    kms = aws("kms")
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=key_id)
    ses = aws("sesv2")
    if SENDER not in [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]:
        ses.create_email_identity(EmailIdentity=SENDER)
    settings = Settings(
        issuer=issuer,
        table_prefix=table_prefix.rstrip("-"),
        kms_key_id=key_id,
        mail_from=SENDER,
        signing_algorithms="RS256",
        mail_function="mail",
        webhook_function="webhooks",
        support="https://help.example",
    )
    made = Examined(settings, front, aws)
    services = made.services()
    create_tables(services.database)
    aws("sqs").create_queue(QueueName=f"{settings.table_prefix}-dead-letters")
    dynamodb = aws("dynamodb")
    for name, view in (("directory", "NEW_AND_OLD_IMAGES"), ("state", "NEW_IMAGE")):
        stream = {"StreamEnabled": True, "StreamViewType": view}
        dynamodb.update_table(TableName=made.table(name), StreamSpecification=stream)
    for name in ("directory", "state", "keys"):
        dynamodb.update_table(TableName=made.table(name), DeletionProtectionEnabled=True)
    for name in ("directory", "keys"):
        recovery(made, name, on=True)
    migrations_runner.run(services.database, 1)
    services.key_rotation.ensure()
    front.services = services
    return made


def recovery(world: Examined, name: str, *, on: bool) -> None:
    world.aws("dynamodb").update_continuous_backups(
        TableName=world.table(name), PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
    )


def wrong(findings: dict[str, Finding]) -> dict[str, str]:
    return {about: finding.says for about, finding in findings.items() if finding.state == "wrong"}


def test_where_all_is_well_nothing_is_to_mend(world: Examined) -> None:
    """All checks run. Only the check of SES's sandbox has no result, because moto does not know it."""
    found = world.findings()
    assert {about: finding.says for about, finding in found.items() if finding.state != "ok" and about != "mail, sandbox"} == {}
    assert set(found) >= {
        "table directory", "table state", "table keys", "table state, expiry", "table directory, recovery", "table state, recovery",
        "table keys, deletion", "table directory, stream", "table state, stream", "schedule",
        "dead letters", "schema", "KMS key", "KMS key, rotation", "RP ID", "keys", "signing key RS256", "sealing keys", "issuer",
        "discovery",
        "JWKS", "clock", "hashing", "passwords", "authenticators", "mail", "theme",
    }  # fmt: skip


def _no_ttl(world: Examined) -> None:
    world.aws("dynamodb").update_time_to_live(
        TableName=world.table("state"), TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"}
    )


def _no_stream(world: Examined) -> None:
    world.aws("dynamodb").update_table(TableName=world.table("state"), StreamSpecification={"StreamEnabled": False})


def _dead_letter(world: Examined) -> None:
    sqs = world.aws("sqs")
    queue = sqs.get_queue_url(QueueName=f"{world.settings.table_prefix}-dead-letters")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="canary")


def _late_erasure(world: Examined) -> None:
    deletions, due = world.services().deletions, int(time.time()) - 3 * DAY
    world.services().database.transact(deletions.put_part(Deletion("usr_1", due, ("ada@example.com",), "usr_1")))


def _late_token(world: Examined) -> None:
    due = int(time.time()) - 7200
    world.services().deliveries.put([Delivery("d", "app", "usr_1", "", due, due)])


def _other_region(world: Examined) -> None:
    world.services().key_items.put_home(Home("eu-west-1", 0, 1), before=None)


def _unprotected(world: Examined) -> None:
    world.aws("dynamodb").update_table(TableName=world.table("keys"), DeletionProtectionEnabled=False)


def _gone(world: Examined) -> None:
    _unprotected(world)
    world.aws("dynamodb").delete_table(TableName=world.table("keys"))


def _unmigrated(world: Examined) -> None:
    for item in world.aws("dynamodb").query(
        TableName=world.table("keys"), KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": deployment_keys.MIGRATIONS}}
    )["Items"]:
        world.aws("dynamodb").delete_item(TableName=world.table("keys"), Key={"pk": item["pk"], "sk": item["sk"]})


def _newer_schema(world: Examined) -> None:
    key = deployment_keys.migration("9999_from_the_future")
    item = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "migration"}, "name": {"S": "9999_from_the_future"}, "at": {"N": "1"}}
    world.services().database.write_raw("keys", [{**item, "ran_at": {"N": "1"}}])


def _kms_off(world: Examined) -> None:
    world.aws("kms").disable_key(KeyId=world.settings.kms_key_id)


def _kms_static(world: Examined) -> None:
    world.aws("kms").disable_key_rotation(KeyId=world.settings.kms_key_id)


def _no_next(world: Examined) -> None:
    for item in world.services().key_items.load().signing:
        if item.state == "next":
            key = {"pk": {"S": item.pk}, "sk": {"S": item.sk}}
            world.aws("dynamodb").delete_item(TableName=world.table("keys"), Key=key)


def _lies(world: Examined) -> None:
    world.front.services = world.services(code_lifetime=50, session_management="on")


def _answers(path: str, status: int, body: bytes) -> Callable[[Examined], None]:
    return lambda world: world.front.instead.update({path: (status, body)})


def _other_rp_id(world: Examined) -> None:
    items = world.services().key_items
    assert items.remove_rp_id("localhost")
    items.put_rp_id("id.example.com", 1)


def _other_clock(world: Examined) -> None:
    now = int(time.time())
    world.clock, world.front.date = lambda: now, now + 40


def _untrusted(world: Examined) -> None:
    os.environ.pop("SSL_CERT_FILE")


DISCOVERY = "/.well-known/openid-configuration"
BROKEN: dict[str, tuple[Callable[[Examined], None], str, str]] = {
    "a table is gone": (_gone, "table keys", "is not there. Deploy"),
    "nothing expires": (_no_ttl, "table state, expiry", "Switch TTL on"),
    "no stream": (_no_stream, "table state, stream", "Deploy again with stream=on"),
    "a dead letter": (_dead_letter, "dead letters", "for good, such as a mail or a batch of changes: 1."),
    "no erasures": (_late_erasure, "schedule, erasures", "the function erase does not run"),
    "no deliveries": (_late_token, "schedule, logout tokens", "the function deliver does not run"),
    "another region serves": (_other_region, "region", "IDP_REGION is not set"),
    "no recovery": (lambda w: recovery(w, "directory", on=False), "table directory, recovery", "Switch point-in-time recovery on"),
    "recovery of state": (lambda w: recovery(w, "state", on=True), "table state, recovery", "Switch point-in-time recovery off"),
    "no protection": (_unprotected, "table keys, deletion", "Set DeletionProtectionEnabled"),
    "not migrated": (_unmigrated, "schema", "Run: idp migrate"),
    "a newer schema": (_newer_schema, "schema", "9999_from_the_future"),
    "KMS key disabled": (_kms_off, "KMS key", "Enable it"),
    "KMS key does not rotate": (_kms_static, "KMS key, rotation", "Switch rotation on"),
    "another RP ID": (_other_rp_id, "RP ID", "id.example.com is stored, and the settings have localhost. Set IDP_RP_ID to id.example.com"),
    "no next key": (_no_next, "signing key RS256", "There is no next key"),
    "other settings": (_lies, "discovery", "check_session_iframe"),
    "another issuer": (_answers(DISCOVERY, 200, b'{"issuer": "https://other.example"}'), "discovery", "https://other.example"),
    "an old JWK Set": (_answers("/jwks", 200, b'{"keys": [{"kid": "old"}]}'), "JWKS", "1 keys that are not stored"),
    "no JWK Set": (_answers("/jwks", 503, b""), "JWKS", "answers 503"),
    "an error": (_answers(DISCOVERY, 500, b"{}"), "issuer", "answers 500"),
    "a page": (_answers(DISCOVERY, 200, b"<html>"), "issuer", "something else than JSON"),
    "a list": (_answers(DISCOVERY, 200, b"[]"), "issuer", "something else than a JSON object"),
    "a certificate of nobody": (_untrusted, "issuer", "certificate"),
    "another time": (_other_clock, "clock", "by -40 seconds"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_named(world: Examined, what: str) -> None:
    """The finding names the fault and what to do."""
    breaks, about, says = BROKEN[what]
    breaks(world)
    told = wrong(world.findings())
    assert about in told, told
    assert says in told[about]


@pytest.mark.parametrize(
    ("changes", "about", "says"),
    [
        ({"issuer": "https://localhost:1"}, "issuer", "does not answer"),
        ({"table_prefix": "missing"}, "table directory", "is not there"),
        ({"table_prefix": "missing"}, "keys", "The tables do not exist"),
        ({"kms_key_id": "11111111-2222-3333-4444-555555555555"}, "KMS key", "NotFoundException"),
        ({"argon2_memory_kib": 1024}, "hashing", "Raise IDP_ARGON2_MEMORY_KIB"),
        ({"breached_passwords_file": "nowhere"}, "passwords", "idp passwords build-filter"),
        ({"passkey_mds_file": "nowhere", "passkey_mds_root": "nowhere"}, "authenticators", "nowhere cannot be read"),
        ({"mail_from": "nobody@unverified.example"}, "mail", "unverified.example is not verified"),
    ],
)
def test_settings_that_do_not_fit_are_named(world: Examined, changes: dict[str, Any], about: str, says: str) -> None:
    """The deployment is sound, and the settings belong to another one."""
    told = wrong(world.findings(world.services(**changes)))
    assert says in told[about], told


def test_keys_without_rotation_are_reported(world: Examined) -> None:
    """Without the schedule both kinds of keys are reported two days after they were due, and not earlier."""
    for days, late in ((91, False), (93, True)):
        told = wrong(world.findings(world.services(clock=lambda days=days: int(time.time()) + days * DAY)))  # type: ignore[misc]  # mypy infers no type of a lambda with a default
        assert {"signing key RS256", "sealing keys"} & set(told) == ({"signing key RS256", "sealing keys"} if late else set())
        assert not late or "rotate_keys" in told["signing key RS256"]


@pytest.mark.parametrize(("production", "state"), [(False, "wrong"), (True, None)])
def test_an_account_in_the_sandbox(world: Examined, monkeypatch: pytest.MonkeyPatch, production: bool, state: str | None) -> None:
    """SES reports a verified sender in the sandbox: other recipients get no mail."""

    class Ses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known: dict[str, object] = (
                {"ProductionAccessEnabled": production} if self.path.endswith("/account") else {"VerificationStatus": "SUCCESS"}
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(known).encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Ses) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{server.server_port}")
        found = world.findings()
        server.shutdown()
    assert found["mail"].state == "ok"
    told = found.get("mail, sandbox")
    assert (told.state if told else None) == state
    assert not told or "Ask AWS for production access" in told.says


def test_a_key_that_was_not_retired_is_reported(world: Examined) -> None:
    """After a rotation the schedule stopped: a key that should be retired still verifies."""
    world.services().key_rotation.rotate("RS256", at_once=True)
    later = world.services(clock=lambda: int(time.time()) + 30 * DAY)
    told = wrong(world.findings(later))
    assert "should have been retired" in told["retiring keys"]
    assert "idp keys rotate" in told["retiring keys"]
    later.key_rotation.retire()
    assert "retiring keys" not in wrong(world.findings(later))


def test_a_table_of_another_project_is_reported(world: Examined) -> None:
    """Another project has tables under this prefix."""
    world.aws("dynamodb").create_table(
        TableName="foreign-directory", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip
    told = wrong(world.findings(world.services(table_prefix="foreign")))
    assert "was not made by this project" in told["table directory"]


def test_a_local_engine_is_examined_as_far_as_it_applies(dynamodb_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """A check that does not apply is skipped with the reason. A missing answer at the issuer is reported, also by the status."""
    idp = CommandLine(dynamodb_endpoint, table_prefix, tmp_path, {"IDP_ISSUER": "http://127.0.0.1:1"})
    idp.done("bootstrap", "--json")
    answer = idp("doctor", "--json")
    states = {finding["about"]: finding["state"] for finding in answer.json["findings"]}
    assert (answer.status, answer.json["ok"]) == (1, False)
    assert [about for about, state in states.items() if state == "wrong"] == ["issuer"]
    assert {about for about, state in states.items() if state == "skipped"} == {
        *(f"table {name}, protection" for name in ("directory", "state", "keys")), "KMS key", "hashing",
    }  # fmt: skip
    told = idp("doctor")
    assert told.status == 1
    assert "1 to mend." in told.out


def test_without_tables_it_still_answers(moto_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """Nothing was deployed: it says so three times, and what to do."""
    answer = CommandLine(moto_endpoint, table_prefix, tmp_path)("doctor")
    assert answer.status == 1
    assert answer.out.count("is not there. Deploy the stack") == 3
