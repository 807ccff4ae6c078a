"""GET /.well-known/webauthn (WebAuthn Level 3 §5.11): which origins may use the passkeys of the RP ID."""

from __future__ import annotations

from tests.integration.oidc.conftest import WithSettings
from tests.support.deployment import Deployment


def test_without_the_setting_there_is_no_such_page(idp: Deployment) -> None:
    assert idp.get("/.well-known/webauthn").status == 404


def test_the_page_lists_the_origins_of_the_setting(with_settings: WithSettings) -> None:
    """As application/json, with status 200 and without a redirect."""
    answer = with_settings(related_origins="https://id.example.org https://shop.example.net").get("/.well-known/webauthn")
    assert (answer.status, answer.headers("content-type")) == (200, ["application/json"])
    assert answer.json == {"origins": ["https://id.example.org", "https://shop.example.net"]}
