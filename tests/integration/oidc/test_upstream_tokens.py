"""Token exchange for a token of an upstream (RFC 8693): who gets it, and who does not (threats O-23 to O-26)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.adapters.outgoing import Answered, FetchRefused
from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.oauth.token.upstream_token import ACCESS_TOKEN
from idp.telemetry.journal import Journal
from tests.integration.oidc.proving import Signer, dpop, proof
from tests.support.deployment import ISSUER, OTHER_API, VERIFIER
from tests.support.kept_tokens import GRANTS, Vault, vault

if TYPE_CHECKING:
    from tests.support.deployment import Deployment


@pytest.fixture
def up(idp: Deployment) -> Vault:
    """A connection that keeps tokens, and its app."""
    return vault(idp)


def test_the_app_gets_the_upstreams_token_as_it_is(idp: Deployment, up: Vault) -> None:
    """RFC 8693 §2.2.1. Never the refresh token. While the token is valid, the upstream is not asked."""
    user = idp.person()
    token = up.keep(up.link(user))
    answer = up.exchange(up.token(user))
    assert answer.status == 200, answer.text
    assert answer.json == {
        "access_token": token, "issued_token_type": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600, "scope": "calendar mail",
    }  # fmt: skip
    assert answer.header("cache-control") == "no-store"
    assert up.upstream.asked == []
    (event,) = [each for each in idp.events(user) if each.type == "upstream_token.issued"]
    assert (event.actor, event.client_id, event.target) == (up.app.id, up.app.id, up.name)
    assert token not in str(event)


def test_resource_names_the_connection_like_audience(up: Vault) -> None:
    assert up.exchange(up.token(up.person()), audience=None, resource=up.audience).status == 200


def test_a_token_without_an_end_is_given_without_one(up: Vault) -> None:
    """RFC 6749 §5.1: `expires_in` is only recommended. GitHub's tokens do not expire."""
    assert "expires_in" not in up.exchange(up.token(up.person(expires_in=None, refresh=False))).json


# Who does not get it.


def test_an_app_that_the_connection_does_not_name_gets_none(up: Vault) -> None:
    """Also with the scope and the consent. The answer is the same as for a connection that does not exist."""
    other, user = up.app_like(), up.person()
    refused = up.exchange(up.token(user, other), other)
    assert (refused.status, refused.error) == (400, "invalid_target")
    assert up.exchange(up.token(user, other), other, audience=f"{ISSUER}/upstream/unknown").json == refused.json
    up.name_apps(other)
    assert up.exchange(up.token(user, other), other).status == 200


def test_a_public_client_gets_none(up: Vault) -> None:
    public = up.idp.app(secret=False, grant_types=GRANTS, scopes=("openid", up.scope))
    up.name_apps(public)
    assert up.exchange(up.token(up.person(), public, scope=f"openid {up.scope}"), public).error == "unauthorized_client"


def test_a_client_without_the_grant_type_or_its_secret_gets_none(up: Vault) -> None:
    plain = up.app_like(grant_types=("authorization_code",))
    up.name_apps(plain)
    assert up.exchange(up.token(up.person(), plain, scope=f"openid {up.scope}"), plain).error == "unauthorized_client"
    assert up.exchange(up.token(up.person()), replace(up.app, secret="wrong")).error == "invalid_client"


def test_a_token_of_another_app_is_refused(up: Vault) -> None:
    """The subject token is one that the person gave this client: not one that another named app holds."""
    other, user = up.app_like(), up.person()
    up.name_apps(up.app, other)
    assert up.exchange(up.token(user, other), up.app).error == "invalid_request"


def test_a_token_that_is_meant_for_the_apps_own_api_is_refused(up: Vault) -> None:
    """The other exchange accepts it (`introspects`): an API would get the upstream's token of everybody who calls it."""
    api = up.app_like(introspects=(OTHER_API,))
    up.name_apps(api)
    caller = up.app_like(resources=(OTHER_API,))
    assert up.exchange(up.token(up.person(), caller, resource=OTHER_API), api).error == "invalid_request"


def test_a_token_with_an_actor_is_refused(idp: Deployment, up: Vault) -> None:
    """RFC 8693 §4.1: what an exchange gave to somebody who acts for the person is not the person's word to this app."""
    user = up.person()
    app = up.app_like(token_exchange_audiences=(OTHER_API,), token_exchange_scopes=("openid", up.scope))
    up.name_apps(app)
    acting = up.exchange(up.token(user, app), app, audience=OTHER_API)
    assert acting.status == 200, acting.text
    assert up.exchange(acting.json["access_token"], app).error == "invalid_request"


def test_another_person_gets_their_own_or_none(idp: Deployment, up: Vault) -> None:
    up.person()
    stranger = idp.person()
    assert up.exchange(up.token(stranger)).error == "interaction_required"


def test_a_token_that_the_person_did_not_allow_it_with_is_refused(up: Vault) -> None:
    """The scope names the connection: the consent page shows it."""
    refused = up.exchange(up.token(up.person(), scope="openid"))
    assert (refused.error, up.scope in refused.json["error_description"]) == ("invalid_scope", True)


def test_a_scope_that_an_admin_took_from_the_app_does_not_count(idp: Deployment, up: Vault) -> None:
    token = up.token(up.person())
    idp.change(up.app, scopes=("openid",))
    assert up.exchange(token).error == "invalid_scope"


def test_a_bound_token_needs_its_key(idp: Deployment, up: Vault) -> None:
    """RFC 9449 §5. Another key, and none, are refused."""
    key, user = Signer(), up.person()
    form = {
        "grant_type": "authorization_code", "redirect_uri": up.app.redirect_uri, "code_verifier": VERIFIER,
        "code": idp.code(up.app, user, scope=f"openid {up.scope}"),
    }  # fmt: skip
    answer = idp.post("/token", form, auth=up.app.auth, headers=dpop(proof(key, idp.clock())))
    token = answer.json["access_token"]
    asked = {"grant_type": TOKEN_EXCHANGE, "subject_token": token, "subject_token_type": ACCESS_TOKEN, "audience": up.audience}
    for headers in ([], dpop(proof(Signer(), idp.clock()))):
        assert idp.post("/token", asked, auth=up.app.auth, headers=headers).error == "invalid_request"
    assert idp.post("/token", asked, auth=up.app.auth, headers=dpop(proof(key, idp.clock()))).status == 200


@pytest.mark.parametrize(
    "form",
    [
        {"subject_token": None}, {"subject_token": "x"}, {"subject_token": "a.b.c"}, {"subject_token_type": None},
        {"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"}, {"actor_token": "x"}, {"actor_token_type": ACCESS_TOKEN},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
    ],
)  # fmt: skip
def test_what_is_missing_or_of_another_kind_is_refused(up: Vault, form: dict[str, str | None]) -> None:
    """RFC 8693 §2.2.2."""
    assert up.exchange(up.token(up.person()), **form).error == "invalid_request"


def test_tokens_of_another_issuer_and_of_another_kind_are_refused(idp: Deployment, up: Vault) -> None:
    """Also the upstream's own token: it says nothing about who this app's user is."""
    user = idp.person()
    theirs = up.keep(up.link(user))
    tokens = idp.tokens(up.app, user, scope=f"openid offline_access {up.scope}")
    for other in (theirs, tokens["id_token"], tokens["refresh_token"]):
        assert up.exchange(other).error == "invalid_request"


@pytest.mark.parametrize("more", [{"resource": OTHER_API}, {"audience": "https://idp.example/upstream/other"}])
def test_one_request_is_about_one_connection(up: Vault, more: dict[str, str]) -> None:
    assert up.exchange(up.token(up.person()), **{"resource": up.audience, **more}).error == "invalid_target"


def test_never_more_scope_than_the_person_allowed_there(up: Vault) -> None:
    """Fewer may be asked for, but a token of another provider cannot be narrowed: its scope is told (RFC 6749 §3.3)."""
    token = up.token(up.person())
    assert up.exchange(token, scope="mail").json["scope"] == "calendar mail"
    for scope in ("contacts", "mail contacts", "openid", 'a"b'):
        assert up.exchange(token, scope=scope).error == "invalid_scope"


# What ends it.


def test_an_expired_and_a_revoked_subject_token_are_refused(idp: Deployment, up: Vault) -> None:
    user = up.person()
    tokens = idp.tokens(up.app, user, scope=f"openid offline_access {up.scope}")
    assert up.exchange(tokens["access_token"]).status == 200
    idp.call(up.app, "/revoke", token=tokens["refresh_token"])
    assert up.exchange(tokens["access_token"]).error == "invalid_request"
    token = up.token(user)
    idp.clock.now += 600
    assert up.exchange(token).error == "invalid_request"


def test_a_person_who_is_disabled_or_changed_the_password_gives_no_tokens(idp: Deployment, up: Vault) -> None:
    for change in ({"disabled": True}, {"security_stamp": 7}):
        user = up.person()
        token = up.token(user)
        idp.alter(user, **change)
        assert up.exchange(token).error == "invalid_request"


def test_a_session_that_ended_gives_no_tokens(idp: Deployment, up: Vault) -> None:
    """Without offline access, what a session gave ends with it."""
    user = up.person()
    browser = idp.browser(user)
    token = str(idp.tokens(up.app, browser, scope=f"openid {up.scope}")["access_token"])
    assert up.exchange(token).status == 200
    for grant in idp.services.grants.of(user.id):
        idp.services.grants.revoke(user.id, grant.id, idp.clock())
    assert up.exchange(token).error == "invalid_request"


@pytest.mark.parametrize("change", [{"enabled": False}, {"keeps_tokens": False}, {"token_apps": ()}, {"token_incarnations": {}}])
def test_a_connection_that_an_admin_changed_gives_no_tokens_at_once(up: Vault, change: dict[str, object]) -> None:
    """Disabled, without tokens, without the app, or with another app that had this id."""
    token = up.token(up.person())
    assert up.exchange(token).status == 200
    up.change(**change)
    assert up.exchange(token).error == "invalid_target"


def test_a_connection_that_was_deleted_and_made_again_gives_no_old_tokens(idp: Deployment, up: Vault) -> None:
    """Its id and its issuer are the same, and the link counts again. The refresh token goes to nobody."""
    user = up.person(expires_in=30)
    token, before = up.token(user), up.connection
    assert idp.services.connections.delete(before)
    assert up.exchange(token).error == "invalid_target"
    assert idp.services.connections.create(replace(before, created_at=before.created_at + 1))
    assert up.exchange(token).error == "interaction_required"
    assert up.upstream.asked == []


@pytest.mark.parametrize("change", [{"token_endpoint": "https://other.example/token"}, {"client_id": "another"}])
def test_a_refresh_token_goes_to_no_other_host_and_client(up: Vault, change: dict[str, str]) -> None:
    """An admin who moves the endpoint would get the refresh tokens of all people."""
    token = up.token(up.person(expires_in=30))
    up.change(**change)
    assert up.exchange(token).error == "interaction_required"
    assert up.upstream.asked == []


def test_an_account_that_was_disconnected_gives_no_tokens(idp: Deployment, up: Vault) -> None:
    """The tokens are removed with the link, in one transaction."""
    user = idp.person()
    link = up.link(user)
    up.keep(link)
    token = up.token(user)
    assert idp.services.issuer_links.delete(user.id, link.id)
    assert up.kept(user) is None
    assert up.exchange(token).error == "interaction_required"


def test_tokens_without_a_link_do_not_count(idp: Deployment, up: Vault) -> None:
    """A sign-in that ends after the account was disconnected may have left them."""
    user = idp.person()
    link = up.link(user)
    assert idp.services.issuer_links.delete(user.id, link.id)
    up.keep(link)
    assert up.exchange(up.token(user)).error == "interaction_required"


def test_tokens_of_one_person_do_not_open_for_another(idp: Deployment, up: Vault) -> None:
    """Who could write to the table could copy an item. The encryption names person, link and connection."""
    mine, theirs = up.person(), up.person()
    kept, other = up.kept(mine), up.kept(theirs)
    store = idp.services.upstream_token_store
    assert idp.services.database.transact(store.keep_part(other._replace(access=kept.access, stored_at=other.stored_at + 1))) is None
    assert up.exchange(up.token(theirs)).status == 503


def test_no_output_has_a_token_of_the_upstream(idp: Deployment, up: Vault) -> None:
    """K-03: neither log, nor audit trail, nor table, also if the upstream sends a token back in an error."""
    lines = list[str]()
    vars(idp.services)["journal"] = Journal(deployment="d", metrics=True, least="DEBUG", for_people=False, write=lines.append)
    user = idp.person()
    link = up.link(user)
    token, seen = up.token(user), [up.keep(link, expires_in=10)]
    seen.append(up.exchange(token).json["access_token"])
    up.upstream.live.clear()
    idp.clock.now += 590
    assert up.exchange(token).status == 200
    assert len(up.upstream.asked) == 1
    up.keep(link, expires_in=10)
    up.upstream.live.clear()
    assert up.exchange(token).error == "interaction_required"
    seen += up.upstream.asked
    stored = str(list(idp.services.database.scan("state"))) + str(list(idp.services.database.scan("directory")))
    assert lines
    assert [each for each in seen if each in stored + "".join(lines)] == []
    assert "access-" not in repr(up.idp.services.upstream_token_store.of(user.id, up.name))


# Refreshed on demand.


def test_a_token_that_ends_soon_is_refreshed_and_the_new_refresh_token_is_kept(idp: Deployment, up: Vault) -> None:
    user = up.person(expires_in=3600)
    first = up.exchange(up.token(user)).json["access_token"]
    for _ in range(3):
        idp.clock.now += 3590
        up.upstream.scope = "calendar"
        answer = up.exchange(up.token(user))
        assert (answer.status, answer.json["expires_in"], answer.json["scope"]) == (200, 3600, "calendar"), answer.text
        assert answer.json["access_token"] != first
        first = answer.json["access_token"]
    assert (len(set(up.upstream.asked)), up.upstream.reused) == (3, 0)
    assert sum(each.type == "upstream_token.refreshed" for each in idp.events(user)) == 3


def test_a_refresh_without_a_scope_keeps_the_scope(idp: Deployment, up: Vault) -> None:
    """RFC 6749 §6."""
    assert up.exchange(up.token(up.person(expires_in=10))).json["scope"] == "calendar mail"


def test_an_upstream_that_ends_the_access_is_told_to_the_app(idp: Deployment, up: Vault) -> None:
    """The tokens are removed, and the person has to sign in there again. A sign-in mends it."""
    user = idp.person()
    link = up.link(user)
    up.keep(link, expires_in=10)
    up.upstream.live.clear()
    token = up.token(user)
    refused = up.exchange(token)
    assert (refused.status, refused.error) == (400, "interaction_required")
    assert up.kept(user) is None
    assert [each.type for each in idp.events(user) if each.type.startswith("upstream_token")] == ["upstream_token.lost"]
    assert up.exchange(token).error == "interaction_required"
    assert len(up.upstream.asked) == 1
    up.keep(link)
    assert up.exchange(token).status == 200


def test_an_expired_token_without_a_refresh_token_needs_a_sign_in(up: Vault) -> None:
    token = up.token(up.person(expires_in=5, refresh=False))
    assert up.exchange(token).json["expires_in"] == 5
    up.idp.clock.now += 5
    assert up.exchange(token).error == "interaction_required"


@pytest.mark.parametrize(
    "instead",
    [
        FetchRefused("no answer"), Answered(503, b"", {}), Answered(429, b"{}", {}), Answered(500, b'{"error": "server_error"}', {}),
        Answered(401, b'{"error": "invalid_client"}', {}), Answered(200, b"{}", {}), Answered(200, b"[]", {}), Answered(302, b"", {}),
        Answered(200, b'{"access_token": "x", "token_type": "mac"}', {}),
    ],
)  # fmt: skip
def test_an_upstream_that_is_down_loses_nothing(up: Vault, instead: Answered | FetchRefused) -> None:
    """temporarily_unavailable, with Retry-After. What is stored stays, and the next request asks again."""
    user = up.person(expires_in=30)
    token = up.token(user)
    up.upstream.instead = instead
    assert up.exchange(token).json["expires_in"] == 30  # it is valid still
    up.idp.clock.now += 31
    answer = up.exchange(token)
    assert (answer.status, answer.error) == (503, "temporarily_unavailable")
    assert answer.header("retry-after")
    up.upstream.instead = None
    assert up.exchange(token).status == 200
    assert len(set(up.upstream.asked)) == 1
