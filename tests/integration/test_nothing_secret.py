"""No output contains a secret (K-03, J-15).

The tests put canaries into every part of a request, to every endpoint, without authentication, as a client and as an admin. Output is the
log (as JSON and for people), standard output and error, Python's logging, and the audit trail. The tests also look for stored secrets,
hashes and sealed values, after requests that use them.
"""

from __future__ import annotations

import base64
import itertools
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from starlette.routing import Route

from idp.adapters.aws_client import AwsError
from idp.domain.access import admin_scopes
from idp.http import account, authzen, oidc
from idp.http.admin import app as admin
from idp.store import keys
from idp.store.transport import NoAnswer, Refusal
from idp.telemetry.journal import Journal
from idp.telemetry.record import Record, recording
from tests.integration.canaries import NAMES, PARTS, planted
from tests.integration.oidc.engine import Watched, watched
from tests.support import deployment
from tests.support.calling import FORM
from tests.support.deployment import SPA, WEB, Deployment, asked_by
from tests.support.valid_requests import ValidRequests

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'\.(?:one|all|raw)\(\s*"(\w+)"|(?:params|sent|form|asked|query_params)\.get\(\s*"(\w+)"')
"""How parameters are read."""
SECRET = {"password_hash", "sealed", "digest", "digests", "secrets", "enveloped", "codes", "answer", "body"}
"""Attributes of stored items that no answer and no log line may contain."""


class Ears:
    """All outputs of the provider."""

    def __init__(self, idp: Deployment, engine: Watched) -> None:
        self.idp, self.engine, self.lines = idp, engine, list[str]()
        for people in (False, True):
            self.listen(for_people=people)

    def listen(self, *, for_people: bool) -> None:
        journal = Journal(deployment="d", metrics=True, least="DEBUG", for_people=for_people, write=self.lines.append)
        vars(self.idp.services)["journal"] = journal

    def audited(self) -> str:
        items = self.idp.services.database.scan("state")
        return "\n".join(repr(item) for item in items if item["kind"] == {"S": "event"})


@pytest.fixture(scope="module")
def ears(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ears]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        chosen = deployment.settings(
            str(tmp_path_factory.mktemp("canaries")),
            registration="open",
            session_management="on",
            client_id_metadata="on",
            sign_up="open",
            mail_code="on",
            verify_email="before",
            remember_device_days=30,
        )
        first = deployment.prepared(chosen)
        idp, engine = watched(chosen, first.clock)
        yield Ears(idp, engine)
        engine.forget()
        deployment.removed(first)


ADMIN = [route for router in admin.ROUTERS for route in router.routes if isinstance(route, Route)]
ENDPOINTS = [
    *((path, method) for path, _, _, methods in oidc.ENDPOINTS for method in methods),  # a new endpoint is in the list at once
    *((path, method) for path, _, _, methods in authzen.ENDPOINTS for method in methods),  # these too
    *((route.path, method) for route in account.routes() for method in sorted((route.methods or set()) - {"HEAD"})),
    *((one.path, method) for one in ADMIN for method in sorted(one.methods or ())),
    ("/nothing/{here}", "GET"), ("/token/{here}", "POST"), ("/healthz", "GET"),
]  # fmt: skip


def identities(ears: Ears, mark: str) -> list[list[tuple[str, str]]]:
    """Headers of four anonymous callers, a client with a wrong and with the right secret, a signed-in person, and an admin."""
    idp = ears.idp
    basic = base64.b64encode(f"{mark}-user:{mark}-password".encode()).decode()
    wrong = base64.b64encode(f"{WEB.id}:{mark}-password".encode()).decode()
    right = base64.b64encode(f"{WEB.id}:{quote(WEB.secret)}".encode()).decode()
    person = idp.browser(idp.person(password="a long and quiet river"))
    resource = idp.services.settings.admin_resource
    root = idp.app(grant_types=("client_credentials",), scopes=tuple(admin_scopes.ALL), resources=(resource,), redirect_uris=())
    token = idp.services.tokens.issue_access_token(root.client, scopes=root.client.scopes, resources=(resource,))
    return [
        [],
        [("authorization", f"Basic {basic}")],
        [("authorization", f"Bearer {mark}-bearer"), ("dpop", f"{mark}-proof")],
        [("authorization", f"DPoP {mark}-bound"), ("dpop", f"{mark}.{mark}.{mark}")],
        [("authorization", f"Basic {wrong}")],
        [("authorization", f"Basic {right}")],
        [("cookie", "; ".join(f"{name}={value}" for name, value in person.cookies.items())), ("origin", deployment.ISSUER)],
        [("authorization", f"Bearer {token}")],
    ]


def send_all(ears: Ears, path: str, method: str, mark: str, *, kinds: int) -> int:
    """Send the request with each identity and the first `kinds` bodies: two forms, JSON, no known type, none. Return the number sent."""
    first, second = (planted(path, mark, names) for names in PARTS)
    sent = 0
    for who in identities(ears, mark):
        bodies = (
            (first, first["form"], FORM), (second, second["form"], FORM), (first, first["json"], "application/json"),
            (second, f"{mark}-raw".encode(), mark), (first, b"", ""),
        )  # fmt: skip
        for request, body, kind in bodies[:kinds]:
            headers = [*who, *(each for each in request["headers"] if each[0] not in {name for name, _ in who})]
            given = [*headers, *([("content-type", kind)] if kind else [])]
            ears.idp.send(method, request["path"], query=request["query"], headers=given, body=body, scope=request["scope"])
            sent += 1
    return sent


def test_no_parameter_is_forgotten() -> None:
    """Each parameter that a handler reads by name is in the list of canaries."""
    sources = "".join(file.read_text() for folder in ("http", "oauth") for file in (ROOT / "idp" / folder).rglob("*.py"))
    read = {name for found in READ.findall(sources) for name in found if name}
    assert len(read) > 40
    assert read - set(NAMES) == set()
    assert max(map(len, PARTS)) < 100  # more are refused before an endpoint reads any


@pytest.mark.parametrize(("path", "method"), ENDPOINTS)
def test_no_canary_comes_out(
    ears: Ears, path: str, method: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither log format contains a secret, nor does any other output. Each request writes one line in each format."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the engine's own
    mark = "canary" + str(abs(hash((path, method))))
    for people in (False, True):
        ears.lines.clear()
        ears.listen(for_people=people)
        sent = send_all(ears, path, method, mark, kinds=1 if people else 5)
        assert len(ears.lines) >= sent
        assert [line for line in ears.lines if mark in line or "\r" in line or ("\n" in line and not people)] == []
        assert people or all(json.loads(line)["_aws"] for line in ears.lines)
    out, err = capfd.readouterr()
    assert mark not in out + err
    assert mark not in "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    # The event of an admin's refusal names the path. No other output repeats a path, and this one needs an authenticated caller.
    assert [event for event in ears.audited().splitlines() if mark in event.replace(request_target(event), "")] == []


METHODS = {
    "a line break": "GET\r\n{mark}: forged", "a long one": "{mark}" * 5000, "a control character": "\x1b[2J{mark}",
    "another case": "get{mark}", "a good one and more": "POST {mark}", "no ASCII": "{mark}\u202e\u2028", "text of ours": "{mark}",
}  # fmt: skip


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("path", ["/token", "/authorize", "/account", "/admin/v1/users", "/access/v1/evaluation", "/nothing", "/static/x"])
def test_an_unknown_method_is_not_repeated(
    ears: Ears, path: str, method: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """CWE-117, without a gateway in front. The log has _OTHER for the method. The answer is a refusal that does not repeat the input."""
    mark = "canary-method"
    for people in (False, True):
        ears.lines.clear()
        ears.listen(for_people=people)
        answer = ears.idp.send(method.format(mark=mark), path)
        assert 400 <= answer.status < 500
        assert mark not in answer.text + str(answer.raw_headers)
        (line,) = ears.lines
        assert mark not in line
        assert len(line) < 1000
        assert line.startswith("_OTHER ") if people else json.loads(line)["method"] == "_OTHER"
    assert mark not in "".join(capfd.readouterr()) + caplog.text + ears.audited()


def test_nor_of_a_request_that_is_right_but_for_one_value(ears: Ears, capfd: pytest.CaptureFixture[str]) -> None:
    """Each value in turn is wrong. A late refusal reveals as little as an early one, and a valid request reveals nothing either."""
    ears.lines.clear()
    ears.listen(for_people=False)
    mark, world = "canary-alone", ValidRequests(ears.idp)
    right = base64.b64encode(f"{WEB.id}:{quote(WEB.secret)}".encode()).decode()
    sent = 0
    for path, form in world.right:
        for name, who in itertools.product([*form, ""], ([], [("authorization", f"Basic {right}")])):
            headers = [*who, ("content-type", FORM), ("origin", deployment.ISSUER)]
            body = urlencode({**form, **({name: mark} if name else {})}).encode()
            ears.idp.send("POST", path, headers=headers, body=body)
            ears.idp.send("GET", path, query=body, headers=who)
            sent += 2
    told = "".join(ears.lines) + "".join(capfd.readouterr()) + ears.audited()
    assert len(ears.lines) >= sent > 200
    assert mark not in told
    assert [handle for handle in world.handles[:6] if handle in told] == []


def request_target(event: str) -> str:
    """Return what the audit event says about a refused admin's request."""
    found = re.search(r"'target': {'S': (\"[^\"]*\"|'[^']*')}", event)
    return found.group(1) if found and "admin.refused" in event else "\0"


@pytest.mark.parametrize("fault", ["refused", "silent", "broken"])
def test_nor_when_the_store_fails(ears: Ears, fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    """DynamoDB's messages quote the request. None of them and no exception's text is repeated."""
    mark = f"canary-{fault}"
    ears.lines.clear()
    ears.listen(for_people=False)
    faults: dict[str, Exception] = {
        "refused": Refusal("ValidationException", {"message": f"One or more values are invalid: {mark}", "Item": {"x": {"S": mark}}}),
        "silent": NoAnswer("timed out"),
        "broken": RuntimeError(f"{mark}\nTraceback"),
    }
    who = identities(ears, mark)
    request = {**asked_by(WEB), "code": mark, "token": mark, "refresh_token": mark, "grant_type": "refresh_token", "password": mark}
    try:
        ears.engine.fault = lambda _operation, _number: faults[fault]
        for path, headers in itertools.product(("/authorize", "/token", "/userinfo", "/introspect", "/revoke", "/par"), who):
            ears.idp.send("POST", path, headers=[*headers, ("content-type", FORM)], body=urlencode(request).encode())
    finally:
        ears.engine.forget()
    told = [json.loads(line) for line in ears.lines]
    assert {line["level"] for line in told if line.get("status", 0) >= 500} == {"ERROR" if fault == "broken" else "WARN"}
    assert mark not in "".join(ears.lines) + "".join(capfd.readouterr())


def test_nor_an_address_of_an_item_that_cannot_be_read(ears: Ears, capfd: pytest.CaptureFixture[str]) -> None:
    """The log names the kind of the item and not its owner."""
    ears.lines.clear()
    ears.listen(for_people=False)
    ada = ears.idp.person(password="a long and quiet river")
    key = keys.email(ada.email)
    ears.idp.services.database.write_raw(
        "directory", [{"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "email"}, "user_id": {"N": "1"}}]
    )
    browser = ears.idp.browser()
    assert ears.idp.log_in(browser, ears.idp.authorize(browser, WEB), ada, "x").status == 503
    told = json.loads(ears.lines[-1])
    assert (told["level"], told["reason"]) == ("WARN", "Unavailable")
    assert "EMAIL#" in told["detail"]
    assert ada.email.partition("@")[0] not in "".join(ears.lines) + "".join(capfd.readouterr())


def test_nor_what_is_stored(ears: Ears, capfd: pytest.CaptureFixture[str]) -> None:
    """A sign-in, a refresh, a replay, wrong passwords and a new client secret disclose no stored hash and no sealed value."""
    idp, password = ears.idp, "a long and quiet river"
    ears.lines.clear()
    ears.listen(for_people=False)
    ada = idp.person(password=password)
    browser = idp.browser()
    page = idp.authorize(browser, WEB)
    idp.log_in(browser, page, ada, "wrong")
    idp.log_in(browser, page, ada, password)
    code = idp.code(WEB, browser)
    tokens = idp.redeem(WEB, code).json
    idp.refresh(WEB, tokens["refresh_token"])
    idp.clock.advance(3600)
    idp.refresh(WEB, tokens["refresh_token"])
    idp.redeem(WEB, code)
    idp.post("/token", {"client_id": SPA.id, "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    held = {WEB.secret, password, code, *(value for name, value in tokens.items() if name.endswith("_token")), *browser.cookies.values()}
    for table in ("directory", "state", "keys"):
        for item in idp.services.database.scan(table):
            held |= set(secrets_of(item))
    assert len(held) > 20
    told = "".join(ears.lines) + "".join(capfd.readouterr()) + ears.audited()
    assert '"RefreshReplays":1' in told
    assert [value for value in held if value in told] == []


def secrets_of(value: Any, name: str = "") -> Iterator[str]:
    """Return texts and bytes below a secret attribute, and the digests in a client's metadata."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from secrets_of(each, key if key in SECRET else name)
    elif isinstance(value, list):
        for each in value:
            yield from secrets_of(each, name)
    elif isinstance(value, bytes):
        yield base64.b64encode(value).decode()
    elif isinstance(value, str) and name and len(value) > 8:
        yield value


def test_a_line_break_stays_in_its_line() -> None:
    """CWE-117: a line break in an error's detail starts no new line, in JSON and in the form for people."""
    for people in (False, True):
        lines: list[str] = []
        journal = Journal(deployment="d", metrics=False, for_people=people, write=lines.append)
        with journal.recording("r", method="GET") as record:
            record.route, record.status, record.reason = "/x", 400, 'invalid\r\n{"level":"ERROR"}'
            record.detail = "a\u2028b\x1b[31m\x85"
        assert len(lines) == 1
        assert not set(lines[0]) & {"\r", "\n", "\x1b", "\u2028", "\x85"}


def test_what_no_record_is_open_for_is_noted_nowhere() -> None:
    """The command line has no record: nothing is kept, and nothing fails."""
    from idp.telemetry import record

    record.count("SignIns")
    record.note("x")
    record.note_failure(AwsError("x", {}))
    with recording(Record("r")) as one:
        record.count("SignIns", Outcome="success")
        record.count("SignIns", Outcome="success")
    assert [(each.name, each.value) for each in one.measured] == [("SignIns", 2)]
    assert record.current() is None
