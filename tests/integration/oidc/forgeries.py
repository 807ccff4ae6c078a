"""Named forgeries of tokens that the provider must refuse (threats D), signed without the provider's key or with it."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.integration.oidc.forging import b64, claims_of, header_of, own_key, rs256, unb64
from tests.support.deployment import ISSUER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.support.deployment import Deployment

    Forgeries = Iterator[tuple[str, str]]

ATTACKER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def all_refused(forgeries: Forgeries, refuses: Callable[[str], bool]) -> None:
    """Assert that each forgery is refused. A failure names those that were accepted."""
    accepted = [name for name, token in forgeries if not refuses(token)]
    assert accepted == [], accepted


def forged_without_our_key(idp: Deployment, token: str) -> Forgeries:
    """Yield forgeries that need no key of the provider: D-01 … D-08, D-13, K-02."""
    for make in (
        _without_signature,
        _with_public_key_as_secret,
        _with_a_key_of_its_own,
        _by_another_kid,
        _serialised,
        _respelled,
        _too_much,
    ):
        yield from make(idp, token)


def forged_with_our_key(idp: Deployment, token: str) -> Forgeries:
    """Yield invalid tokens that the provider's own key signed: D-02, D-07, D-09, D-11, D-14."""
    key, header, claims = own_key(idp.services), header_of(token), claims_of(token)
    for name, values in _HEADERS.items():
        for value in values:
            yield f"header {name} {value!r}", rs256(key, _with(header, name, value), claims)
    other_type = "JWT" if header["typ"] == "at+jwt" else "at+jwt"
    yield f"D-09 typ {other_type}", rs256(key, {**header, "typ": other_type}, claims)
    yield "D-07 b64 false and critical", rs256(key, {**header, "b64": False, "crit": ["b64"]}, claims)
    yield "D-14 one member more", rs256(key, json.dumps(header)[:-1] + ', "x": 1}', claims)
    near = (
        [ISSUER],
        f"{ISSUER}/",
        ISSUER[:-1],
        "http://idp.example",
        ISSUER.upper(),
        {"a": ISSUER},
        None,
        "",
        7,
        f"{ISSUER}.evil.example",
        _MISSING,
    )
    for iss in near:
        yield f"D-11 iss {iss!r}", rs256(key, header, _with(claims, "iss", iss))
    for text in ("[]", "7", "null", '"x"', "", "{", "NaN", '{"a":' * 500 + "1" + "}" * 500, '{"a":' + "[" * 2000 + "]" * 2000 + "}"):
        yield f"D-14 payload {text[:9]}", rs256(key, header, text)


def forged_times(idp: Deployment, token: str) -> Forgeries:
    """D-12: yield tokens whose exp is missing, malformed or out of range."""
    key, header, claims, now = own_key(idp.services), header_of(token), claims_of(token), idp.clock()
    for exp in (now, now - 1, 0, -1, str(now + 600), float(now + 600), now + 600.5, True, None, [now + 600], {"a": 1}, _MISSING):
        yield f"D-12 exp {exp!r}", rs256(key, header, _with(claims, "exp", exp))
    for text in ("1e400", "NaN", "Infinity", "9" * 5000, "1e10"):
        yield f"D-12 exp {text[:9]}", rs256(key, header, json.dumps({**claims, "exp": 0}).replace('"exp": 0', f'"exp": {text}'))


def missing_claims(idp: Deployment, token: str, *names: str) -> Forgeries:
    """RFC 9068 §2.2, OIDC Core §2: yield tokens in which a required claim is missing or has a wrong value."""
    key, header, claims = own_key(idp.services), header_of(token), claims_of(token)
    for name in names:
        for wrong in (_MISSING, None, 7, True, ["x"], {"x": "y"}, ""):
            yield f"{name} is {wrong!r}", rs256(key, header, _with(claims, name, wrong))


_MISSING = "missing"
_ODD_KIDS = ("../../../../dev/null", "' or 1=1 --", "\x00", "__proto__", 7, ["a"], {"a": 1}, None, True, "", "x" * 5000, "ü", "SIGNING#x")
_HEADERS: dict[str, tuple[Any, ...]] = {
    "crit": (["b64"], ["exp"], ["x"], [], "b64", None),
    "b64": (False, True),
    **dict.fromkeys(("zip", "cty", "enc", "p2c", "x", "jwk", "jku", "x5c", "x5u", "x5t#S256"), ("DEF",)),
    "typ": ("at+JWT", "AT+jwt", "application/at+jwt", "logout+jwt", "jwt", "", None, ["at+jwt"], 7, _MISSING),
    "alg": ("RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "none", _MISSING),
    "kid": ("", 7, None, _MISSING),
}


def _with(members: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    return {n: v for n, v in {**members, name: value}.items() if v is not _MISSING}


def _without_signature(idp: Deployment, token: str) -> Forgeries:
    """D-01, Authlib CVE-2026-28802: yield tokens whose alg is none, or no algorithm."""
    del idp
    header, (head, body, signature) = header_of(token), token.split(".")
    for alg in ("none", "None", "nOnE", "NONE", "", "null", None, ["none"], {"alg": "none"}, 0, _MISSING):
        for last in ("", signature, "AA"):
            yield f"D-01 alg {alg!r}, third part {last[:4]!r}", f"{b64(json.dumps(_with(header, 'alg', alg)))}.{body}.{last}"
    yield "D-01 two parts", f"{head}.{body}"


def _with_public_key_as_secret(idp: Deployment, token: str) -> Forgeries:
    """D-02, D-03: yield tokens with an HMAC whose secret is an encoding of the public key (CVE-2024-37568)."""
    header, body = header_of(token), token.split(".")[1]
    key = own_key(idp.services).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk: Mapping[str, str] = next(k for k in idp.get("/jwks").json["keys"] if k["kid"] == header["kid"])
    secrets = {
        "PEM": pem, "PEM without its newline": pem.strip(), "PEM after a newline": b"\n" + pem,
        "PEM with CRLF": pem.replace(b"\n", b"\r\n"),
        "PEM after a BOM": b"\xef\xbb\xbf" + pem, "PKCS #1": key.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "DER": key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "JWK": json.dumps(jwk).encode(),
        "compact JWK": json.dumps(jwk, separators=(",", ":")).encode(), "modulus": unb64(jwk["n"]), "modulus as text": jwk["n"].encode(),
        "kid": header["kid"].encode(), "nothing": b"", "a zero": b"\x00",
    }  # fmt: skip
    for name, secret in secrets.items():
        for alg, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            signed = f"{b64(json.dumps({**header, 'alg': alg}))}.{body}"
            yield f"D-02 {alg} with {name}", f"{signed}.{b64(hmac.digest(secret, signed.encode(), digest))}"


def _with_a_key_of_its_own(idp: Deployment, token: str) -> Forgeries:
    """D-04 and D-05, Authlib CVE-2026-27962: yield tokens by another key; most contain that key or its URL."""
    del idp
    header, claims = header_of(token), claims_of(token)
    numbers = ATTACKER.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": b64(numbers.n.to_bytes(256, "big")), "e": "AQAB", "kid": header["kid"], "alg": "RS256"}
    yield "D-02 another key", rs256(ATTACKER, header, claims)
    yield "D-04 embedded jwk", rs256(ATTACKER, {**header, "jwk": jwk}, claims)
    yield "D-04 embedded jwk of its own kid", rs256(ATTACKER, {**header, "jwk": {**jwk, "kid": "mine"}, "kid": "mine"}, claims)
    yield "D-04 x5c", rs256(ATTACKER, {**header, "x5c": ["MIIB"]}, claims)
    for name in ("jku", "x5u"):
        for url in ("https://evil.example/jwks", "http://169.254.169.254/", f"{ISSUER}/jwks"):
            yield f"D-05 {name} {url}", rs256(ATTACKER, {**header, name: url}, claims)


def _by_another_kid(idp: Deployment, token: str) -> Forgeries:
    """D-06: yield tokens by another key, whose kid might break the look-up of keys."""
    del idp
    header, claims = header_of(token), claims_of(token)
    for kid in (*_ODD_KIDS, f"{header['kid']}\x00"):
        yield f"D-06 kid {str(kid)[:20]!r}", rs256(ATTACKER, {**header, "kid": kid}, claims)


def _serialised(idp: Deployment, token: str) -> Forgeries:
    """D-08, joserfc CVE-2026-102946, Authlib CVE-2026-96760: yield serializations other than a compact JWS."""
    del idp
    head, body, signature = token.split(".")
    yield "D-08 general JSON without signatures", json.dumps({"payload": body, "signatures": []})
    yield "D-08 general JSON", json.dumps({"payload": body, "signatures": [{"protected": head, "signature": signature}]})
    yield "D-08 flattened JSON", json.dumps({"payload": body, "protected": head, "signature": signature})
    yield "D-08 the shape of a JWE", f"{head}.{body}.{signature}.{body}.{signature}"


def _respelled(idp: Deployment, token: str) -> Forgeries:
    """D-13, node-oidc-provider 19dd9bb: yield the token in other spellings, cut short, or with another payload."""
    del idp
    head, body, signature = token.split(".")
    for bits in (1, 2, 3, 8, 15):
        yield f"D-13 unused bits {bits}", token[:-1] + ALPHABET[ALPHABET.index(token[-1]) ^ bits]
    for added in ("A", "AAAA", "==", ".", "\n", "\x00", "é", ".AAAA"):
        yield f"D-13 {added!r} after it", token + added
    for within in ("\n", " ", "!", "=", "\x00", "é", "%", "+", "/"):
        yield f"D-13 {within!r} within the signature", f"{head}.{body}.{signature[:9]}{within}{signature[9:]}"
    yield "D-13 the header padded", f"{head}=.{body}.{signature}"
    yield "D-13 the payload padded", f"{head}.{body}=.{signature}"
    for cut in (1, 2, 4, len(signature), len(signature) + 1):
        yield f"D-13 cut by {cut}", token[:-cut]
    yield "D-13 no payload", f"{head}..{signature}"
    yield "D-13 no header", f".{body}.{signature}"
    yield "D-13 lower case", token.lower()
    yield "D-13 percent-encoded", token.replace(".", "%2e")
    yield "D-13 another payload", f"{head}.{b64(json.dumps({**claims_of(token), 'sub': 'x'}))}.{signature}"
    yield "D-13 a signature of zeros", f"{head}.{body}.{b64(bytes(256))}"


def _too_much(idp: Deployment, token: str) -> Forgeries:
    """K-02: yield tokens that are very long, deeply nested or malformed."""
    del idp
    _, body, signature = token.split(".")
    opened, closed = '{"kid":' + "[" * 2500, "]" * 2500 + "}"
    texts = (opened, opened + closed, "7", "[]", "null", '"x"', "", "{", "NaN", '{"alg":' + "9" * 5000 + "}")
    for text in texts:
        yield f"K-02 header {text[:9]}", f"{b64(text)}.{body}.{signature}"
    yield "K-02 huge", f"{token.split('.', maxsplit=1)[0]}.{'A' * 60_000}.{signature}"
    yield "K-02 dots", "." * 5000
