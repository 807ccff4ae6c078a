"""ID-JAG at the identity provider (draft-ietf-oauth-identity-assertion-authz-grant-03 §4.3): which clients, users and scopes get one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.grant_types import JWT_BEARER, TOKEN_EXCHANGE
from idp.domain.errors import Invalid
from idp.domain.people.user import User
from idp.domain.tokens.id_jag import TOKEN_TYPE
from idp.oauth.token.grants.token_exchange import ACCESS_TOKEN
from idp.services.audit.recorder import SYSTEM
from idp.services.keys.jose import verify
from tests.integration.oidc.chat import API, CHAT, FILES, HISTORY, POLICY
from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.forging import claims_of, header_of
from tests.integration.oidc.proving import Signer, dpop, proof
from tests.support.calling import Answer
from tests.support.deployment import ISSUER, WEB, App, Deployment
from tests.support.organising import join, organisation

ID_TOKEN, REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:refresh_token"
WIKI: dict[str, Any] = {
    "grant_types": ("authorization_code", "refresh_token", TOKEN_EXCHANGE), "scopes": ("openid", "email", "offline_access"),
    "id_jag_audiences": POLICY,
}  # fmt: skip


@pytest.fixture
def idp(with_settings: WithSettings) -> Deployment:
    """A provider that issues ID-JAGs."""
    return with_settings(id_jag="on")


@pytest.fixture
def wiki(idp: Deployment) -> App:
    """An app to which people sign in, and which an admin allowed to get ID-JAGs for the chat."""
    return idp.app(**WIKI)


def ask(idp: Deployment, app: App, token: str | None, type_: str | None = ID_TOKEN, **form: str | None) -> Answer:
    asked: dict[str, str | None] = {
        "grant_type": TOKEN_EXCHANGE, "requested_token_type": TOKEN_TYPE, "audience": CHAT, "subject_token": token,
        "subject_token_type": type_, **form,
    }  # fmt: skip
    return idp.call(app, "/token", **asked)


def signed_in(idp: Deployment, app: App, person: User | None = None, scope: str = "openid email offline_access") -> dict[str, Any]:
    return idp.tokens(app, person or idp.person(), scope=scope)


def jag(idp: Deployment, answer: Answer) -> dict[str, Any]:
    """Return the claims of the ID-JAG, verified with the published keys."""
    assert answer.status == 200, answer.text
    token = answer.json["access_token"]
    header = header_of(token)
    (key,) = [key for key in idp.get("/jwks").json["keys"] if key["kid"] == header["kid"]]
    assert (header["typ"], verify(token, key, alg=key["alg"])) == ("oauth-id-jag+jwt", claims_of(token))
    return claims_of(token)


def refused(answer: Answer, error: str = "invalid_request") -> bool:
    return (answer.status, answer.error) == (400, error)


def test_for_an_id_token(idp: Deployment, wiki: App) -> None:
    """§4.3.4, §3.1: the ID-JAG has the required claims, auth_time, amr and the email that the app may read. An event records it."""
    person = idp.person()
    answer = ask(idp, wiki, signed_in(idp, wiki, person)["id_token"])
    told, now = answer.json, idp.clock()
    assert set(told) == {"issued_token_type", "access_token", "token_type", "expires_in", "scope"}
    assert (told["issued_token_type"], told["token_type"], told["expires_in"]) == (TOKEN_TYPE, "N_A", 300)
    assert answer.header("cache-control") == "no-store"
    claims = jag(idp, answer)
    assert (claims["iss"], claims["sub"], claims["aud"], claims["client_id"]) == (ISSUER, person.id, CHAT, "wiki-at-chat")
    assert (claims["iat"], claims["exp"], claims["auth_time"], claims["amr"]) == (now, now + 300, now, ["pwd"])
    assert (claims["scope"], claims["resource"]) == ("chat.read chat.history", [API, HISTORY])
    assert (claims["email"], claims["email_verified"]) == (person.email, True)
    assert "cnf" not in claims
    (event,) = [event for event in idp.events(person) if event.type == "id_jag.issued"]
    assert (event.actor, event.details["audience"]) == (wiki.id, CHAT)


def test_for_a_refresh_token(idp: Deployment, wiki: App) -> None:
    """§4.3.3: a refresh token is validated and not used up. The claims are the current ones."""
    person = idp.person()
    tokens = signed_in(idp, wiki, person, "openid offline_access")
    idp.clock.advance(86400)
    claims = jag(idp, ask(idp, wiki, tokens["refresh_token"], REFRESH_TOKEN))
    assert (claims["sub"], claims["auth_time"]) == (person.id, idp.clock() - 86400)
    assert "email" not in claims
    assert idp.refresh(wiki, tokens["refresh_token"]).status == 200


def test_less_on_request(idp: Deployment, wiki: App) -> None:
    """The client may request fewer scopes and resources. One resource is a string, and a policy without any gives no such claim."""
    token = signed_in(idp, wiki)["id_token"]
    claims = jag(idp, ask(idp, wiki, token, scope="chat.read", resource=API))
    assert (claims["scope"], claims["resource"]) == ("chat.read", API)
    bare = ask(idp, wiki, token, audience=FILES)
    assert not {"scope", "resource"} & set(jag(idp, bare))
    assert "scope" not in bare.json


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"audience": None}, "invalid_request"),
        ({"audience": "https://other.example"}, "invalid_target"),
        ({"audience": ISSUER}, "invalid_target"),
        ({"audience": CHAT[:-1]}, "invalid_target"),
        ({"resource": "https://other.example"}, "invalid_target"),
        ({"audience": FILES, "resource": API}, "invalid_target"),
        ({"scope": "chat.write"}, "invalid_scope"),
        ({"scope": '"'}, "invalid_scope"),
        ({"audience": FILES, "scope": "chat.read"}, "invalid_scope"),
        ({"actor_token": "x", "actor_token_type": ID_TOKEN}, "invalid_request"),
        ({"actor_token_type": ID_TOKEN}, "invalid_request"),
        ({"authorization_details": "[]"}, "invalid_request"),
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token_type": None}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        ({"subject_token_type": ACCESS_TOKEN}, "invalid_request"),
        ({"subject_token_type": REFRESH_TOKEN}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_request"),
        ({"requested_token_type": ID_TOKEN}, "invalid_request"),
    ],
)
def test_a_scope_or_audience_that_is_not_allowed_is_refused(idp: Deployment, wiki: App, form: dict[str, str | None], error: str) -> None:
    """Each request is refused, and no issuance is recorded."""
    person = idp.person()
    assert refused(ask(idp, wiki, **{"token": signed_in(idp, wiki, person)["id_token"], "type_": ID_TOKEN, **form}), error)
    assert not [event for event in idp.events(person) if event.type == "id_jag.issued"]


def test_it_is_off_unless_switched_on(with_settings: WithSettings, idp: Deployment, wiki: App) -> None:
    """No ID-JAG is issued, metadata do not list it, and no app can be registered for it."""
    off = with_settings()
    assert refused(ask(off, wiki, signed_in(off, wiki)["id_token"]))
    name = "identity_chaining_requested_token_types_supported"
    assert name not in off.get("/.well-known/oauth-authorization-server").json
    assert idp.get("/.well-known/oauth-authorization-server").json[name] == [TOKEN_TYPE]
    asked = {"grant_types": [TOKEN_EXCHANGE], "scope": "", "id_jag_audiences": POLICY}
    assert idp.services.client_service.create(asked, scope=DEPLOYMENT)[0].id_jag_audiences
    with pytest.raises(Invalid):
        off.services.client_service.create(asked, scope=DEPLOYMENT)


@pytest.mark.parametrize(
    "value",
    [
        [],
        "x",
        1,
        {"http://chat.example": {"client_id": "a"}},
        {"chat": {"client_id": "a"}},
        {CHAT + "?a": {"client_id": "a"}},
        {CHAT: {}},
        {CHAT: None},
        {CHAT: {"client_id": ""}},
        {CHAT: {"client_id": 1}},
        {CHAT: {"client_id": "a", "more": 1}},
        {CHAT: {"client_id": "a", "scope": ["a"]}},
        {CHAT: {"client_id": "a", "scope": '"'}},
        {CHAT: {"client_id": "a", "resources": "x:y"}},
        {CHAT: {"client_id": "a", "resources": [1]}},
        {CHAT: {"client_id": "a", "sso_client_id": 1}},
        {ISSUER: {"client_id": "a"}},
        {f"https://{number}.example": {"client_id": "a"} for number in range(21)},
    ],
)
def test_policies_that_are_none(idp: Deployment, value: object) -> None:
    """An invalid policy is refused at registration. The provider itself cannot be a target (§8.3)."""
    with pytest.raises(Invalid):
        idp.services.client_service.create({"grant_types": [TOKEN_EXCHANGE], "scope": "", "id_jag_audiences": value}, scope=DEPLOYMENT)


def test_only_a_confidential_client_with_a_policy_may_ask(idp: Deployment, wiki: App) -> None:
    """§4.3.3: the client must be the token's audience, authenticate, be confidential, and have the grant type and a policy."""
    token, refresh = (signed_in(idp, wiki)[name] for name in ("id_token", "refresh_token"))
    other = idp.app(**WIKI)
    assert refused(ask(idp, other, token))
    assert refused(ask(idp, other, refresh, REFRESH_TOKEN))
    assert refused(ask(idp, other, signed_in(idp, other)["access_token"]))
    lacking = idp.app(**{**WIKI, "id_jag_audiences": None})
    assert refused(ask(idp, lacking, signed_in(idp, lacking)["id_token"]), "invalid_target")
    assert refused(ask(idp, WEB, signed_in(idp, WEB)["id_token"]), "unauthorized_client")
    public = idp.app(**WIKI, secret=False)
    assert refused(ask(idp, public, signed_in(idp, public)["id_token"]), "unauthorized_client")
    assert ask(idp, replace(wiki, secret="wrong"), token).status == 401


def test_another_apps_id_token_of_the_same_session(idp: Deployment, wiki: App) -> None:
    """§4.3.3: "the aud claim of the ID Token … matches the client_id", though the person is signed in to both apps."""
    other, browser = idp.app(**WIKI), idp.browser(idp.person())
    mine, theirs = (idp.tokens(app, browser, scope="openid")["id_token"] for app in (wiki, other))
    assert claims_of(mine)["sid"] == claims_of(theirs)["sid"]
    assert ask(idp, wiki, mine).status == 200
    assert refused(ask(idp, wiki, theirs))
    assert refused(ask(idp, other, mine))


def test_what_is_over(idp: Deployment, wiki: App) -> None:
    """An ID Token is refused as soon as it expires, its session or grant ends, or its user signs out everywhere or is disabled."""
    for end in ("time", "session", "grant", "everything", "user"):
        person = idp.person()
        tokens = signed_in(idp, wiki, person, "openid")
        claims = claims_of(tokens["id_token"])
        access, user = idp.services.user_service.access, idp.services.user_service.get(person.id, scope=DEPLOYMENT)
        assert ask(idp, wiki, tokens["id_token"]).status == 200
        if end == "time":
            idp.clock.advance(idp.services.settings.id_token_lifetime)
        elif end == "session":
            access.end_session(user, claims["sid"], SYSTEM, scope=DEPLOYMENT)
        elif end == "grant":
            access.revoke_grant(user, claims_of(tokens["access_token"])["gid"], SYSTEM, scope=DEPLOYMENT)
        elif end == "everything":
            access.end_everything(user, SYSTEM, scope=DEPLOYMENT)
        else:
            idp.alter(person, disabled=True)
        assert refused(ask(idp, wiki, tokens["id_token"])), end


def test_a_refresh_token_in_two_hands(idp: Deployment, wiki: App) -> None:
    """The rules of a refresh apply: a used token is accepted within the grace period; later it revokes the family."""
    tokens = signed_in(idp, wiki)
    newer = idp.refresh(wiki, tokens["refresh_token"]).json["refresh_token"]
    assert ask(idp, wiki, tokens["refresh_token"], REFRESH_TOKEN).status == 200
    idp.clock.advance(idp.services.settings.refresh_grace)
    assert ask(idp, wiki, newer, REFRESH_TOKEN).status == 200
    assert refused(ask(idp, wiki, tokens["refresh_token"], REFRESH_TOKEN))
    assert refused(ask(idp, wiki, newer, REFRESH_TOKEN))
    assert idp.refresh(wiki, newer).error == "invalid_grant"


def test_a_refresh_token_that_is_over(idp: Deployment, wiki: App) -> None:
    """The token is past its idle lifetime, or the app lost the grant type or offline_access."""
    old = signed_in(idp, wiki)["refresh_token"]
    idp.clock.advance(idp.services.settings.refresh_idle_lifetime)
    assert refused(ask(idp, wiki, old, REFRESH_TOKEN))
    for lost in ({"grant_types": ("authorization_code", TOKEN_EXCHANGE)}, {"scopes": ("openid",), "grant_types": WIKI["grant_types"]}):
        fresh = signed_in(idp, wiki)["refresh_token"]
        idp.change(wiki, **lost)
        assert refused(ask(idp, wiki, fresh, REFRESH_TOKEN))
        idp.change(wiki, scopes=WIKI["scopes"], grant_types=WIKI["grant_types"])


def test_bound_to_a_key(idp: Deployment, wiki: App) -> None:
    """§8.6: the key of the proof is in cnf; a used or malformed proof is refused."""
    key = Signer()
    form = {
        "grant_type": TOKEN_EXCHANGE, "requested_token_type": TOKEN_TYPE, "audience": CHAT, "subject_token_type": ID_TOKEN,
        "subject_token": signed_in(idp, wiki)["id_token"],
    }  # fmt: skip
    shown = proof(key, idp.clock())
    assert jag(idp, idp.post("/token", form, auth=wiki.auth, headers=dpop(shown)))["cnf"] == {"jkt": key.jkt}
    assert idp.post("/token", form, auth=wiki.auth, headers=dpop(shown)).error == "invalid_dpop_proof"
    assert idp.post("/token", form, auth=wiki.auth, headers=dpop("x")).error == "invalid_dpop_proof"


def test_the_subject_that_the_other_server_knows(idp: Deployment) -> None:
    """§5: the sub is that of the other server's app here (sso_client_id). A pairwise app must present a refresh token for it."""
    chat = idp.app(subject_type="pairwise", redirect_uris=("https://chat.example/cb",))
    wiki = idp.app(**{**WIKI, "subject_type": "pairwise", "id_jag_audiences": {CHAT: {"client_id": "a", "sso_client_id": chat.id}}})
    person = idp.person()
    tokens = signed_in(idp, wiki, person)
    told = jag(idp, ask(idp, wiki, tokens["refresh_token"], REFRESH_TOKEN))["sub"]
    assert told == claims_of(signed_in(idp, chat, person)["id_token"])["sub"]
    assert told not in {person.id, claims_of(tokens["id_token"])["sub"]}
    assert refused(ask(idp, wiki, tokens["id_token"]))
    idp.change(chat, disabled=True)
    assert refused(ask(idp, wiki, tokens["refresh_token"], REFRESH_TOKEN), "invalid_target")


def test_it_is_nothing_else(with_settings: WithSettings, wiki: App) -> None:
    """An ID-JAG is refused as an access token, as an id_token_hint, as a grant here (§8.3) and as a subject token."""
    idp = with_settings(id_jag="on", jwt_bearer="on")
    token = ask(idp, wiki, signed_in(idp, wiki)["id_token"]).json["access_token"]
    assert idp.userinfo(token).status == 401
    assert not idp.alive(wiki, token)
    assert idp.services.tokens.verify_id_token_hint(token) is None
    assert refused(ask(idp, wiki, token))
    app = idp.app(grant_types=(JWT_BEARER,), redirect_uris=())
    assert refused(idp.call(app, "/token", grant_type=JWT_BEARER, assertion=token), "invalid_grant")


def test_a_grant_for_an_organisation_gets_none(idp: Deployment) -> None:
    """T-05: an ID-JAG names no organisation, so the other server would take the person for one without it. A grant without one gets it."""
    app, person = idp.app(**WIKI, organization="allowed"), idp.person()
    it = organisation(idp.services)
    join(idp.services, person, it)
    tokens = idp.tokens(app, person, organization=it.id)
    for token, type_ in ((tokens["id_token"], ID_TOKEN), (tokens["refresh_token"], REFRESH_TOKEN)):
        answer = ask(idp, app, token, type_)
        assert refused(answer)
        assert "organisation" in answer.json["error_description"]
    plain = signed_in(idp, app, person)
    assert jag(idp, ask(idp, app, plain["id_token"]))
    assert jag(idp, ask(idp, app, plain["refresh_token"], REFRESH_TOKEN))
