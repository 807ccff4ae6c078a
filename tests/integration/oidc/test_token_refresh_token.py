"""The refresh token grant: RFC 6749 §6, OIDC Core §12, RFC 9700 §4.14 (rotation), FAPI 2.0 §5.3.2.1 (a lost reply is no attack)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.people.user import User
from idp.wiring import build_services
from tests.integration.oidc.forging import claims_of, mutants
from tests.support.calling import Answer
from tests.support.deployment import API, NATIVE, OTHER, OTHER_API, POSTING, SPA, WEB, App, Deployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.settings import Settings

GRACE, DAY = 10, 86_400


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


@pytest.fixture
def first(idp: Deployment, ada: User) -> str:
    """The first refresh token of a family of WEB."""
    token = idp.tokens(WEB, ada)["refresh_token"]
    assert isinstance(token, str)
    return token


def refused(answer: Answer, error: str = "invalid_grant", status: int = 400) -> None:
    """RFC 6749 §5.2."""
    assert (answer.status, answer.error) == (status, error), answer
    assert answer.header("cache-control") == "no-store"
    assert not {"access_token", "refresh_token"} & answer.json.keys()


def given(answer: Answer) -> dict[str, Any]:
    """The tokens."""
    assert answer.status == 200, answer.text
    return answer.json


# --- the new tokens -------------------------------------------------------------------------------------------------------


def test_a_refresh_token_gets_new_tokens(idp: Deployment, ada: User) -> None:
    """OIDC Core §12.2: same iss, sub, aud and auth_time; a new iat; no nonce. RFC 9700 §4.14.2: a new refresh token."""
    before = idp.tokens(WEB, ada)
    idp.clock.advance(1000)
    answer = idp.refresh(WEB, before["refresh_token"])
    after = given(answer)
    assert (answer.header("cache-control"), after["token_type"], after["expires_in"]) == ("no-store", "Bearer", 600)
    old, new = claims_of(before["id_token"]), claims_of(after["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"):
        assert old[name] == new[name]
    assert (new["iat"], new["exp"]) == (idp.clock(), idp.clock() + 600)
    assert "nonce" not in new
    assert after["refresh_token"] != before["refresh_token"]
    assert after["scope"] == before["scope"]
    assert idp.userinfo(after["access_token"]).json["sub"] == ada.id


@pytest.mark.parametrize("client", [WEB, POSTING, SPA, NATIVE], ids=lambda app: app.id)
def test_tokens_of_each_client_rotate(idp: Deployment, ada: User, client: object) -> None:
    """Refresh tokens of public and confidential clients rotate."""
    app = next(a for a in (WEB, POSTING, SPA, NATIVE) if a is client)
    token = idp.tokens(app, ada)["refresh_token"]
    assert given(idp.refresh(app, token))["refresh_token"] != token


@pytest.mark.parametrize(
    ("asked", "scope"),
    [(None, "openid email offline_access"), ("", "openid email offline_access"), ("openid", "openid"), ("email openid", "email openid"),
     ("openid email offline_access", "openid email offline_access"), ("email", "email")],
)  # fmt: skip
def test_less_may_be_asked_for(idp: Deployment, ada: User, asked: str | None, scope: str) -> None:
    """RFC 6749 §6: a refresh may request the same scopes or fewer (mod_auth_openidc requests all)."""
    token = idp.tokens(WEB, ada, scope="openid email offline_access")["refresh_token"]
    answer = given(idp.refresh(WEB, token, scope=asked))
    assert answer["scope"] == scope
    assert claims_of(answer["access_token"])["scope"] == scope
    assert ("id_token" in answer) == ("openid" in scope.split())
    again = given(idp.refresh(WEB, answer["refresh_token"]))
    assert again["scope"] == "openid email offline_access", "the refresh token's own scope is what it was"


@pytest.mark.parametrize("scope", ["openid profile", "orders", "OPENID", '"', "openid\temail", "ü", " ".join(f"s{n}" for n in range(9000))])
def test_more_may_not(idp: Deployment, first: str, scope: str) -> None:
    """B-13: "MUST NOT include any scope not originally granted". The refused request does not use the token."""
    refused(idp.refresh(WEB, first, scope=scope), "invalid_scope")
    given(idp.refresh(WEB, first))


def test_the_resource_cannot_be_widened(idp: Deployment, ada: User) -> None:
    """B-14, RFC 8707 §2.2."""
    reader = idp.app(resources=(API, OTHER_API))
    token = idp.tokens(reader, ada, resource=API)["refresh_token"]
    refused(idp.refresh(reader, token, resource=OTHER_API), "invalid_target")
    assert claims_of(given(idp.refresh(reader, token, resource=API))["access_token"])["aud"] == API


# --- rotation -------------------------------------------------------------------------------------------------------------


def test_each_token_of_a_family_is_good_once(idp: Deployment, first: str) -> None:
    """Each token of a live family works once, in order."""
    token, seen = first, {first}
    for _ in range(5):
        idp.clock.advance(DAY)
        token = given(idp.refresh(WEB, token))["refresh_token"]
        assert token not in seen
        seen.add(token)


@pytest.mark.parametrize("seconds", [0, 1, GRACE - 1])
def test_a_lost_reply_may_be_asked_for_again(idp: Deployment, first: str, seconds: int) -> None:
    """C-07, FAPI 2.0: within the grace period each retry gets the same successor, so the family does not fork."""
    second = given(idp.refresh(WEB, first))["refresh_token"]
    idp.clock.advance(seconds)
    for _ in range(3):
        assert given(idp.refresh(WEB, first))["refresh_token"] == second
    given(idp.refresh(WEB, second))


@pytest.mark.parametrize("seconds", [GRACE, GRACE + 1, DAY])
def test_after_the_grace_it_is_a_replay(idp: Deployment, ada: User, seconds: int) -> None:
    """C-01, ASVS 10.4.5: a replay revokes the family with its newest token and its access tokens; the audit trail has one event."""
    tokens = idp.tokens(WEB, ada)
    newest = given(idp.refresh(WEB, tokens["refresh_token"]))
    idp.clock.advance(seconds)
    refused(idp.refresh(WEB, tokens["refresh_token"]))
    refused(idp.refresh(WEB, newest["refresh_token"]))
    refused(idp.refresh(WEB, tokens["refresh_token"]))
    assert not idp.alive(WEB, newest["refresh_token"])
    assert idp.userinfo(newest["access_token"]).status == 401
    assert [e.type for e in idp.events(ada)] == ["refresh_token.replayed"]


def test_two_generations_back_is_a_replay_even_within_the_grace(idp: Deployment, first: str) -> None:
    """C-07: after the successor was used, a request with its predecessor is a replay."""
    second = given(idp.refresh(WEB, first))["refresh_token"]
    third = given(idp.refresh(WEB, second))["refresh_token"]
    refused(idp.refresh(WEB, first))
    refused(idp.refresh(WEB, third))
    refused(idp.refresh(WEB, second))


def _hung(idp: Deployment, monkeypatch: pytest.MonkeyPatch, token: str, *, rotations: int, seconds: int) -> tuple[Answer, str]:
    """The answer of a refresh that hung after its read, and the newest token: others rotated meanwhile, `seconds` ago."""
    grants, newest = idp.services.grants, [token]
    rotate = grants.rotate

    def late(*given_: Any, **named: Any) -> Any:
        monkeypatch.setattr(grants, "rotate", rotate)
        for _ in range(rotations):
            newest.append(given(idp.refresh(WEB, newest[-1]))["refresh_token"])
        idp.clock.advance(seconds)
        return rotate(*given_, **named)

    monkeypatch.setattr(grants, "rotate", late)
    return idp.refresh(WEB, token), newest[-1]


@pytest.mark.parametrize("rotations", [2, 3])
def test_a_request_that_hung_gets_nothing_and_ends_nothing(
    idp: Deployment, ada: User, first: str, monkeypatch: pytest.MonkeyPatch, rotations: int
) -> None:
    """C-07: the token was the current one when it was read, so it is no replay, also if its retry was rotated since."""
    answer, newest = _hung(idp, monkeypatch, first, rotations=rotations, seconds=GRACE - 1)
    refused(answer)
    given(idp.refresh(WEB, newest))
    assert not idp.events(ada)
    refused(idp.refresh(WEB, first))
    assert [e.type for e in idp.events(ada)] == ["refresh_token.replayed"]


@pytest.mark.parametrize(("rotations", "seconds"), [(2, GRACE), (2, DAY), (1, GRACE)])
def test_a_request_that_hung_for_longer_than_the_grace_is_a_replay(
    idp: Deployment, first: str, monkeypatch: pytest.MonkeyPatch, rotations: int, seconds: int
) -> None:
    answer, newest = _hung(idp, monkeypatch, first, rotations=rotations, seconds=seconds)
    refused(answer)
    refused(idp.refresh(WEB, newest))


def test_without_a_grace(oidc_settings: Settings, idp: Deployment, ada: User) -> None:
    """IDP_REFRESH_GRACE=0: the second use of a token is a replay."""
    strict = Deployment(build_services(replace(oidc_settings, refresh_grace=0), clock=idp.clock), idp.clock)
    token = strict.tokens(WEB, ada)["refresh_token"]
    successor = given(strict.refresh(WEB, token))["refresh_token"]
    refused(strict.refresh(WEB, token))
    refused(strict.refresh(WEB, successor))


def test_an_environment_that_just_started_knows(oidc_settings: Settings, idp: Deployment, first: str) -> None:
    """C-03: the state of a family is stored, not kept in memory."""
    second = given(idp.refresh(WEB, first))["refresh_token"]
    idp.clock.advance(GRACE)
    cold = Deployment(build_services(oidc_settings, clock=idp.clock), idp.clock)
    refused(cold.refresh(WEB, first))
    refused(idp.refresh(WEB, second))


# --- the client and the token's form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", [OTHER, SPA, POSTING], ids=lambda app: app.id)
def test_another_client_is_refused_and_ends_nothing(idp: Deployment, first: str, client: object) -> None:
    """C-05, conformance oidcc-refresh-token: invalid_grant. The request of another client does not end the family."""
    app = next(a for a in (OTHER, SPA, POSTING) if a is client)
    refused(idp.refresh(app, first))
    second = given(idp.refresh(WEB, first))["refresh_token"]
    idp.clock.advance(GRACE)
    refused(idp.refresh(app, first))
    given(idp.refresh(WEB, second))


def test_a_confidential_client_without_its_secret_is_refused(idp: Deployment, first: str) -> None:
    """C-05: a confidential client must send its secret with the token."""
    form = {"grant_type": "refresh_token", "refresh_token": first}
    refused(idp.post("/token", form), "invalid_client", 401)
    refused(idp.post("/token", {**form, "client_id": WEB.id}), "invalid_client", 401)
    refused(idp.post("/token", form, auth=(WEB.id, "x")), "invalid_client", 401)
    given(idp.refresh(WEB, first))


def test_a_forged_token_is_refused(idp: Deployment, first: str) -> None:
    """C-10: only the exact issued string is accepted."""
    for forged in [*mutants(first), "", "x", "null", "x" * 60_000, "ü"]:
        if forged and forged != first:
            refused(idp.refresh(WEB, forged))
    given(idp.refresh(WEB, first))


def test_other_artefacts_are_no_refresh_tokens(idp: Deployment, ada: User) -> None:
    """B-11, D-09: this includes the code that began the family, although it names the same grant."""
    browser = idp.browser(ada)
    code = idp.code(WEB, browser)
    tokens = idp.redeem(WEB, code).json
    for other in (code, idp.code(WEB, browser), tokens["access_token"], tokens["id_token"], next(iter(browser.cookies.values()))):
        refused(idp.refresh(WEB, other))
    assert idp.alive(WEB, tokens["refresh_token"])


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_token_is_refused(idp: Deployment, value: str | None) -> None:
    """RFC 6749 §5.2: the error is invalid_request."""
    refused(idp.call(WEB, "/token", grant_type="refresh_token", refresh_token=value), "invalid_request")


def test_of_a_code_that_was_not_redeemed(idp: Deployment, ada: User) -> None:
    """A correctly sealed token is refused while the code of its grant is not redeemed."""
    handle = idp.services.tokens.open("code", idp.code(WEB, ada))
    assert handle
    refused(idp.refresh(WEB, idp.services.keyring.sealer().seal("refresh_token", [handle.user_id, handle.grant_id, 0])))


@pytest.mark.parametrize("generation", [1, 2, 1_000_000, -1])
def test_generations_that_were_never_given(idp: Deployment, ada: User, first: str, generation: int) -> None:
    """A correctly sealed token with a generation that was not issued is refused."""
    handle = idp.services.tokens.open("refresh_token", first)
    assert handle
    refused(idp.refresh(WEB, idp.services.keyring.sealer().seal("refresh_token", [ada.id, handle.grant_id, generation])))


# --- lifetimes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "status"), [(30 * DAY - 1, 200), (30 * DAY, 400), (40 * DAY, 400)])
def test_unused_it_ends_after_the_idle_lifetime(idp: Deployment, ada: User, first: str, seconds: int, status: int) -> None:
    """RFC 9700 §4.14.2: "refresh tokens SHOULD expire if the client has been inactive for some time". It is not a replay."""
    idp.clock.advance(seconds)
    assert idp.refresh(WEB, first).status == status
    assert idp.events(ada) == []


def test_a_retry_of_what_ended_meanwhile(idp: Deployment, first: str) -> None:
    """K-07: a retry within the grace period works although the used token's idle lifetime is over."""
    idp.clock.advance(30 * DAY - 1)
    given(idp.refresh(WEB, first))
    idp.clock.advance(9)
    given(idp.refresh(WEB, first))


def test_used_it_ends_after_the_absolute_lifetime(idp: Deployment, first: str) -> None:
    """C-06, ASVS 10.4.8: a refresh does not extend the family past the absolute lifetime."""
    newest, begin = given(idp.refresh(WEB, first)), idp.clock()
    for month in range(1, 13):
        idp.clock.now = begin + month * 29 * DAY
        newest = given(idp.refresh(WEB, newest["refresh_token"]))
    idp.clock.now = begin + 365 * DAY + 59
    assert idp.alive(WEB, newest["refresh_token"])
    newest = given(idp.refresh(WEB, newest["refresh_token"]))
    idp.clock.now = begin + 365 * DAY + 60
    assert not idp.alive(WEB, newest["refresh_token"])
    assert not idp.alive(WEB, newest["access_token"])
    refused(idp.refresh(WEB, newest["refresh_token"]))


def test_without_offline_access_there_is_none(idp: Deployment, ada: User) -> None:
    """OIDC Core §11."""
    assert "refresh_token" not in idp.tokens(WEB, ada, scope="openid")


# --- authority that was withdrawn (C-04) ----------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"disabled": True}, {"security_stamp": 1}])
def test_users_who_may_not_any_more(idp: Deployment, ada: User, first: str, facts: dict[str, object]) -> None:
    """After a disable, password reset or sign-out everywhere, refresh is refused and access tokens are inactive."""
    access = given(idp.refresh(WEB, first))
    idp.alter(ada, **facts)
    refused(idp.refresh(WEB, access["refresh_token"]))
    assert not idp.alive(WEB, access["refresh_token"])
    assert not idp.alive(WEB, access["access_token"])
    assert idp.userinfo(access["access_token"]).status == 401


def test_users_who_are_gone(idp: Deployment, ada: User, first: str) -> None:
    """The user is deleted. A new user with the same email has another sub and does not get the old tokens."""
    idp.services.user_erasures.delete(ada)
    refused(idp.refresh(WEB, first))
    again = idp.person(email=ada.email)
    assert again.id != ada.id
    refused(idp.refresh(WEB, first))


def test_a_grant_that_was_revoked(idp: Deployment, ada: User, first: str) -> None:
    """The user or an admin revokes it; revoking it again changes nothing."""
    handle = idp.services.tokens.open("refresh_token", first)
    assert handle
    idp.services.grants.revoke(ada.id, handle.grant_id, idp.clock())
    refused(idp.refresh(WEB, first))


def test_within_the_grace_a_revoked_family_is_dead(idp: Deployment, ada: User, first: str) -> None:
    """C-07: "revoking one leaf kills all leaves"; a retry within the grace period is refused."""
    second = given(idp.refresh(WEB, first))["refresh_token"]
    assert idp.call(WEB, "/revoke", token=second).status == 200
    refused(idp.refresh(WEB, first))
    refused(idp.refresh(WEB, second))


def test_clients_that_may_not_any_more(idp: Deployment, ada: User) -> None:
    """E-07: disabled, without the grant type, without offline access, deleted. Once the client is enabled again, refresh works."""
    app = idp.app()
    token = idp.tokens(app, ada)["refresh_token"]
    idp.change(app, disabled=True)
    refused(idp.refresh(app, token), "invalid_client", 401)
    idp.change(app, disabled=False, grant_types=("authorization_code",))
    refused(idp.refresh(app, token), "unauthorized_client")
    idp.change(app, grant_types=app.client.grant_types, scopes=("openid",))
    refused(idp.refresh(app, token))
    idp.change(app, scopes=app.client.scopes)
    token = given(idp.refresh(app, token))["refresh_token"]
    assert idp.services.clients.delete(app.id)
    refused(idp.refresh(app, token), "invalid_client", 401)


ONE_FACTOR, TWO_FACTORS = ("pwd",), ("pwd", "otp", "mfa")
REQUIRING: dict[str, Callable[[Deployment, App, User], None]] = {
    "of the user": lambda idp, _, user: idp.alter(user, mfa_required=True),
    "of admins": lambda idp, _, user: idp.alter(user, admin=True),
    "by the app": lambda idp, app, _: idp.change(app, require_mfa=True),
}


@pytest.mark.parametrize("require", REQUIRING.values(), ids=REQUIRING)
def test_a_second_factor_that_is_required_since(idp: Deployment, require: Callable[[Deployment, App, User], None]) -> None:
    """A grant without a second factor is not refreshed: invalid_grant, so that the app begins a new sign-in (RFC 6749 §5.2)."""
    app, user = idp.app(), idp.person()
    token = idp.tokens(app, idp.browser(user, amr=ONE_FACTOR))["refresh_token"]
    require(idp, app, user)
    answer = idp.refresh(app, token)
    refused(answer, "invalid_grant")
    assert "second factor" in answer.json["error_description"]
    assert not idp.alive(app, token)
    page = idp.authorize(idp.browser(user, amr=ONE_FACTOR), app)
    assert page.is_page, "the new sign-in asks for it"


@pytest.mark.parametrize("require", REQUIRING.values(), ids=REQUIRING)
def test_a_second_factor_that_was_proved_already(idp: Deployment, require: Callable[[Deployment, App, User], None]) -> None:
    """A person who signed in with a second factor keeps access."""
    app, user = idp.app(), idp.person()
    token = idp.tokens(app, idp.browser(user, amr=TWO_FACTORS))["refresh_token"]
    require(idp, app, user)
    given(idp.refresh(app, token))


def test_a_requirement_that_is_taken_back(idp: Deployment) -> None:
    """A refused refresh does not use the token. The answer to another app does not mention the second factor."""
    app, user = idp.app(), idp.person()
    token = idp.tokens(app, idp.browser(user, amr=ONE_FACTOR))["refresh_token"]
    idp.alter(user, mfa_required=True)
    refused(idp.refresh(app, token), "invalid_grant")
    stranger = idp.refresh(WEB, token)
    refused(stranger, "invalid_grant")
    assert "factor" not in stranger.json["error_description"]
    idp.alter(user, mfa_required=False)
    given(idp.refresh(app, token))


def test_an_optional_second_factor_ends_no_family(idp: Deployment) -> None:
    """It was not required, so the apps of the user keep their access."""
    app, user = idp.app(), idp.person()
    token = idp.tokens(app, idp.browser(user, amr=ONE_FACTOR))["refresh_token"]
    idp.alter(user, totp_enabled=True)
    given(idp.refresh(app, token))


def test_scopes_that_the_client_lost(idp: Deployment, ada: User) -> None:
    """The next token does not have them; a request that names them is refused."""
    app = idp.app()
    token = idp.tokens(app, ada, scope="openid email offline_access")["refresh_token"]
    idp.change(app, scopes=("openid", "offline_access"))
    refused(idp.refresh(app, token, scope="openid email"), "invalid_scope")
    answer = given(idp.refresh(app, token))
    assert answer["scope"] == "openid offline_access"
    assert idp.userinfo(answer["access_token"]).json == {"sub": ada.id}


def test_resources_that_the_client_lost(idp: Deployment, ada: User) -> None:
    """B-14: a grant for one resource is not extended to another. The refused request does not use the token."""
    app = idp.app(resources=(API, OTHER_API))
    token = idp.tokens(app, ada, resource=API)["refresh_token"]
    idp.change(app, resources=(OTHER_API,))
    refused(idp.refresh(app, token), "invalid_target")
    idp.change(app, resources=(API,))
    given(idp.refresh(app, token))


@pytest.mark.parametrize(("scope", "alive"), [("openid offline_access", True), ("openid", False)])
def test_offline_access_survives_a_logout_and_other_access_ends(idp: Deployment, ada: User, scope: str, alive: bool) -> None:
    """C-12, OIDC Core §11: offline access continues "even when the End-User is not present"; other access ends with its session."""
    browser = idp.browser(ada)
    tokens = idp.tokens(WEB, browser, scope=scope)
    assert browser.get("/logout", {"id_token_hint": tokens["id_token"]}).status == 200
    assert idp.alive(WEB, tokens["access_token"]) is alive
    if alive:
        given(idp.refresh(WEB, tokens["refresh_token"]))


def test_another_deployments_tokens(idp: Deployment, fresh: Deployment, first: str) -> None:
    """K-12: another deployment has other keys and tables, and refuses the token."""
    refused(fresh.refresh(WEB, first))
