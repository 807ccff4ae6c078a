"""Rich authorization requests (RFC 9396): details of registered types are shown each time, and tokens contain no more than was granted."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.errors import Unavailable
from idp.domain.requests.authorization_details import DetailType, OwnMember
from idp.services.apps.detail_type_names import REFRESH
from idp.settings import Settings
from idp.store.authorization_detail_types import DetailTypes
from idp.wiring import build_services
from tests.integration.oidc.conftest import ENDPOINT, WithSettings
from tests.integration.oidc.devices import allowed, begin, poll, typed
from tests.integration.oidc.engine import watched
from tests.support.calling import Answer
from tests.support.clock import Clock
from tests.support.deployment import ISSUER, WEB, App, Deployment, asked_by

PAYMENT = DetailType(
    "payment", "Make a payment", "Once, from your account.", actions=("initiate", "status"), locations=("https://pay.example",),
    members={
        "amount": OwnMember("object", "Amount", required=True), "creditor": OwnMember("text", "To"), "urgent": OwnMember("boolean"),
        "count": OwnMember("number"),
    },
)  # fmt: skip
FILES = DetailType("files", "Use your files", actions=("read", "write"), datatypes=("photos",))
DETAIL = {
    "type": "payment", "actions": ["initiate", "status"], "amount": {"currency": "EUR", "value": "12.50"}, "creditor": "Merchant <A>",
    "urgent": True,
}  # fmt: skip
READ = {"type": "files", "actions": ["read"]}


@pytest.fixture
def bank(idp: Deployment) -> App:
    """Return an app that is registered for the types payment and files."""
    known(idp, PAYMENT, FILES)
    return idp.app(authorization_details_types=("payment", "files"))


def known(idp: Deployment, *types: DetailType) -> None:
    """Register the authorization details types, as an admin does."""
    for each in types:
        if not idp.services.detail_types.of([each.type]):
            assert idp.services.detail_types.put(each)


def said(*details: Any) -> str:
    return json.dumps(details)


def granted(idp: Deployment, bank: App, details: str, **changes: str | None) -> str:
    """Return a code for these details, after the person saw and allowed them."""
    browser = idp.browser(idp.person())
    question = idp.authorize(browser, bank, authorization_details=details, **changes)
    answer = browser.post("/consent", {**question.fields, "decision": "approve"}, headers=[("origin", ISSUER)])
    return answer.answered["code"]


def claims(idp: Deployment, answer: Answer) -> Any:
    assert answer.status == 200, answer.text
    return idp.services.tokens.verify_access_token(answer.json["access_token"]).get("authorization_details")


def test_from_the_request_to_the_tokens(idp: Deployment, bank: App) -> None:
    """§7 and §9: the token response, the access token and introspection contain the allowed details, also after a refresh."""
    answer = idp.redeem(bank, granted(idp, bank, said(DETAIL, READ)))
    assert claims(idp, answer) == answer.json["authorization_details"] == [DETAIL, READ]
    for token in (answer.json["access_token"], answer.json["refresh_token"]):
        assert idp.call(bank, "/introspect", token=token).json["authorization_details"] == [DETAIL, READ]
    again = idp.refresh(bank, answer.json["refresh_token"])
    assert claims(idp, again) == again.json["authorization_details"] == [DETAIL, READ]


def test_nothing_is_said_where_nothing_was_asked(idp: Deployment, bank: App) -> None:
    """A token of a request without details has no authorization_details member."""
    tokens = idp.tokens(bank, idp.person())
    assert "authorization_details" not in tokens
    assert "authorization_details" not in idp.call(bank, "/introspect", token=tokens["access_token"]).json


def test_a_person_sees_all_of_it_each_time(idp: Deployment, bank: App) -> None:
    """§13: the page shows title, description and every member, also for a first-party app and for details that were allowed before."""
    browser = idp.browser(idp.person())
    for _ in range(2):
        page = idp.authorize(browser, bank, authorization_details=said(DETAIL))
        assert page.is_page
        for words in ("Make a payment", "Once, from your account.", "initiate, status", "currency: EUR, value: 12.50", "To", "yes"):
            assert words in page.text
        assert "Merchant &lt;A&gt;" in page.text
        assert browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", ISSUER)]).answered["code"]
    silent = idp.authorize(browser, bank, authorization_details=said(DETAIL), prompt="none")
    assert silent.answered["error"] == "consent_required"


@pytest.mark.parametrize(
    "details",
    [
        "x", "{}", "[]", "null", '"payment"', "[1]", "[{}]", '[{"type": 1}]', '[{"type": ""}]', '[{"type": "payment"', "[" * 3000,
        '[{"type": "files", "type": "payment"}]', '[{"type": "payment", "amount": {}, "count": NaN}]', said(*[READ] * 11),
        said({**DETAIL, "creditor": "x" * 5000}), said({"type": "unknown"}), said(READ, {"type": "unknown"}), said({"type": "payment"}),
        said({**DETAIL, "more": 1}), said({**DETAIL, "actions": ["refund"]}), said({**DETAIL, "actions": []}),
        said({**DETAIL, "actions": "initiate"}), said({**DETAIL, "actions": [["initiate"]]}), said({**DETAIL, "amount": "12"}),
        said({**DETAIL, "creditor": None}), said({**DETAIL, "urgent": 1}), said({**DETAIL, "count": True}),
        said({**DETAIL, "locations": ["https://evil.example"]}), said({**DETAIL, "privileges": ["all"]}),
        said({**READ, "identifier": "1"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_type(idp: Deployment, bank: App, details: str) -> None:
    """§5: "MUST refuse to process any unknown authorization details type or … not conforming to the respective type definition"."""
    answer = idp.authorize(idp.browser(idp.person()), bank, authorization_details=details)
    assert (answer.sent_to, answer.answered["error"]) == (bank.redirect_uri, "invalid_authorization_details")
    pushed = idp.call(bank, "/par", **{**asked_by(bank), "authorization_details": details})
    assert (pushed.status, pushed.error) == (400, "invalid_authorization_details")


def test_a_client_asks_for_its_own_types_only(idp: Deployment, bank: App) -> None:
    """§10: a client may ask for its authorization_details_types only. A client without registered types may ask for none."""
    idp.change(bank, authorization_details_types=("files",))
    browser = idp.browser(idp.person())
    for app, details in ((bank, DETAIL), (WEB, READ)):
        answer = idp.authorize(browser, app, authorization_details=said(details))
        assert answer.answered["error"] == "invalid_authorization_details"
    assert idp.authorize(browser, bank, authorization_details=said(READ)).is_page


def test_pushed_details_are_checked_at_par_and_shown_later(idp: Deployment, bank: App) -> None:
    """RFC 9126: the details are checked when they are pushed, and shown when the request_uri is used."""
    pushed = idp.call(bank, "/par", **{**asked_by(bank), "authorization_details": said(DETAIL)})
    assert pushed.status == 201
    browser = idp.browser(idp.person())
    page = browser.get("/authorize", {"client_id": bank.id, "request_uri": pushed.json["request_uri"]})
    answer = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", ISSUER)])
    assert claims(idp, idp.redeem(bank, answer.answered["code"])) == [DETAIL]


def test_a_token_for_less(idp: Deployment, bank: App) -> None:
    """§6.1: a token request may name fewer details or fewer values. The refresh token keeps all that was granted."""
    less = {**DETAIL, "actions": ["status"]}
    answer = idp.redeem(bank, granted(idp, bank, said(DETAIL, READ)), authorization_details=said(less))
    assert claims(idp, answer) == answer.json["authorization_details"] == [less]
    refreshed = idp.refresh(bank, answer.json["refresh_token"], authorization_details=said(READ))
    assert claims(idp, refreshed) == [READ]
    assert claims(idp, idp.refresh(bank, refreshed.json["refresh_token"])) == [DETAIL, READ]


@pytest.mark.parametrize(
    "more",
    [
        {**DETAIL, "amount": {"currency": "EUR", "value": "1250"}}, {**DETAIL, "actions": ["initiate", "status", "refund"]},
        {**DETAIL, "creditor": "Somebody else"}, {**DETAIL, "urgent": 1}, {**DETAIL, "locations": ["https://pay.example"]},
        {name: value for name, value in DETAIL.items() if name != "creditor"}, {**DETAIL, "actions": []}, READ,
        {**DETAIL, "actions": [["initiate"]]}, {"type": "unknown"},
    ],
)  # fmt: skip
def test_never_a_token_for_more(idp: Deployment, bank: App, more: dict[str, Any]) -> None:
    """§6.1: another value, action or type, or a missing member is refused. The code and the refresh token stay usable."""
    code = granted(idp, bank, said(DETAIL))
    for details in (said(more), said(DETAIL, more), "x", "[]"):
        assert idp.redeem(bank, code, authorization_details=details).error == "invalid_authorization_details"
    tokens = idp.redeem(bank, code).json
    for details in (said(more), said(DETAIL, more)):
        assert idp.refresh(bank, tokens["refresh_token"], authorization_details=details).error == "invalid_authorization_details"
    assert idp.refresh(bank, tokens["refresh_token"]).status == 200


def test_a_token_without_details_gets_none(idp: Deployment, bank: App) -> None:
    """The token endpoint refuses details that the authorization request did not contain."""
    code = idp.code(bank, idp.person())
    assert idp.redeem(bank, code, authorization_details=said(READ)).error == "invalid_authorization_details"


def test_what_the_client_lost_is_gone(idp: Deployment, bank: App) -> None:
    """After an admin removes a type, new tokens and introspection of the refresh token leave its details out."""
    tokens = idp.redeem(bank, granted(idp, bank, said(DETAIL, READ))).json
    idp.change(bank, authorization_details_types=("files",))
    assert idp.call(bank, "/introspect", token=tokens["refresh_token"]).json["authorization_details"] == [READ]
    assert claims(idp, idp.refresh(bank, tokens["refresh_token"])) == [READ]


def test_a_device_asks_in_detail(idp: Deployment) -> None:
    """RFC 8628 with RFC 9396: the person sees the details, and the device's tokens contain them."""
    idp.address = "198.18.77.1"
    known(idp, FILES)
    grants = ("urn:ietf:params:oauth:grant-type:device_code", "refresh_token")
    tv = idp.app(secret=False, grant_types=grants, redirect_uris=(), authorization_details_types=("files",))
    codes = begin(idp, tv, authorization_details=said(READ))
    assert "Use your files" in typed(idp.browser(idp.person()), codes["user_code"]).text
    allowed(idp, codes)
    assert claims(idp, poll(idp, tv, codes)) == [READ]
    refused = idp.call(tv, "/device_authorization", authorization_details=said({**READ, "actions": ["delete"]}))
    assert (refused.status, refused.error) == (400, "invalid_authorization_details")


def test_a_client_for_itself(idp: Deployment) -> None:
    """§6: "authorization_details … in the token request" of client_credentials is checked against the same types."""
    known(idp, FILES)
    job = idp.app(grant_types=("client_credentials",), scopes=("x",), redirect_uris=(), authorization_details_types=("files",))
    answer = idp.call(job, "/token", grant_type="client_credentials", authorization_details=said(READ))
    assert claims(idp, answer) == answer.json["authorization_details"] == [READ]
    for details in (said({**READ, "actions": ["delete"]}), said(DETAIL), "x"):
        assert (
            idp.call(job, "/token", grant_type="client_credentials", authorization_details=details).error == "invalid_authorization_details"
        )


def test_metadata_names_the_types(with_settings: WithSettings, idp: Deployment, bank: App) -> None:
    """§10: authorization_details_types_supported comes from a copy, so a new type appears when the copy is REFRESH seconds old."""
    del bank
    where, name = "/.well-known/oauth-authorization-server", "authorization_details_types_supported"
    assert {"payment", "files"} <= set(idp.get(where).json[name])
    late = f"late-{secrets.token_hex(6)}"
    known(idp, replace(FILES, type=late))
    idp.clock.advance(REFRESH - 1)
    assert late not in idp.get(where).json[name]
    idp.clock.advance(1)
    assert late in idp.get("/.well-known/openid-configuration").json[name]
    assert name not in with_settings(authorization_details="off").get(where).json


def test_a_warm_function_reads_nothing_for_metadata(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Discovery and JWKS make 0 calls (docs/design.md, Promises), with types or without. The old copy is used while the store is down."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    known(idp, FILES)
    paths = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks")
    for path in paths:
        idp.get(path)
    engine.forget()
    told = [idp.get(path).json for path in paths]
    assert engine.calls == []
    monkeypatch.setattr(DetailTypes, "all", down)
    idp.clock.advance(REFRESH)
    assert idp.get(paths[0]).json == told[0]
    assert "authorization_details_types_supported" not in prepared_without_a_store(oidc_settings).json


def down(_: DetailTypes) -> list[DetailType]:
    """Raise Unavailable, as a store that does not answer does."""
    raise Unavailable


def prepared_without_a_store(chosen: Settings) -> Answer:
    """Return the metadata of a cold function whose store does not answer."""
    clock = Clock()
    return Deployment(build_services(chosen, clock=clock), clock).get("/.well-known/openid-configuration")


def test_details_are_refused_while_switched_off(with_settings: WithSettings, bank: App) -> None:
    """Details are refused with an error and not ignored while the feature is switched off."""
    off = with_settings(authorization_details="off")
    answer = off.authorize(off.browser(off.person()), bank, authorization_details=said(READ))
    assert answer.answered["error"] == "invalid_authorization_details"
    service = off.app(grant_types=("client_credentials",), redirect_uris=(), authorization_details_types=("files",))
    refused = off.call(service, "/token", grant_type="client_credentials", authorization_details=said(READ))
    assert refused.error == "invalid_authorization_details"
