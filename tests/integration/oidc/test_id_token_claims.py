"""`id_token_claims`: ID Tokens with the claims of the app's scopes (OIDC Core §5.4), and ID Tokens without (threats D-17, D-18)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, InvalidToken
from idp.domain.requests.scope import SCOPE_CLAIMS
from idp.services.keys import jose
from tests.integration.oidc import fapi
from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.devices import GRANTS, begin, decided, poll, typed
from tests.integration.oidc.engine import watched
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.registering import initial_access, own, register
from tests.integration.oidc.signed_answers import app_with_keys, encryption_keys, opened
from tests.support.calling import Answer
from tests.support.clock import Clock
from tests.support.deployment import PROFILE, App, Deployment, asked_by

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.settings import Settings

EVERYTHING = "openid profile email address phone offline_access"
ABOUT_PEOPLE = frozenset(claim for claims in SCOPE_CLAIMS.values() for claim in claims)
PROTOCOL = frozenset({"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "at_hash", "sid", "nonce"})


@pytest.fixture
def reader(idp: Deployment) -> App:
    """Return an app with id_token_claims, which reads only its ID Token."""
    return idp.app(id_token_claims=True)


@pytest.fixture
def ada(idp: Deployment) -> User:
    """Return a user with a value for each claim."""
    return idp.person()


def known(user: User) -> dict[str, Any]:
    """Return all claims of this user."""
    return {**PROFILE, "email": user.email, "email_verified": True, "updated_at": user.updated_at}


def about(token: str) -> dict[str, Any]:
    """Return the claims about the person in an ID Token."""
    return {name: value for name, value in claims_of(token).items() if name in ABOUT_PEOPLE}


# --- which claims ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPE_CLAIMS)
def test_a_granted_scope_is_told_in_the_id_token(idp: Deployment, reader: App, ada: User, scope: str) -> None:
    """§5.4: it has the claims of the scope and no others (D-18), as at UserInfo. The access token has none of them."""
    tokens = idp.tokens(reader, ada, scope=f"openid {scope}")
    assert about(tokens["id_token"]) == {name: known(ada)[name] for name in SCOPE_CLAIMS[scope]}
    assert {**about(tokens["id_token"]), "sub": ada.id} == idp.userinfo(tokens["access_token"]).json
    assert not ABOUT_PEOPLE & claims_of(tokens["access_token"]).keys()


def test_without_a_scope_nothing_is_told(idp: Deployment, reader: App, ada: User) -> None:
    """D-18: with the scope openid only, the sub is the only claim about the person."""
    assert claims_of(idp.tokens(reader, ada, scope="openid")["id_token"]).keys() == PROTOCOL


def test_by_default_userinfo_alone_tells_them(idp: Deployment, ada: User) -> None:
    """The setting is off unless an admin switched it on for the app."""
    app = idp.app()
    tokens = idp.tokens(app, ada, scope=EVERYTHING)
    assert claims_of(tokens["id_token"]).keys() == PROTOCOL
    assert claims_of(idp.refresh(app, tokens["refresh_token"]).json["id_token"]).keys() == PROTOCOL - {"nonce"}


def test_nothing_about_the_sign_in_is_replaced(idp: Deployment, reader: App) -> None:
    """D-17: a stored profile with names of protocol claims, which no API allows, changes no such claim of the token."""
    own = {"sub": "someone else", "iss": "https://evil.example", "aud": "x", "nonce": "y", "acr": "aal9", "admin": True}
    odd = idp.person(claims={**PROFILE, **own})
    claims = claims_of(idp.tokens(reader, odd, scope=EVERYTHING)["id_token"])
    assert claims.keys() == PROTOCOL | ABOUT_PEOPLE
    assert (claims["sub"], claims["aud"], claims["nonce"], claims["acr"]) == (odd.id, reader.id, "a nonce", "aal1")


def test_a_claim_without_a_value_is_left_out(idp: Deployment, reader: App) -> None:
    """§5.3.2: an empty or missing value gives no claim."""
    bare = idp.person(claims={"name": "", "nickname": None})
    assert about(idp.tokens(reader, bare, scope="openid profile phone")["id_token"]) == {"updated_at": bare.updated_at}


# --- current values and scopes --------------------------------------------------------------------------------------------------


def test_a_refreshed_id_token_tells_what_is_true_now(idp: Deployment, reader: App, ada: User) -> None:
    """§12.2: the refreshed ID Token has the same claims with their present values."""
    tokens = idp.tokens(reader, ada, scope=EVERYTHING)
    idp.alter(ada, claims={**PROFILE, "name": "Ada King"})
    again = about(idp.refresh(reader, tokens["refresh_token"]).json["id_token"])
    assert again.keys() == ABOUT_PEOPLE
    assert again["name"] == "Ada King"


def test_a_refresh_for_less_tells_less(idp: Deployment, reader: App, ada: User) -> None:
    """D-18, RFC 6749 §6: the claims follow the scopes of this answer, not those of the grant."""
    tokens = idp.tokens(reader, ada, scope=EVERYTHING)
    narrow = idp.refresh(reader, tokens["refresh_token"], scope="openid email").json
    assert about(narrow["id_token"]).keys() == {"email", "email_verified"}
    assert "id_token" not in idp.refresh(reader, narrow["refresh_token"], scope="email").json


def test_a_scope_that_the_app_lost_is_not_told(idp: Deployment, reader: App, ada: User) -> None:
    """J-05: the app loses a scope between request and redemption, and between redemption and refresh."""
    code = idp.code(reader, ada, scope=EVERYTHING)
    idp.change(reader, scopes=("openid", "email", "address", "offline_access"))
    tokens = idp.redeem(reader, code).json
    assert about(tokens["id_token"]).keys() == {"email", "email_verified", "address"}
    idp.change(reader, scopes=("openid", "offline_access"))
    assert not about(idp.refresh(reader, tokens["refresh_token"]).json["id_token"])


def test_the_switch_counts_at_once(idp: Deployment, reader: App, ada: User) -> None:
    """Switching it on or off has effect on existing grants."""
    token = idp.tokens(reader, ada, scope=EVERYTHING)["refresh_token"]
    idp.change(reader, id_token_claims=False)
    off = idp.refresh(reader, token).json
    assert not about(off["id_token"])
    idp.change(reader, id_token_claims=True)
    assert about(idp.refresh(reader, off["refresh_token"]).json["id_token"])


# --- with other features --------------------------------------------------------------------------------------------------------


def test_the_claims_parameter_adds_what_its_scopes_do_not(idp: Deployment, reader: App, ada: User) -> None:
    """§5.5: the ID Token has the claims requested by name and those of the scopes."""
    wanted = json.dumps({"id_token": {"phone_number": None, "email": {"essential": True}}, "userinfo": {"birthdate": None}})
    tokens = idp.tokens(reader, ada, scope="openid email", claims=wanted)
    assert about(tokens["id_token"]).keys() == {"email", "email_verified", "phone_number"}
    assert idp.userinfo(tokens["access_token"]).json.keys() == {"sub", "email", "email_verified", "birthdate"}


def test_consent_that_is_narrower_counts(idp: Deployment) -> None:
    """D-18: the ID Token has only the claims of the scopes that the person allowed."""
    app = idp.app(id_token_claims=True, first_party=False)
    browser = idp.browser(idp.person())
    page = idp.authorize(browser, app, scope="openid email")
    answer = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
    assert about(idp.redeem(app, answer.answered["code"]).json["id_token"]).keys() == {"email", "email_verified"}


def test_a_pairwise_subject_stays_one(idp: Deployment, ada: User) -> None:
    """§8.1: the token has the claims of the scopes, and the sub stays pairwise."""
    app = idp.app(id_token_claims=True, subject_type="pairwise")
    tokens = idp.tokens(app, ada, scope="openid email")
    assert about(tokens["id_token"])["email"] == ada.email
    assert ada.id not in json.dumps(claims_of(tokens["id_token"]))
    assert claims_of(tokens["id_token"])["sub"] == idp.userinfo(tokens["access_token"]).json["sub"]


def test_an_encrypted_id_token_tells_them_to_the_app_alone(idp: Deployment, ada: User) -> None:
    """§10.2: the token is signed, then encrypted, so only the app can read the claims."""
    keys = encryption_keys()
    app = app_with_keys(
        idp, keys, id_token_claims=True, id_token_encrypted_response_alg="ECDH-ES", id_token_encrypted_response_enc="A256GCM"
    )  # fmt: skip
    token = idp.tokens(app, ada, scope="openid email")["id_token"]
    assert token.count(".") == 4
    assert about(opened(token, "ECDH-ES", keys["ECDH-ES"]))["email"] == ada.email


def test_a_fapi_app_has_them_too(idp: Deployment) -> None:
    """Its ID Token has these claims, and c_hash and s_hash as before."""
    client = fapi.client(idp, id_token_claims=True)
    tokens = client.redeem(client.code(scope="openid email offline_access")).json
    claims = claims_of(tokens["id_token"])
    assert {"email", "email_verified", "c_hash", "s_hash"} <= claims.keys()
    again = claims_of(client.refresh(tokens["refresh_token"]).json["id_token"])
    assert {"email", "email_verified"} <= again.keys()


def test_a_device_gets_them(idp: Deployment, ada: User) -> None:
    """RFC 8628: a device's ID Token has these claims too."""
    tv = idp.app(secret=False, grant_types=GRANTS, redirect_uris=(), id_token_claims=True)
    codes = begin(idp, tv, scope="openid email")
    browser = idp.browser(ada)
    assert decided(browser, typed(browser, codes["user_code"])).status == 200
    assert about(poll(idp, tv, codes).json["id_token"]) == {"email": ada.email, "email_verified": True}


def test_such_an_id_token_is_a_hint_like_any(idp: Deployment, reader: App, ada: User) -> None:
    """RP-Initiated Logout §2, OIDC Core §3.1.2.1: the token is accepted as id_token_hint."""
    browser = idp.browser(ada)
    token = idp.tokens(reader, browser, scope=EVERYTHING)["id_token"]
    asked = asked_by(reader, prompt="none", id_token_hint=token)
    assert "code" in browser.get("/authorize", asked).answered
    other = idp.browser(idp.person())
    assert other.get("/authorize", asked).answered["error"] == "login_required"


def test_an_id_token_with_the_largest_profile_still_signs_people_out(idp: Deployment) -> None:
    """RP-Initiated Logout §2: each issued ID Token is accepted as a hint, also one with claims of the claims parameter."""
    line = "Ærøskøbing " * 90
    largest = {"name": "A" * 255, "address": dict.fromkeys(("formatted", "street_address", "locality", "region", "country"), line)}
    ada = idp.person(claims=largest)
    wanted = json.dumps({"id_token": {"address": None, "name": None}})
    for app, asked in ((idp.app(id_token_claims=True), {"scope": EVERYTHING}), (idp.app(), {"scope": "openid", "claims": wanted})):
        browser = idp.browser(ada)
        token = idp.tokens(app, browser, **asked)["id_token"]
        assert len(token) > 8192
        assert "code" in browser.get("/authorize", asked_by(app, prompt="none", id_token_hint=token)).answered
        there = app.client.post_logout_redirect_uris[0]
        form = {"id_token_hint": token, "post_logout_redirect_uri": there}
        left = browser.post("/logout", form, headers=[("origin", "https://idp.example")])
        assert (left.location or "").startswith(there), left


def test_a_hint_that_is_longer_than_any_id_token_is_refused(idp: Deployment, ada: User) -> None:
    """K-02: a hint above the limit is refused before it is parsed, even with a valid signature; just below, it is read."""
    tokens, key = idp.services.tokens, idp.services.keyring.active("RS256")

    def sign(claims: dict[str, Any], typ: str) -> str:
        return jose.sign(claims, key.jose, kid=key.kid, alg=key.alg, typ=typ)

    claims = {"iss": "https://idp.example", "sub": ada.id, "aud": "web", "auth_time": 1}
    for padding, read in ((17_000, True), (19_000, False)):
        hint = sign({**claims, "name": "x" * padding}, "JWT")
        assert (tokens.verify_id_token_hint(hint) is not None) is read
    long_access_token = sign({**claims, "client_id": "web", "jti": "1", "exp": 2**40, "x": "x" * 7000}, "at+jwt")
    with pytest.raises(InvalidToken):
        tokens.verify_access_token(long_access_token)


def test_it_costs_no_call_of_dynamodb(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token endpoint reads the user in any case, so a redemption and a refresh make the usual calls."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    ada = idp.person()
    idp.get("/jwks")

    def calls(app: App) -> list[list[str]]:
        code = idp.code(app, ada, scope=EVERYTHING)
        engine.forget()
        tokens = idp.redeem(app, code).json
        redeemed = list(engine.calls)
        engine.forget()
        assert idp.refresh(app, tokens["refresh_token"]).status == 200
        return [redeemed, list(engine.calls)]

    plain, telling = calls(idp.app()), calls(idp.app(id_token_claims=True))
    assert plain == telling
    assert [len(each) for each in plain] == [2, 2]


# --- setting of the client -------------------------------------------------------------------------------------------------------


def chosen(idp: Deployment, client_id: str) -> bool:
    """The stored setting of the client."""
    client = idp.services.clients.get(client_id)
    assert client
    return client.id_token_claims


@pytest.mark.parametrize("value", [None, 1, 0, "true", "email", ["email"], {"email": True}])
def test_it_is_true_or_false(idp: Deployment, value: object) -> None:
    """Any other value is refused when a client is created or changed, and the error names the member."""
    with pytest.raises(Invalid) as refused:
        idp.services.client_service.create({"redirect_uris": ["https://a.example/cb"], "id_token_claims": value}, scope=DEPLOYMENT)
    assert refused.value.field == "id_token_claims"
    client = idp.app()
    with pytest.raises(Invalid):
        idp.services.client_service.patch(client.id, {"id_token_claims": value}, scope=DEPLOYMENT)
    assert not chosen(idp, client.id)


def replaced(idp: Deployment, made: dict[str, Any], **changes: Any) -> Answer:
    """RFC 7592 §2.2: the registration sent back, with changes. A member that is ... is left out."""
    ours = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
    body = {**{name: value for name, value in made.items() if name not in ours}, **changes}
    return own(idp, "PUT", made, {name: value for name, value in body.items() if value is not ...})


@pytest.mark.parametrize("token", [False, True], ids=["openly", "with a token"])
def test_an_app_that_registers_itself_does_not_choose_it(with_settings: WithSettings, *, token: bool) -> None:
    """J-02: the member is ignored unless the deployment allows it, at registration and at a replacement."""
    idp = with_settings(registration="open")
    made = register(idp, token=initial_access(idp) if token else "", id_token_claims=True).json
    assert "id_token_claims" not in made
    assert not chosen(idp, made["client_id"])
    assert "id_token_claims" not in replaced(idp, made, id_token_claims=True).json
    assert not chosen(idp, made["client_id"])


@pytest.mark.parametrize("token", [False, True], ids=["openly", "with a token"])
def test_where_the_deployment_allows_it_an_app_chooses_for_itself(with_settings: WithSettings, *, token: bool) -> None:
    """IDP_REGISTRATION_ID_TOKEN_CLAIMS=on: the answer has the registered value (RFC 7591 §3.2.1), which is false by default."""
    idp = with_settings(registration="open", registration_id_token_claims="on")
    secret = initial_access(idp) if token else ""
    assert register(idp, token=secret).json["id_token_claims"] is False
    made = register(idp, token=secret, id_token_claims=True).json
    assert made["id_token_claims"] is True
    assert chosen(idp, made["client_id"])
    assert replaced(idp, made).json["id_token_claims"] is True
    assert replaced(idp, made, id_token_claims=...).json["id_token_claims"] is False
    refused = register(idp, token=secret, id_token_claims="yes")
    assert (refused.status, refused.error) == (400, "invalid_client_metadata")


def test_what_an_admin_chose_for_it_stays(with_settings: WithSettings) -> None:
    """A replacement does not change it, and it stays when the deployment's setting is switched off."""
    idp = with_settings(registration="open", registration_id_token_claims="on")
    off, on = register(idp, id_token_claims=True).json, register(idp, id_token_claims=True).json
    idp.services.client_service.patch(off["client_id"], {"id_token_claims": False}, scope=DEPLOYMENT)
    assert replaced(idp, off, id_token_claims=True).json["id_token_claims"] is False
    taken_back = with_settings(registration="open")
    assert replaced(taken_back, on, id_token_claims=False).status == 200
    assert chosen(taken_back, on["client_id"])


def test_an_app_of_an_earlier_release_has_it_off(idp: Deployment, ada: User) -> None:
    """The item of an earlier release does not have the member."""
    from idp.store.client_metadata import members_of

    app = idp.app()
    assert "id_token_claims" not in members_of(app.client)
    assert not about(idp.tokens(app, ada, scope=EVERYTHING)["id_token"])
