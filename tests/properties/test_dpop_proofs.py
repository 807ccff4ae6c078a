"""DPoP proofs: any invalid header is InvalidProof; every spelling of an address is equal, and no other address is."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.oauth.caller import Caller
from idp.oauth.sender import dpop, dpop_htu
from idp.settings import Settings
from idp.verify.dpop_proof import AGE, AHEAD, Proof
from tests.integration.oidc.forging import b64
from tests.integration.oidc.proving import Signer, proof
from tests.support.deployment import ISSUER

if TYPE_CHECKING:
    from idp.oauth.provider import Provider

NOW = 1_800_000_000
KEY = Signer()
PROVIDER = cast("Provider", SimpleNamespace(settings=Settings(issuer=ISSUER), clock=lambda: NOW))
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_members = st.sampled_from(["typ", "alg", "jwk", "crit", "kid", "b64"])
_claims = st.sampled_from(["jti", "htm", "htu", "iat", "ath", "nonce", "exp"])
_segment = st.text(st.characters(codec="utf-8", exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=8)


def check(*headers: str, token: str | None = None) -> Proof | None:
    return dpop.verify_proof(PROVIDER, Caller(dpop=headers, path="/token"), access_token=token)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_any_text_is_refused_by_name(headers: list[str]) -> None:
    """InvalidProof is raised, and no other exception."""
    with pytest.raises(dpop.InvalidProof):
        check(*headers)


@given(_json, _json)
def test_any_json_is_refused_by_name(header: Any, claims: Any) -> None:
    """As header and payload of a JWT with an invalid signature."""
    with pytest.raises(dpop.InvalidProof):
        check(f"{b64(json.dumps(header))}.{b64(json.dumps(claims))}.{b64('x' * 64)}")


@given(st.dictionaries(_members, _json), st.dictionaries(_claims, _json))
def test_signed_with_anything_in_it(header: dict[str, Any], claims: dict[str, Any]) -> None:
    """With replaced members it is a proof, or InvalidProof is raised."""
    try:
        found = check(proof(KEY, NOW, header=header, **claims))
    except dpop.InvalidProof:
        return
    assert found is not None
    assert found.jkt == KEY.jkt


@given(st.integers(-(10**6), 10**6))
def test_a_proof_is_accepted_only_in_its_window(seconds: int) -> None:
    """It is accepted exactly if its `iat` is at most AGE seconds in the past or AHEAD seconds in the future."""
    try:
        good = check(proof(KEY, NOW + seconds)) is not None
    except dpop.InvalidProof:
        good = False
    assert good is (-AGE <= seconds <= AHEAD)


@given(st.lists(_segment, max_size=4), st.data())
def test_every_spelling_is_the_same(segments: list[str], data: st.DataObject) -> None:
    """Letters of the host, the port, encodings that are not needed, query and fragment (RFC 3986 §6.2)."""
    path = "".join(f"/{segment}" for segment in segments)
    spelled = "".join(f"/{''.join(data.draw(_spellings(character)) for character in segment)}" for segment in segments)
    host = data.draw(st.sampled_from(["https://idp.example", "HTTPS://IDP.EXAMPLE", "https://Idp.Example:443", "https://idp.example:"]))
    assert dpop_htu.is_address(host + spelled + data.draw(st.sampled_from(["", "?", "?a=b", "#c", "?a#b"])), ISSUER, path)


def _spellings(character: str) -> st.SearchStrategy[str]:
    encoded = "".join(f"%{byte:02X}" for byte in character.encode())
    return st.sampled_from([quote(character, safe=""), encoded, encoded.lower()])


@given(st.lists(_segment, max_size=4), st.lists(_segment, max_size=4))
def test_every_other_path_is_not(one: list[str], other: list[str]) -> None:
    """Paths are equal only if all their segments are equal."""
    htu = ISSUER + "".join(f"/{quote(segment, safe='')}" for segment in one)
    assert dpop_htu.is_address(htu, ISSUER, "".join(f"/{segment}" for segment in other)) is (one == other)
