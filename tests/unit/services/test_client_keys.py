"""Keys of clients, by value and by reference. A set is not fetched more often than documented (E-09)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from idp.adapters.outgoing import Fetched, Fetcher, Outgoing
from idp.domain.apps.client import Client
from idp.services.apps.client_keys import AFTER_FAILURE, AGAIN, KEPT, MOST_KEYS, MOST_SETS, ClientKeys, parse
from tests.support.tls import Authority, HttpsSite

NAME = "app.example"
RSA, EC, ED = RSAKey.generate_key(2048), ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")
Jwk = dict[str, Any]


def public(key: RSAKey | ECKey | OKPKey, **members: Any) -> Jwk:
    return {**key.as_dict(private=False), **members}


def without_kid(jwk: Jwk) -> Jwk:
    return {name: value for name, value in jwk.items() if name != "kid"}


@dataclass
class Clock:
    """A clock that a test sets."""

    now: int = 1_800_000_000

    def __call__(self) -> int:
        return self.now


@dataclass
class App:
    """An app that publishes keys, and a provider that fetches them."""

    site: HttpsSite
    clock: Clock
    keys: ClientKeys
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client("app", jwks_uri=f"https://{NAME}:{self.site.port}/jwks")

    def publishes(self, *keys: Jwk) -> None:
        self.answers(json.dumps({"keys": keys}).encode())

    def answers(self, body: bytes, status: bytes = b"200 OK") -> None:
        self.site.answer = [b"HTTP/1.1 " + status + b"\r\n\r\n" + body]

    def found(self, kid: str | None, alg: str = "ES256") -> list[object]:
        return [key.get("kid") for key in self.keys.for_verification(self.client, kid=kid, alg=alg)]

    @property
    def fetched(self) -> int:
        return len(self.site.requests)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def app(authority: Authority) -> Iterator[App]:
    outgoing = Outgoing(frozenset({NAME}), str(authority.file), lambda _host, _port: ["127.0.0.1"])
    with HttpsSite(authority, NAME) as site:
        clock = Clock()
        yield App(site, clock, ClientKeys(lambda: outgoing, clock))


def no_fetcher() -> Fetcher:
    raise AssertionError("nothing is to be fetched")


def by_value(*keys: Any, **members: Any) -> tuple[ClientKeys, Client]:
    return ClientKeys(no_fetcher, Clock()), Client("app", jwks={"keys": list(keys)}, **members)


def test_a_set_is_fetched_once_in_five_minutes(app: App) -> None:
    """For any number of tokens."""
    app.publishes(public(EC, kid="one"))
    for _ in range(3):
        assert app.found("one") == ["one"]
    assert app.fetched == 1
    app.clock.now += KEPT
    assert app.found("one") == ["one"]
    assert app.fetched == 2


def test_a_removed_key_is_refused_after_five_minutes(app: App) -> None:
    app.publishes(public(EC, kid="one"))
    assert app.found("one")
    app.publishes(public(EC, kid="two"))
    app.clock.now += KEPT
    assert app.found("one") == []


def test_an_unknown_kid_causes_one_fetch_a_minute(app: App) -> None:
    """OIDC Core §10.1.1: an unknown kid can mean that keys were rotated, but a caller can also invent one."""
    app.publishes(public(EC, kid="one"))
    assert app.found("one")
    app.publishes(public(EC, kid="one"), public(EC, kid="two"))
    assert app.found("two") == []
    assert app.fetched == 1
    app.clock.now += AGAIN
    assert app.found("two") == ["two"]
    for made_up in range(20):
        assert app.found(f"x{made_up}") == []
    assert app.fetched == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"keys":[]}', b"500 No"), (b'{"keys":[]}', b"302 Found"), (b"", b"200 OK"), (b"nothing", b"200 OK"), (b"[]", b"200 OK"),
        (b'{"keys":{}}', b"200 OK"), (b"\xff", b"200 OK"), (b"[" * 60000, b"200 OK"), (b" " * 65537, b"200 OK"),
    ],
)  # fmt: skip
def test_a_host_that_failed_is_not_asked_again_at_once(app: App, body: bytes, status: bytes) -> None:
    """It is asked again after ten seconds."""
    app.answers(body, status)
    for _ in range(5):
        assert app.found("one") == []
    assert app.fetched == 1
    app.publishes(public(EC, kid="one"))
    app.clock.now += AFTER_FAILURE
    assert app.found("one") == ["one"]


class Endless(Outgoing):
    """A host with the same keys at each address."""

    def get(self, url: str, **_: Any) -> Fetched:
        return Fetched(json.dumps({"keys": [public(EC, kid=url)]}).encode(), {})


def test_the_number_of_cached_sets_is_limited() -> None:
    """K-02: registered addresses cannot fill the memory. The set that was fetched first is removed first."""
    keys = ClientKeys(Endless, Clock())
    for number in range(MOST_SETS + 5):
        url = f"https://app.example/{number}"
        assert keys.for_verification(Client("app", jwks_uri=url), kid=url, alg="ES256")
        assert len(keys._known) <= MOST_SETS  # noqa: SLF001  # a limit that has no other way to be seen
    assert "https://app.example/0" not in keys._known  # noqa: SLF001  # as above


def test_keys_by_value_need_no_fetch() -> None:
    """Also if both are registered, which RFC 7591 §2 forbids."""
    keys, client = by_value(public(EC, kid="one"), jwks_uri="https://app.example/jwks")
    assert keys.for_verification(client, kid="one", alg="ES256")
    assert keys.for_verification(client, kid="two", alg="ES256") == ()
    assert ClientKeys(no_fetcher, Clock()).for_verification(Client("app"), kid="one", alg="ES256") == ()


def test_a_token_without_kid_is_tried_with_few_keys() -> None:
    """RFC 7515 §4.1.4: kid is optional. Each key costs a verification."""
    keys, client = by_value(*[without_kid(public(EC)) for _ in range(40)])
    assert len(keys.for_verification(client, kid=None, alg="ES256")) == 5
    kids: list[object] = ["one", "", 1, ["one"], {}]
    for kid in kids:
        assert keys.for_verification(client, kid=kid, alg="ES256") == ()


@pytest.mark.parametrize(
    ("jwk", "alg"),
    [
        (public(RSA), "RS256"), (public(RSA), "PS256"), (public(EC), "ES256"), (public(ED), "Ed25519"), (public(ED), "EdDSA"),
        (public(ED, alg="EdDSA"), "Ed25519"), (public(ED, alg="Ed25519"), "EdDSA"), (public(RSA, alg="PS256", use="sig"), "PS256"),
        (public(EC, key_ops=["verify"]), "ES256"),
    ],
)  # fmt: skip
def test_suitable_keys_verify_a_signature(jwk: Jwk, alg: str) -> None:
    keys, client = by_value({**jwk, "kid": "one"})
    assert keys.for_verification(client, kid="one", alg=alg)


@pytest.mark.parametrize(
    ("jwk", "alg"),
    [
        (public(EC), "RS256"), (public(RSA), "ES256"), (public(ED), "ES256"), (public(ECKey.generate_key("P-384")), "ES256"),
        (public(ECKey.generate_key("secp256k1")), "ES256"), (public(OKPKey.generate_key("Ed448")), "EdDSA"),
        (public(OKPKey.generate_key("X25519")), "Ed25519"), (public(RSA, alg="RS256"), "PS256"), (public(RSA, alg="RSA-OAEP-256"), "RS256"),
        (public(EC, use="enc"), "ES256"), (public(EC, key_ops=["sign"]), "ES256"), (public(EC, key_ops="verify"), "ES256"),
        (public(EC, key_ops=[]), "ES256"), (public(EC, use=["sig"]), "ES256"), (public(EC, alg=1), "ES256"),
        (EC.as_dict(private=True), "ES256"), (RSA.as_dict(private=True), "RS256"), (ED.as_dict(private=True), "Ed25519"),
        (OctKey.generate_key(256).as_dict(), "RS256"), ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "RS256"),
        ({"kty": "RSA", "n": "_" * 1400, "e": "AQAB"}, "RS256"), (public(RSA, e="AQ"), "RS256"), (public(RSA, e="_" * 300), "RS256"),
        (public(RSA, n=""), "RS256"), ({"kty": "EC", "crv": "P-256"}, "ES256"), ({"kty": "oct", "k": "AAAA"}, "RS256"), ({}, "RS256"),
    ],
)  # fmt: skip
def test_unsuitable_keys_are_not_used(jwk: Jwk, alg: str) -> None:
    """Another type, curve, use or algorithm; private or symmetric; too small or too large; malformed."""
    keys, client = by_value({**jwk, "kid": "one"})
    assert keys.for_verification(client, kid="one", alg=alg) == ()
    assert keys.for_verification(client, kid=None, alg=alg) == ()


@pytest.mark.parametrize(
    ("alg", "kid"),
    [("RSA-OAEP-256", "rsa-enc"), ("ECDH-ES", "ec-enc"), ("ECDH-ES+A256KW", "ec-enc")],
)
def test_only_an_encryption_key_is_used_to_encrypt(alg: str, kid: str) -> None:
    """OIDC Core §10.2: a signature key is not used."""
    signing = [public(RSA, kid="rsa-sig", use="sig"), public(EC, kid="ec-sig", use="sig")]
    keys, client = by_value(*signing, public(RSA, kid="rsa-enc", use="enc"), public(EC, kid="ec-enc", use="enc"))
    found = keys.for_encryption(client, alg=alg)
    assert found is not None
    assert found["kid"] == kid
    keys, client = by_value(*signing)
    assert keys.for_encryption(client, alg=alg) is None


def test_a_set_with_too_many_keys_is_not_used() -> None:
    assert parse({"keys": [public(EC)] * MOST_KEYS})
    assert parse({"keys": [public(EC)] * (MOST_KEYS + 1)}) == ()


MEMBERS = ["kty", "n", "e", "crv", "x", "y", "alg", "use", "kid", "key_ops", "x5c"]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["keys"]), st.lists(JSON, max_size=5)) | JSON)
def test_no_json_value_makes_the_parser_raise(document: Any) -> None:
    """The keys that it returns can be used without an exception."""
    client = Client("app", jwks={"keys": list(parse(document))})
    keys = ClientKeys(no_fetcher, Clock())
    for alg in ("RS256", "PS256", "ES256", "Ed25519", "EdDSA"):
        keys.for_verification(client, kid=None, alg=alg)
    for alg in ("RSA-OAEP-256", "ECDH-ES"):
        keys.for_encryption(client, alg=alg)
