"""The htu of a DPoP proof is compared with addresses of the provider (RFC 9449 §4.3 (9); RFC 3986 §6.2.2, §6.2.3)."""

from __future__ import annotations

import pytest

from idp.oauth.sender.dpop_htu import is_address

ISSUER = "https://id.example"


@pytest.mark.parametrize(
    ("htu", "issuer", "path"),
    [
        ("https://id.example/token", ISSUER, "/token"),
        ("HTTPS://ID.example:443/token?x#y", ISSUER, "/token"),
        ("https://id.example/t%6Fken", ISSUER, "/token"),
        ("https://id.example", ISSUER, ""),
        ("https://id.example/", ISSUER, ""),
        ("https://id.example", ISSUER, "/"),
        ("https://id.example/base/token", "https://id.example/base", "/token"),
        ("https://id.example:8443/token", "https://id.example:8443", "/token"),
        ("http://localhost/token", "http://localhost:80", "/token"),
        ("http://[::1]:8000/token", "http://[::1]:8000", "/token"),
        ("https://id.example/users/a%20b", ISSUER, "/users/a b"),
        ("https://id.example/users/%c3%BC", ISSUER, "/users/ü"),
        ("https://id.example/users/a%40b", ISSUER, "/users/a@b"),
        ("https://id.example/users/a%25b", ISSUER, "/users/a%b"),
    ],
)
def test_another_spelling_of_the_address_is_equal(htu: str, issuer: str, path: str) -> None:
    """Equal after normalization: case of the host, default port, unneeded encodings."""
    assert is_address(htu, issuer, path)


@pytest.mark.parametrize(
    "htu",
    [
        "", "https", "https:", "https://", "https:///token", "//id.example/token", "/token", "token", "ftp://id.example/token",
        "http://id.example/token", "https://id.example:80/token", "https://id.example:444/token", "https://id.example:99999/token",
        "https://id.example:x/token", "https://id.example./token", "https://id.example.evil.example/token", "https://a@id.example/token",
        "https://id.example@evil.example/token", "https://[id.example]/token", "https://[::1/token", "https://id%2eexample/token",
        "https://id.example/token/", "https://id.example//token", "https://id.example/./token", "https://id.example/x/../token",
        "https://id.example/Token", "https://id.example%2Ftoken", "https://id.example/%2Ftoken", "https://id.example/token%3Fx",
        "https://id.example/tok%", "https://id.example/tok%e", "https://id.example\\token", " https://id.example/token",
        "https://id.example/token ", "https://id.example/to\tken", "https://id.example/token\n", "https://ïd.example/token",
        "https://id.example/token" + "?" + "x" * 3000,
    ],
)  # fmt: skip
def test_another_address_is_not_equal(htu: str) -> None:
    """The address of another endpoint or host, or a text that is not an address."""
    assert not is_address(htu, ISSUER, "/token")


def test_an_encoded_slash_divides_nothing() -> None:
    """RFC 3986 §2.2: a reserved character and its encoding differ."""
    assert not is_address("https://id.example/users/a%2Fb", ISSUER, "/users/a/b")
