"""The ID Token of a live session is accepted as a hint although its signing key retired (RP-Initiated Logout §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Conflict
from tests.integration.oidc.forging import header_of
from tests.support.deployment import SESSION, WEB, Deployment

if TYPE_CHECKING:
    from tests.support.calling import Answer, PlainBrowser

BYE = WEB.client.post_logout_redirect_uris[0]
VISIT = 40_000
"""Seconds between two visits: the session stays in use until the key is retired."""


def retired(idp: Deployment, hint: str) -> str:
    """Rotate the key of this ID Token, advance the clock until the key is retired, and return its kid."""
    kid = str(header_of(hint)["kid"])
    idp.services.key_rotation.rotate("RS256", at_once=True)
    for _ in range(3):
        idp.clock.advance(VISIT)
    idp.services.key_rotation.retire()
    assert state(idp, kid) == "retired"
    return kid


def state(idp: Deployment, kid: str) -> str:
    """Return the state of a key."""
    return next(key.state for key in idp.services.key_rotation.listing() if key.kid == kid)


def long_session(idp: Deployment) -> tuple[PlainBrowser, str]:
    """Return a browser with a live session, and an ID Token of this session whose key is past its retire_at."""
    browser = idp.browser(idp.person(), expires_at=idp.clock() + 10**9)
    hint = str(idp.tokens(WEB, browser)["id_token"])
    idp.services.key_rotation.rotate("RS256", at_once=True)
    for _ in range(3):
        idp.clock.advance(VISIT)
        assert "code" in idp.authorize(browser, WEB, prompt="none").answered
    return browser, hint


def sign_out(browser: PlainBrowser, hint: str) -> Answer:
    """Send the app's sign-out request with this hint."""
    return browser.get("/logout", {"id_token_hint": hint, "client_id": WEB.id, "post_logout_redirect_uri": BYE})


@pytest.mark.parametrize("moved", [True, False])
def test_hints_of_a_session_that_outlived_its_key(fresh: Deployment, *, moved: bool) -> None:
    """The hint works at /authorize, and signs out without a question. The same holds if the scheduled job did not retire the key."""
    browser, hint = long_session(fresh)
    if moved:
        fresh.services.key_rotation.retire()
        assert state(fresh, str(header_of(hint)["kid"])) == "retired"
    assert "code" in fresh.authorize(browser, WEB, prompt="none", id_token_hint=hint).answered
    assert sign_out(browser, hint).location == BYE
    assert SESSION not in browser.cookies


def test_the_key_is_not_published_and_verifies_nothing_else(fresh: Deployment) -> None:
    """K-05: a retired key is not in the JWK Set, and its access tokens and subject tokens (ID-JAG) are refused."""
    tokens = fresh.tokens(WEB, fresh.person())
    kid = retired(fresh, tokens["id_token"])
    assert kid not in {key["kid"] for key in fresh.get("/jwks").json["keys"]}
    assert fresh.services.tokens.verify_id_token(tokens["id_token"]) is None
    fresh.clock.now -= 3 * VISIT  # the tokens are not expired at this time
    assert fresh.services.tokens.verify_id_token_hint(tokens["id_token"])
    assert fresh.services.tokens.verify_id_token(tokens["id_token"]) is None
    assert fresh.userinfo(tokens["access_token"]).status == 401
    assert fresh.services.tokens.verify_id_token_hint(tokens["access_token"]) is None


def test_it_counts_for_as_long_as_a_session_may_last(fresh: Deployment) -> None:
    """The hint is refused from session_absolute_lifetime seconds after retire_at on."""
    hint = str(fresh.tokens(WEB, fresh.person())["id_token"])
    kid = retired(fresh, hint)
    (retire_at,) = [key.retire_at for key in fresh.services.key_rotation.listing() if key.kid == kid]
    assert retire_at is not None
    fresh.clock.now = retire_at + fresh.services.settings.session_absolute_lifetime - 1
    assert fresh.services.tokens.verify_id_token_hint(hint)
    fresh.clock.advance(1)
    assert fresh.services.tokens.verify_id_token_hint(hint) is None


@pytest.mark.parametrize("first", [True, False])
def test_a_revoked_key_counts_for_nothing(fresh: Deployment, *, first: bool) -> None:
    """Its hints are refused at once, and sign-out asks the person. This holds for a key revoked while active or after it retired."""
    browser, hint = long_session(fresh) if not first else (fresh.browser(fresh.person()), "")
    hint = hint or str(fresh.tokens(WEB, browser)["id_token"])
    fresh.services.key_rotation.retire()
    kid = str(header_of(hint)["kid"])
    assert state(fresh, kid) == ("active" if first else "retired")
    fresh.services.key_rotation.revoke(kid)
    assert state(fresh, kid) == "revoked"
    assert fresh.services.tokens.verify_id_token_hint(hint) is None
    assert fresh.authorize(browser, WEB, prompt="none", id_token_hint=hint).answered["error"] == "invalid_request"
    assert 'id="confirm-logout"' in sign_out(browser, hint).text
    with pytest.raises(Conflict):
        fresh.services.key_rotation.revoke(kid)


def test_another_persons_hint_asks(fresh: Deployment) -> None:
    """A hint of a retired key has no more effect than a hint of an active key."""
    browser, _ = long_session(fresh)
    hint = str(fresh.tokens(WEB, fresh.person())["id_token"])
    retired(fresh, hint)
    fresh.sign_in(browser, fresh.person())
    assert 'id="confirm-logout"' in sign_out(browser, hint).text
    assert fresh.authorize(browser, WEB, prompt="none", id_token_hint=hint).answered["error"] == "login_required"


def test_a_hint_by_a_foreign_key_is_refused(fresh: Deployment) -> None:
    """An unknown kid is refused, and so is the kid of a retired key with the signature of another key."""
    hint = str(fresh.tokens(WEB, fresh.person())["id_token"])
    later = replace(fresh.services.keyring.active(), kid="unknown")
    kid = retired(fresh, hint)
    header, payload, signature = hint.split(".")
    assert fresh.services.keyring.of_hint(later.kid, 10**9) is None
    assert fresh.services.keyring.of_hint(kid, 10**9) is not None
    newer = str(fresh.tokens(WEB, fresh.person())["id_token"]).split(".")[2]
    assert fresh.services.tokens.verify_id_token_hint(f"{header}.{payload}.{newer}") is None
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]
    assert fresh.services.tokens.verify_id_token_hint(f"{header}.{payload}.{changed}") is None
