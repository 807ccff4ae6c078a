"""Rotation of signing keys: published before they sign, trusted until their last token expires, removed at once when revoked (K-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Conflict, Invalid
from idp.services.keys.key_rotation import PUBLISHED_FOR
from idp.services.keys.keyring import AGAIN, REFRESH, SEALS_AFTER, STALE
from idp.store.transport import NoAnswer
from idp.wiring import build_services
from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.engine import watched
from tests.integration.oidc.forging import header_of
from tests.support.clock import Clock
from tests.support.deployment import SERVICE, WEB, Deployment

if TYPE_CHECKING:
    from idp.settings import Settings
    from idp.wiring.all_services import AllServices

DAY = 86_400


def kids(idp: Deployment) -> set[str]:
    """The ids of the published RS256 keys."""
    return {key["kid"] for key in idp.get("/jwks").json["keys"] if key["alg"] == "RS256"}


def states(idp: Deployment) -> dict[str, str]:
    """The state of each RS256 key."""
    return {key.kid: key.state for key in idp.services.key_rotation.listing() if key.alg == "RS256"}


def token(idp: Deployment) -> str:
    """A new access token."""
    return str(idp.call(SERVICE, "/token", grant_type="client_credentials").json["access_token"])


def alive(idp: Deployment, text: str) -> bool:
    """Whether the token is active."""
    return idp.alive(SERVICE, text)


def elsewhere(idp: Deployment) -> Deployment:
    """Another execution environment of the same deployment, with its own memory."""
    services: AllServices = build_services(idp.services.settings, clock=idp.clock)
    return Deployment(services, idp.clock)


def test_the_next_key_is_published_before_it_signs(fresh: Deployment) -> None:
    """Caches have the key before it signs, so no relying party gets an unknown kid."""
    before = kids(fresh)
    signing = header_of(token(fresh))["kid"]
    fresh.services.key_rotation.rotate("RS256", at_once=True)
    after = header_of(token(fresh))["kid"]
    assert after != signing
    assert {signing, after} == before
    assert kids(fresh) > before


def test_one_key_signs_at_a_time(fresh: Deployment) -> None:
    """All ID Tokens and access tokens that are issued at one time have the same kid."""
    tokens = fresh.tokens(WEB, fresh.person())
    seen = {header_of(text)["kid"] for text in (tokens["access_token"], tokens["id_token"], token(fresh))}
    assert len(seen) == 1


def test_tokens_outlive_the_key_that_signed_them(fresh: Deployment) -> None:
    """Conformance: oidcc-server-rotate-keys: a valid token is accepted at any time, as bearer token and as hint."""
    ada = fresh.person()
    browser = fresh.browser(ada)
    tokens = fresh.tokens(WEB, browser)
    fresh.services.key_rotation.rotate("RS256", at_once=True)
    assert fresh.userinfo(tokens["access_token"]).status == 200
    assert fresh.authorize(browser, WEB, prompt="none", id_token_hint=tokens["id_token"]).answered["code"]
    fresh.clock.advance(599)
    assert fresh.userinfo(tokens["access_token"]).status == 200


def test_an_environment_accepts_what_a_new_key_signs(fresh: Deployment) -> None:
    """K-05: another environment has not read the rotation yet. It accepts tokens of the new key, and its own tokens are accepted."""
    other = elsewhere(fresh)
    old = token(other)
    fresh.services.key_rotation.rotate("RS256", at_once=True)
    new = token(fresh)
    assert header_of(new)["kid"] != header_of(token(other))["kid"], "it still signs with the key that it knows"
    assert [alive(where, text) for where in (fresh, other) for text in (old, new)] == [True] * 4
    fresh.clock.advance(REFRESH)
    assert header_of(token(other))["kid"] == header_of(token(fresh))["kid"]


def test_a_retiring_key_goes_when_its_last_token_is_over(fresh: Deployment) -> None:
    """The key's private part is erased, too."""
    old = header_of(token(fresh))["kid"]
    fresh.services.key_rotation.rotate("RS256", at_once=True)
    fresh.services.key_rotation.retire()
    assert old in kids(fresh)
    fresh.clock.advance(2 * DAY)
    fresh.services.key_rotation.retire()
    assert old not in kids(fresh)
    assert states(fresh)[old] == "retired"
    items = fresh.services.key_items.load().signing
    assert next(item for item in items if item.kid == old).sealed is None


def test_a_retiring_key_ends_without_a_scheduled_job(fresh: Deployment) -> None:
    """If the scheduled job does not run, a retiring key still leaves the JWK Set and verifies nothing from retire_at on."""
    ada = fresh.person()
    hint = fresh.tokens(WEB, ada)["id_token"]
    kid = header_of(hint)["kid"]
    fresh.services.key_rotation.rotate("RS256", at_once=True)
    (retire_at,) = [key.retire_at for key in fresh.services.key_rotation.listing() if key.kid == kid]
    assert retire_at
    fresh.clock.now = retire_at - 1
    assert kid in kids(fresh)
    assert fresh.services.tokens.verify_id_token(hint)
    fresh.clock.advance(1)
    assert kid not in kids(fresh)
    assert fresh.services.tokens.verify_id_token(hint) is None
    assert states(fresh)[kid] == "retiring"


def test_keys_in_memory_serve_while_the_store_is_silent(
    oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The JWK Set is served and tokens are verified from memory until STALE, since no new key seals before that; then the answer is 503."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    hint = idp.tokens(WEB, idp.person())["id_token"]
    known = idp.get("/jwks").json

    def silent(_operation: str, _number: int) -> Exception:
        return NoAnswer("nobody there")

    engine.fault = silent
    idp.clock.advance(REFRESH)
    assert idp.get("/jwks").json == known
    assert idp.services.tokens.verify_id_token_hint(hint)
    tries = len(engine.calls)
    assert idp.get("/jwks").status == 200
    assert len(engine.calls) == tries  # the store is not called again for some seconds
    assert idp.call(SERVICE, "/token", grant_type="client_credentials").status == 503
    idp.clock.advance(STALE - REFRESH - 1)
    assert idp.get("/jwks").status == 200
    idp.clock.advance(AGAIN)
    assert idp.get("/jwks").status == 503
    engine.forget()
    assert idp.get("/jwks").json == known


def test_what_serves_while_the_store_is_silent_is_not_too_old() -> None:
    """The copy in memory is discarded before a key that it does not contain can seal in another environment."""
    assert STALE <= SEALS_AFTER
    assert REFRESH < STALE


def test_a_cold_function_has_nothing_to_serve(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is 503 with Retry-After, since no keys were read."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    engine.fault = lambda _operation, _number: NoAnswer("nobody there")
    answer = idp.get("/jwks")
    assert (answer.status, bool(answer.header("retry-after"))) == (503, True)


def test_a_revoked_key_is_refused_and_another_signs(fresh: Deployment) -> None:
    """Tokens of a revoked key are refused here at once and elsewhere within REFRESH seconds; another key signs at once."""
    other = elsewhere(fresh)
    old, theirs = token(fresh), token(other)
    refresh_token = fresh.tokens(WEB, fresh.person())["refresh_token"]
    doomed = header_of(old)["kid"]
    fresh.services.key_rotation.revoke(doomed)
    assert not alive(fresh, old)
    assert not alive(fresh, theirs)
    assert doomed not in kids(fresh)
    assert alive(fresh, token(fresh))
    fresh.clock.advance(REFRESH)
    assert not alive(other, old)
    assert fresh.refresh(WEB, refresh_token).status == 200, "refresh tokens are sealed, not signed"


def test_after_an_emergency_a_hint_vouches_for_nothing(fresh: Deployment) -> None:
    """A hint of a revoked key is refused, since an attacker with the key could have signed it."""
    browser = fresh.browser(fresh.person())
    hint = fresh.tokens(WEB, browser)["id_token"]
    fresh.services.key_rotation.revoke(header_of(hint)["kid"])
    answer = fresh.authorize(browser, WEB, prompt="none", id_token_hint=hint)
    assert answer.answered["error"] == "invalid_request"
    assert 'id="confirm-logout"' in browser.get("/logout", {"id_token_hint": hint}).text


def test_there_always_is_a_next_key(fresh: Deployment) -> None:
    """Revoking the next key makes a new one, which is published before it signs, too."""
    (waiting,) = (kid for kid, state in states(fresh).items() if state == "next")
    fresh.services.key_rotation.revoke(waiting)
    assert sorted(states(fresh).values()) == ["active", "next", "revoked"]
    assert waiting not in kids(fresh)


def test_rotating_again_and_again(fresh: Deployment) -> None:
    """One key is active, one is next and the others are retiring; each kid is published once."""
    for _ in range(3):
        fresh.services.key_rotation.rotate("RS256", at_once=True)
    assert sorted(states(fresh).values()) == ["active", "next", "retiring", "retiring", "retiring"]
    assert len(kids(fresh)) == 5


def test_two_rotations_in_quick_succession_are_refused(fresh: Deployment) -> None:
    """After the second one a key would sign that no cache has. Only an emergency rotation does this."""
    rotation = fresh.services.key_rotation
    fresh.clock.advance(PUBLISHED_FOR)
    assert {key.alg for key in rotation.rotate()} == set(fresh.services.settings.algorithms)
    before = rotation.listing()
    for algorithms in ((), ("RS256",), ("ES256", "RS256")):
        with pytest.raises(Conflict, match="has been in the JWK Set for 0 seconds"):
            rotation.rotate(*algorithms)
    assert rotation.listing() == before
    (active,) = rotation.rotate("RS256", at_once=True)
    assert rotation.revoke(active.kid).state == "revoked"
    assert sorted(key.state for key in rotation.listing() if key.alg == "RS256") == ["active", "next", "retiring", "retiring", "revoked"]


def test_of_several_algorithms_all_move_or_none(fresh: Deployment) -> None:
    """If one of the next keys is too new, no algorithm is rotated."""
    rotation = fresh.services.key_rotation
    fresh.clock.advance(PUBLISHED_FOR)
    rotation.rotate("ES256")
    before = rotation.listing()
    with pytest.raises(Conflict, match="The next ES256 key"):
        rotation.rotate()
    assert rotation.listing() == before
    assert [key.alg for key in rotation.rotate("RS256", "RS256")] == ["RS256"]


@pytest.mark.parametrize("alg", ["none", "HS256", "", "rs256"])
def test_an_algorithm_that_no_key_signs_with(fresh: Deployment, alg: str) -> None:
    """No algorithm is rotated, even in an emergency and for the valid ones in the same call."""
    before = fresh.services.key_rotation.listing()
    with pytest.raises(Invalid, match="Choose one of ES256, Ed25519, PS256, RS256"):
        fresh.services.key_rotation.rotate("RS256", alg, at_once=True)
    assert fresh.services.key_rotation.listing() == before


def test_the_schedule_waits_for_a_key_that_is_new(fresh: Deployment) -> None:
    """The active key is not due before the next one has been published for PUBLISHED_FOR seconds."""
    rotation = fresh.services.key_rotation
    fresh.clock.advance(fresh.services.settings.key_rotation_days * DAY)
    (waiting,) = (kid for kid, state in states(fresh).items() if state == "next")
    rotation.revoke(waiting)
    assert "RS256" not in rotation.due()
    fresh.clock.advance(PUBLISHED_FOR)
    assert "RS256" in rotation.due()
    assert rotation.rotate(*rotation.due())


def test_the_etag_follows(fresh: Deployment) -> None:
    """K-06: a cache that revalidates gets the new keys."""
    before = fresh.get("/jwks").header("etag") or ""
    assert fresh.get("/jwks", headers=[("if-none-match", before)]).status == 304
    fresh.services.key_rotation.rotate("RS256", at_once=True)
    answer = fresh.get("/jwks", headers=[("if-none-match", before)])
    assert (answer.status, answer.header("etag") == before) == (200, False)


@pytest.mark.parametrize("kid", ["unknown", "", "../x", "SIGNING#x"])
def test_a_key_that_does_not_exist(fresh: Deployment, kid: str) -> None:
    """Revoking an unknown kid raises NotFound."""
    from idp.domain.errors import NotFound

    with pytest.raises(NotFound):
        fresh.services.key_rotation.revoke(kid)


def test_stages_do_not_trust_each_other(fresh: Deployment, idp: Deployment) -> None:
    """K-12: tokens of a stage with other keys are refused, and so are tokens of another issuer with the same keys."""
    for shared in kids(fresh) & kids(idp):  # both may have begun with one of the keys that tests keep (`rsa_keys`)
        fresh.services.key_rotation.revoke(shared)
    assert not alive(fresh, token(idp))
    stage = Deployment(build_services(replace(fresh.services.settings, issuer="https://idp.example:8443"), clock=fresh.clock), fresh.clock)
    assert not alive(stage, token(fresh))
    assert not alive(fresh, token(stage))
