"""The sign-in at an upstream: what is asked for, what comes back, and which browser may finish it (threats I-03, O-08, O-09)."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idp.services.upstream.sign_in import UpstreamRefused
from idp.services.upstream.state import LIFETIME
from idp.settings import Settings
from tests.unit.upstream.hostile import ISSUER, query_of, state_of

if TYPE_CHECKING:
    from tests.unit.upstream.hostile import Hostile


ROOT = Path(__file__).resolve().parents[3]


def reason(refused: UpstreamRefused) -> str:
    return refused.message.id.removeprefix("upstream.")


def test_the_request_has_state_nonce_and_pkce(up: Hostile) -> None:
    """Values are new in each request, and the code verifier is in none."""
    first, second = query_of(up.begin()), query_of(up.begin())
    assert {name: first[name] for name in ("response_type", "client_id", "redirect_uri", "scope", "code_challenge_method")} == {
        "response_type": "code", "client_id": "client:1", "redirect_uri": ISSUER + "/upstream/up/callback", "scope": "openid email profile",
        "code_challenge_method": "S256",
    }  # fmt: skip
    assert first.keys() == {*second, "nonce", "code_challenge", "state"}
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_the_request_takes_hints(up: Hostile) -> None:
    """An unknown prompt is left out. The endpoint may have a query of its own."""
    connection = up.other(authorization_endpoint=up.site.origin + "/authorize?tenant=1", response_mode="form_post")
    asked = query_of(up.begin(connection, login_hint="a b@x.example", prompt="select_account", max_age=0))
    assert (asked["login_hint"], asked["prompt"], asked["max_age"], asked["tenant"], asked["response_mode"]) == (
        "a b@x.example", "select_account", "0", "1", "form_post",
    )  # fmt: skip
    assert "prompt" not in query_of(up.begin(prompt="anything"))


def test_the_first_page_loads_nothing_that_only_an_answer_needs() -> None:
    """The redirect to an upstream needs no JOSE, no HTTP client and no shape of an answer, and is made in a new environment, too."""
    begin = (
        "import sys; from idp.settings import Settings; from idp.services.upstream.sign_in import UpstreamSignIn as S;"
        "from idp.domain.connections.connection import Connection; from tests.support.sealing import Sealing;"
        "S(Settings('https://id.example'), Sealing(), None, None, None, None, None).begin("
        "Connection(id='up', type='oidc', authorization_endpoint='https://up.example/a'), purpose='sign_in', carried='', now=1);"
        "heavy = ('joserfc', 'authlib', 'http.client', 'ssl', 'idp.adapters', 'idp.services.upstream.shapes', 'idp.services.keys.jose');"
        "print([each for each in heavy if each in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", begin], cwd=ROOT, check=True, capture_output=True, text=True).stdout == "[]\n"


def test_a_whole_sign_in_gives_a_verified_identity(up: Hostile) -> None:
    """With two requests at the first sign-in and one at the next: the keys are known then, and the ID Token has all that was asked for."""
    finished = up.sign_in()
    assert (finished.purpose, finished.carried) == ("sign_in", "request")
    identity = finished.identity
    assert (identity.connection_id, identity.issuer, identity.tenant, identity.subject) == ("up", up.site.origin, "", "person")
    assert (identity.email, identity.email_verified, identity.email_authoritative, identity.email_is_relay) == (
        "ada@up.example", True, False, False,
    )  # fmt: skip
    assert identity.claims == {"name": "Ada"}
    assert up.site.paths() == ["/token", "/jwks"]
    up.sign_in()
    assert up.site.paths() == ["/token", "/jwks", "/token"]


def test_the_code_is_redeemed_with_the_verifier_of_the_request(up: Hostile) -> None:
    """RFC 7636 §4.5, and RFC 6749 §2.3.1: the id and the secret are form-encoded before Basic."""
    begun = up.begin()
    up.finish(begun)
    asked = up.site.asked_for[0]
    assert {name: asked.form[name] for name in ("grant_type", "code", "redirect_uri")} == {
        "grant_type": "authorization_code", "code": "c0de", "redirect_uri": ISSUER + "/upstream/up/callback",
    }  # fmt: skip
    hashed = hashlib.sha256(asked.form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == query_of(begun)["code_challenge"]
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"client%3A1:a%3Asecret+with%25signs"
    assert asked.form.keys() == {"grant_type", "code", "redirect_uri", "code_verifier"}


def test_the_attempt_has_a_mark_of_single_use(up: Hostile) -> None:
    """Both of two finishes with one state have the same name, so that only one of their transactions can succeed."""
    begun = up.begin()
    first, second = up.finish(begun).mark, up.finish(begun).mark
    assert (first["kind"], first["name"], first["expires_at"]) == (second["kind"], second["name"], second["expires_at"])
    assert up.sign_in().mark["name"] != first["name"]
    assert first["expires_at"] == up.clock() + LIFETIME


def test_the_cookie_is_one_that_only_this_host_can_set(up: Hostile) -> None:
    """Each attempt has a cookie of its own. Development over http cannot have the prefix."""
    begun = up.begin()
    assert begun.cookie_name.startswith("__Host-up-")
    assert up.service.cookie_name(up.connection, state_of(begun), 1) == begun.cookie_name
    assert up.begin().cookie_name != begun.cookie_name
    assert up.at(Settings("http://127.0.0.1:8000", env="dev")).begin().cookie_name.startswith("up-")


@pytest.mark.parametrize("state", ["", "x", "k1.", "k1.AAAA", "é", "\ud800", "x" * 100_000])
def test_a_state_that_was_not_made_here_has_no_cookie_and_no_effect(up: Hostile, state: str) -> None:
    """Missing, empty, forged or huge."""
    assert up.service.cookie_name(up.connection, state, 1) is None
    with pytest.raises(UpstreamRefused) as refusal:
        up.finish(up.begin(), state=state)
    assert (reason(refusal.value), refusal.value.carried) == ("other_browser", "")
    assert up.site.paths() == []


def test_another_browser_cannot_finish_an_attempt(up: Hostile) -> None:
    """An attacker sends a link with state and code of their own attempt. Another cookie, or none, is refused before any request."""
    begun, other = up.begin(), up.begin()
    for cookie in (None, "", other.cookie_value, begun.cookie_value + "x", "\ud800"):
        with pytest.raises(UpstreamRefused) as refusal:
            up.service.finish(up.connection, {"code": "c0de", "state": state_of(begun)}, cookie, up.clock())
        assert reason(refusal.value) == "other_browser"
    with pytest.raises(UpstreamRefused):
        up.service.finish(up.connection, {"code": "c0de"}, begun.cookie_value, up.clock())
    assert up.site.paths() == []


def test_two_tabs_finish_each_with_its_own_cookie(up: Hostile) -> None:
    """The attempts do not disturb each other, in any order."""
    first = up.begin(carried="one")
    nonce = up.nonce
    second = up.begin(carried="two")
    assert up.finish(second).carried == "two"
    up.nonce = nonce
    assert up.finish(first).carried == "one"


def test_an_attempt_ends_after_ten_minutes(up: Hostile) -> None:
    begun = up.begin()
    up.clock.advance(LIFETIME - 1)
    assert up.finish(begun)
    up.clock.advance(1)
    with pytest.raises(UpstreamRefused) as refusal:
        up.finish(begun)
    assert reason(refusal.value) == "other_browser"


def test_an_attempt_at_one_connection_is_none_at_another(up: Hostile) -> None:
    """O-09: the code of A's provider never reaches B's token endpoint."""
    begun = up.begin()
    with pytest.raises(UpstreamRefused) as refusal:
        up.finish(begun, up.other(id="b", token_endpoint=up.site.origin + "/b"))
    assert reason(refusal.value) == "other_browser"
    assert up.site.paths() == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("access_denied", "cancelled"), ("user_cancelled_login", "cancelled"), ("server_error", "unreachable"),
        ("temporarily_unavailable", "unreachable"), ("invalid_scope", "misconfigured"), ("login_required", "answer_invalid"),
        ("<script>alert(1)</script>", "answer_invalid"), ("access_denied\r\nX: y", "answer_invalid"), ("x" * 5000, "answer_invalid"),
    ],
)  # fmt: skip
def test_an_error_of_the_upstream_is_told_in_our_words(up: Hostile, error: str, expected: str) -> None:
    """Its description is in neither the page nor the log. The request that began is known, so that the page leads back to it."""
    begun = up.begin()
    with pytest.raises(UpstreamRefused) as refusal:
        up.finish(begun, code="", error=error, error_description="<b>send money</b>", error_uri="https://evil.example/")
    assert (reason(refusal.value), refusal.value.carried) == (expected, "request")
    shown = refusal.value.description + refusal.value.detail
    assert not any(text in shown for text in ("<", "send money", "evil.example", "\r", "x" * 50))
    assert up.site.paths() == []


@pytest.mark.parametrize("code", ["", "x" * 5000])
def test_an_answer_without_a_usable_code_is_refused(up: Hostile, code: str) -> None:
    with pytest.raises(UpstreamRefused) as refusal:
        up.finish(up.begin(), code=code)
    assert reason(refusal.value) == "answer_invalid"
    assert up.site.paths() == []


@pytest.mark.parametrize(
    ("advertised", "sent"),
    [(True, None), (True, ""), (True, "https://other.example"), (False, "https://other.example"), (True, "ISSUER/"), (False, "ISSUER/")],
)
def test_a_wrong_or_missing_iss_is_refused(up: Hostile, *, advertised: bool, sent: str | None) -> None:
    """RFC 9207 §2.4: exact where it is sent, required where it is advertised. Errors are checked, too."""
    connection = up.other(iss_parameter=advertised)
    params: dict[str, Any] = {} if sent is None else {"iss": sent.replace("ISSUER", up.site.origin)}
    for more in (params, {**params, "code": "", "error": "access_denied"}):
        with pytest.raises(UpstreamRefused) as refusal:
            up.finish(up.begin(connection), connection, **more)
        assert reason(refusal.value) == "answer_invalid"
    assert up.site.paths() == []
    assert up.finish(up.begin(connection), connection, iss=up.site.origin)
