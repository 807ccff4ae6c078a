"""The metadata document is valid by Authlib's models, and these models find invalid members."""

from __future__ import annotations

import pytest

from idp.oauth.metadata import metadata, problem
from idp.settings import Settings

SETTINGS = Settings(issuer="https://id.example.com")


def test_the_document_is_valid() -> None:
    """RFC 8414 §2, OpenID Connect Discovery 1.0 §3 and RP-Initiated Logout 1.0 §2.1 hold for the published document."""
    assert problem(metadata(SETTINGS)) is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("issuer", "http://id.example.com"),
        ("jwks_uri", "nowhere"),
        ("response_types_supported", None),
        ("id_token_signing_alg_values_supported", ["ES256"]),
        ("end_session_endpoint", "http://id.example.com/logout"),
        ("code_challenge_methods_supported", "S256"),
    ],
)
def test_a_wrong_member_is_found(member: str, value: object) -> None:
    """The models refuse a document that breaks a rule."""
    assert problem({**metadata(SETTINGS), member: value}) is not None
