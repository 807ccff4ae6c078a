"""Token exchange (RFC 8693): which client may exchange which token, the act claim, and revocation with the subject token."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.people.user import User
from idp.oauth.token.grants.token_exchange import ACCESS_TOKEN
from tests.support.calling import Answer
from tests.support.deployment import API, ISSUER, OTHER_API, SERVICE, SPA, WEB, App, Deployment

LEDGER = "https://ledger.example"
POLICY: dict[str, Any] = {
    "grant_types": (TOKEN_EXCHANGE,), "redirect_uris": (), "scopes": (), "introspects": (API,),
    "token_exchange_audiences": (OTHER_API, LEDGER), "token_exchange_scopes": ("openid", "orders", "offline_access", "more"),
}  # fmt: skip


@pytest.fixture
def shop(idp: Deployment) -> App:
    """An app whose tokens are for the API."""
    return idp.app(resources=(API,), scopes=("openid", "email", "orders", "offline_access"))


@pytest.fixture
def api(idp: Deployment) -> App:
    """The API, which calls other APIs on behalf of its caller."""
    return idp.app(**POLICY)


def token(idp: Deployment, shop: App, person: User | None = None, **changes: str) -> str:
    """The access token with which the app calls the API."""
    answer = idp.tokens(shop, person or idp.person(), **{"scope": "openid email orders offline_access", **changes})
    return str(answer["access_token"])


def exchange(idp: Deployment, client: App, subject: str | None, **form: str | None) -> Answer:
    asked: dict[str, str | None] = {"subject_token": subject, "subject_token_type": ACCESS_TOKEN, "resource": OTHER_API, **form}
    return idp.call(client, "/token", **{"grant_type": TOKEN_EXCHANGE, **asked})


def claims(idp: Deployment, answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.text
    return idp.services.tokens.verify_access_token(answer.json["access_token"])


def test_a_delegated_token_names_the_person_and_the_actor(idp: Deployment, shop: App, api: App) -> None:
    """§2.2.1, §4.1: the answer's members. The new token is about the same person, for the next API, and act names this client."""
    person = idp.person()
    subject = token(idp, shop, person)
    answer = exchange(idp, api, subject)
    told = answer.json
    assert set(told) == {"access_token", "issued_token_type", "token_type", "expires_in", "scope"}
    assert (told["issued_token_type"], told["token_type"], told["scope"]) == (ACCESS_TOKEN, "Bearer", "openid orders")
    assert answer.header("cache-control") == "no-store"
    made, first = claims(idp, answer), idp.services.tokens.verify_access_token(subject)
    assert (made["sub"], made["aud"], made["client_id"], made["gid"]) == (person.id, OTHER_API, api.id, first["gid"])
    assert made["act"] == {"sub": api.id, "client_id": api.id}
    assert idp.call(api, "/introspect", token=told["access_token"]).json["act"] == made["act"]
    (event,) = [event for event in idp.events(person) if event.type == "token.exchanged"]
    assert (event.actor, event.target, event.details["audience"]) == (api.id, first["gid"], OTHER_API)


def test_a_chain_of_actors(idp: Deployment, shop: App, api: App) -> None:
    """§4.1: "nested act claims" name the earlier actors. The length of the chain is limited."""
    next_api = idp.app(**{**POLICY, "introspects": (OTHER_API,), "token_exchange_audiences": (LEDGER,)})
    second = exchange(idp, api, token(idp, shop)).json["access_token"]
    third = claims(idp, exchange(idp, next_api, second, resource=LEDGER))
    assert third["act"] == {"sub": next_api.id, "client_id": next_api.id, "act": {"sub": api.id, "client_id": api.id}}
    current = token(idp, shop)
    for _ in range(5):
        current = exchange(idp, api, current).json["access_token"]
    assert exchange(idp, api, current).error == "invalid_request"


def test_impersonation_is_for_those_who_may(idp: Deployment, shop: App) -> None:
    """§1.1: a token without act is issued only if an admin allowed it for the client."""
    trusted = idp.app(**POLICY, may_impersonate=True)
    assert "act" not in claims(idp, exchange(idp, trusted, token(idp, shop)))


def test_an_actor_token(idp: Deployment, shop: App, api: App) -> None:
    """§2.1: another party acts. Its actor token must be live, and this client must be allowed to present it."""
    support, customer = idp.person(), idp.person()
    acting = token(idp, shop, support)
    made = claims(idp, exchange(idp, api, token(idp, shop, customer), actor_token=acting, actor_token_type=ACCESS_TOKEN))
    assert (made["sub"], made["act"]["sub"]) == (customer.id, support.id)
    idp.alter(support, disabled=True)
    refused = exchange(idp, api, token(idp, shop, customer), actor_token=acting, actor_token_type=ACCESS_TOKEN)
    assert refused.error == "invalid_request"


@pytest.mark.parametrize(
    "form",
    [
        {"subject_token": None}, {"subject_token_type": None}, {"subject_token": "x"}, {"subject_token": "a.b.c"},
        {"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"}, {"subject_token_type": "access_token"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, {"requested_token_type": "x"},
        {"actor_token": "x", "actor_token_type": ACCESS_TOKEN}, {"actor_token": "x"}, {"actor_token_type": ACCESS_TOKEN},
    ],
)  # fmt: skip
def test_what_is_missing_or_of_another_kind(idp: Deployment, shop: App, api: App, form: dict[str, str | None]) -> None:
    """§2.2.2: "The value of the error parameter MUST be the invalid_request error code"."""
    answer = exchange(idp, api, token(idp, shop), **form)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_tokens_of_another_kind(idp: Deployment, shop: App, api: App) -> None:
    """An ID Token, a refresh token, a code and a service's own token are refused: only a person's access token is exchanged."""
    tokens = idp.tokens(shop, idp.person())
    service = idp.call(SERVICE, "/token", grant_type="client_credentials", resource=API).json["access_token"]
    for other in (tokens["id_token"], tokens["refresh_token"], idp.code(shop, idp.person()), service):
        assert exchange(idp, api, other).error == "invalid_request"


def test_a_token_that_went_astray(idp: Deployment, shop: App, api: App) -> None:
    """A client may exchange its own tokens and tokens for its own API. Other tokens are refused."""
    elsewhere = idp.app(resources=(LEDGER,))
    assert exchange(idp, api, token(idp, elsewhere, scope="openid")).error == "invalid_request"
    assert exchange(idp, api, token(idp, WEB, scope="openid")).error == "invalid_request"
    own = idp.app(**{**POLICY, "introspects": (), "grant_types": ("authorization_code", TOKEN_EXCHANGE),
                     "redirect_uris": ("https://own.example/cb",), "scopes": ("openid",)})  # fmt: skip
    assert exchange(idp, own, token(idp, own, scope="openid")).status == 200
    assert exchange(idp, own, token(idp, shop)).error == "invalid_request"


def test_never_more_than_the_token_that_was_shown(idp: Deployment, shop: App, api: App) -> None:
    """A scope must be allowed for both the subject token and the client; any other scope is refused."""
    subject = token(idp, shop, scope="openid orders")
    assert exchange(idp, api, subject, scope="orders").json["scope"] == "orders"
    for scope in ("email", "more", "orders more", "offline_access", 'a"b'):
        assert exchange(idp, api, subject, scope=scope).error == "invalid_scope"
    assert "scope" not in exchange(idp, api, token(idp, shop, scope="email")).json


def test_only_for_audiences_that_were_allowed(idp: Deployment, shop: App, api: App) -> None:
    """§2.2.2: invalid_target. `audience` is treated like `resource`; without both, the token is for all allowed audiences."""
    subject = token(idp, shop)
    for form in ({"resource": API}, {"resource": "https://evil.example"}, {"resource": None, "audience": "evil"}, {"audience": "evil"}):
        assert exchange(idp, api, subject, **form).error == "invalid_target"
    assert claims(idp, exchange(idp, api, subject, resource=None, audience=LEDGER))["aud"] == LEDGER
    assert claims(idp, exchange(idp, api, subject, resource=None))["aud"] == [OTHER_API, LEDGER]
    nowhere = idp.app(**{**POLICY, "token_exchange_audiences": ()})
    assert exchange(idp, nowhere, subject, resource=None).error == "invalid_target"


def test_never_for_the_admin_api(idp: Deployment, shop: App) -> None:
    """The admin API needs a sign-in, so a policy cannot allow it."""
    admin = ISSUER + "/admin/v1"
    client = idp.app(**{**POLICY, "token_exchange_audiences": (admin,)})
    for resource in (admin, None):
        assert exchange(idp, client, token(idp, shop), resource=resource).error == "invalid_target"


def test_a_client_without_the_grant_is_refused(idp: Deployment, shop: App) -> None:
    """Public clients and clients without the grant are refused (B-12)."""
    subject = token(idp, shop)
    public = idp.app(**POLICY, secret=False)
    for client in (WEB, SPA, public):
        assert exchange(idp, client, subject).error == "unauthorized_client"


def test_it_ends_with_the_token_that_was_shown(idp: Deployment, shop: App, api: App) -> None:
    """One or more exchanges do not extend the lifetime."""
    subject = token(idp, shop)
    end = idp.services.tokens.verify_access_token(subject)["exp"]
    idp.clock.advance(400)
    answer = exchange(idp, api, subject)
    assert (claims(idp, answer)["exp"], answer.json["expires_in"]) == (end, 200)
    again = exchange(idp, api, answer.json["access_token"])
    assert claims(idp, again)["exp"] == end
    idp.clock.advance(200)
    assert exchange(idp, api, subject).error == "invalid_request"


def end_user(idp: Deployment, person: User, shop: App) -> None:
    del shop
    idp.alter(person, disabled=True)


def end_client(idp: Deployment, person: User, shop: App) -> None:
    del person
    idp.change(shop, disabled=True)


def end_grant(idp: Deployment, person: User, shop: App) -> None:
    del shop
    (grant,) = idp.services.grants.of(person.id)
    idp.services.grants.revoke(person.id, grant.id, idp.clock())


@pytest.mark.parametrize("end", [end_user, end_client, end_grant])
def test_what_ends_the_first_ends_the_second(idp: Deployment, shop: App, api: App, end: Any) -> None:
    """The API's token ends with the person, with their app and with the app's grant."""
    person = idp.person()
    made = exchange(idp, api, token(idp, shop, person)).json["access_token"]
    assert idp.alive(api, made)
    assert idp.userinfo(made).status == 200
    end(idp, person, shop)
    assert not idp.alive(api, made)
    assert idp.userinfo(made).status == 401
    assert exchange(idp, api, made).error == "invalid_request"


def test_revoking_it_leaves_the_first_alone(idp: Deployment, shop: App, api: App) -> None:
    """RFC 7009: the API revokes its own token. The app's tokens stay valid."""
    subject = token(idp, shop)
    made = exchange(idp, api, subject).json["access_token"]
    assert idp.call(shop, "/revoke", token=made).status == 200
    assert idp.alive(api, made)
    assert idp.call(api, "/revoke", token=made).status == 200
    assert not idp.alive(api, made)
    assert idp.alive(shop, subject)


def test_claims_by_name_are_not_passed_on(idp: Deployment, shop: App, api: App) -> None:
    """UserInfo returns claims of the app's claims parameter to the app, not to the API."""
    subject = token(idp, shop, scope="openid orders", claims='{"userinfo": {"email": null}}')
    assert "email" in idp.userinfo(subject).json
    assert "email" not in idp.userinfo(exchange(idp, api, subject).json["access_token"]).json


def test_a_client_that_is_younger_than_the_grant(idp: Deployment, shop: App) -> None:
    """An API that was registered after the person signed in may exchange their token."""
    subject = token(idp, shop)
    idp.clock.advance(10)
    young = idp.app(**POLICY, created_at=idp.clock())
    made = exchange(idp, young, subject).json["access_token"]
    assert idp.userinfo(made).status == 200
    idp.change(young, created_at=idp.clock() + 1)
    assert idp.userinfo(made).status == 401
