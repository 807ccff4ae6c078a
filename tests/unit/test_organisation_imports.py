"""A sign-in, a token and a refresh without an organisation load nothing about organisations: a cold start does not pay for them."""

from __future__ import annotations

import subprocess
import sys

PATHS = (
    "idp.http.oidc.authorization", "idp.http.sign_in.endpoint", "idp.http.sign_in.login", "idp.http.sign_in.rendering",
    "idp.oauth.authorization.pipeline", "idp.oauth.authorization.response", "idp.oauth.sign_in.answer", "idp.oauth.sign_in.store_proof",
    "idp.oauth.token.endpoint", "idp.oauth.token.grants.authorization_code", "idp.oauth.token.grants.refresh_token",
    "idp.oauth.token.grants.client_credentials", "idp.oauth.token.id_token", "idp.oauth.token.live_access_token",
    "idp.oauth.resources.userinfo", "idp.oauth.resources.introspection", "idp.services.tokens.issuing",
    "idp.services.sessions.visitors", "idp.services.factors.password_sign_in", "idp.services.authorizer.token_liveness",
    "idp.store.reads.authorization", "idp.store.reads.redemption", "idp.store.reads.bearer", "idp.wiring.protocol",
)  # fmt: skip
SMALL = {"idp.domain.requests.organisation_scope", "idp.oauth.authorization.checks.organization"}
"""The parser of the scope, and the check that finds that nothing is asked for."""


def test_nothing_is_loaded_without_an_organisation() -> None:
    """In a process of its own."""
    program = f"import sys\nfor name in {PATHS!r}: __import__(name)\nprint(*[name for name in sys.modules if 'organi' in name])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == SMALL
