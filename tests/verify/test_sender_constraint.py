"""Tokens that are bound to a key (RFC 9449 §4.3, §7) or a certificate (RFC 8705 §3), in every adapter that gets the request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from idp.verify import HttpRequest, Refused
from tests.support.tls import certify, common_name
from tests.verify.issuer import AUDIENCE, NOW, Issuer, Key, b64, segment, thumbprint
from tests.verify.places import PLACES, WITH_PROOFS, Request, Setting

KEY, OTHER = Key("ES256", "client"), Key("ES256", "other")
GATEWAY = [name for name in WITH_PROOFS if name not in {"FastAPI", "ASGI"}]
"""The adapters that get the client's certificate from API Gateway."""


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


def url_of(place: str) -> str:
    """The URL as the caller wrote it. In events of HTTP APIs the path begins with the stage, if there is one."""
    return f"{AUDIENCE}/prod/orders/7" if "2.0" in place else f"{AUDIENCE}/orders/7"


Make = Callable[[Issuer, str, str], str]


def proof(**changes: Any) -> Make:
    return lambda issuer, token, url: issuer.proof(KEY, token, **{"url": url, **changes})


def embedded(jwk: Any, **header: Any) -> Make:
    def make(issuer: Issuer, token: str, url: str) -> str:
        claims = {"jti": "p", "htm": "GET", "htu": url, "iat": NOW, "ath": b64(hashlib.sha256(token.encode()).digest())}
        signed = f"{segment({'alg': 'ES256', 'typ': 'dpop+jwt', 'jwk': jwk, **header})}.{segment(claims)}"
        return f"{signed}.{b64(KEY.sign(signed.encode()))}"

    return make


BAD: dict[str, Make] = {
    "of another key": lambda issuer, token, url: issuer.proof(OTHER, token, url=url),
    "for another method": proof(method="POST"),
    "for another address": proof(url="https://api.example/orders/8"),
    "for another host": proof(url="https://evil.example/orders/7"),
    "over http": proof(url="http://api.example/orders/7"),
    "for another token": lambda issuer, token, url: issuer.proof(KEY, token + "x", url=url),
    "without ath": proof(ath=...),
    "without jti": proof(jti=...),
    "with an empty jti": proof(jti=""),
    "with a jti that is a number": proof(jti=7),
    "with a long jti": proof(jti="j" * 257),
    "without htm": proof(htm=...),
    "without htu": proof(htu=...),
    "without iat": proof(iat=...),
    "with iat as text": proof(iat=str(NOW)),
    "too old": proof(iat=NOW - 121),
    "ahead": proof(iat=NOW + 61),
    "of another type": proof(typ="JWT"),
    "that is the token": lambda issuer, token, url: token,
    "that is nothing": lambda issuer, token, url: "",
    "that is no JWT": lambda issuer, token, url: "x.y.z",
    "with another's key in it": embedded(OTHER.public),
    "with a private key in it": embedded({**KEY.public, "d": "AAAA"}),
    "with a secret for a key": embedded({"kty": "oct", "k": "AAAA"}),
    "without a key": embedded(None),
    "with a kid": embedded(KEY.public, kid="x"),
    "with alg none": embedded(KEY.public, alg="none"),
    "with crit": embedded(KEY.public, crit=["exp"]),
    "signed for another algorithm": embedded(KEY.public, alg="RS256"),
}


@pytest.mark.parametrize("place", WITH_PROOFS)
class TestDpop:
    """For all adapters that get the request's headers."""

    def token(self, issuer: Issuer, **cnf: Any) -> str:
        return issuer.token(issuer.claims(cnf=cnf or {"jkt": thumbprint(KEY)}))

    @pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "Ed25519"])
    def test_the_holder_of_the_key_passes(self, issuer: Issuer, place: str, alg: str) -> None:
        key = issuer.keys[alg]
        token = self.token(issuer, jkt=thumbprint(key))
        headers = {"DPoP": issuer.proof(key, token, url=url_of(place))}
        assert WITH_PROOFS[place](Setting(issuer))(Request(f"DPoP {token}", headers=headers)) == 200

    @pytest.mark.parametrize("name", BAD)
    def test_a_wrong_proof_is_refused(self, issuer: Issuer, place: str, name: str) -> None:
        token = self.token(issuer)
        request = Request(f"DPoP {token}", headers={"DPoP": BAD[name](issuer, token, url_of(place))})
        assert WITH_PROOFS[place](Setting(issuer))(request) == 401

    def test_a_dpop_bound_token_without_a_proof_is_refused(self, issuer: Issuer, place: str) -> None:
        """§7.2: a bound token must not be accepted as a bearer token."""
        token = self.token(issuer)
        ask = WITH_PROOFS[place](Setting(issuer))
        assert ask(Request(f"DPoP {token}")) == 401
        assert ask(Request(f"Bearer {token}")) == 401
        assert ask(Request(f"Bearer {token}", headers={"DPoP": issuer.proof(KEY, token, url=url_of(place))})) == 401

    def test_a_proof_is_used_once(self, issuer: Issuer, place: str) -> None:
        """§11.1, within one process."""
        token = self.token(issuer)
        request = Request(f"DPoP {token}", headers={"DPoP": issuer.proof(KEY, token, url=url_of(place))})
        ask = WITH_PROOFS[place](Setting(issuer))
        assert [ask(request), ask(request)] == [200, 401]

    def test_the_time_of_a_proof_may_differ_within_limits(self, issuer: Issuer, place: str) -> None:
        """FAPI 2.0 §5.3.2.1: up to 10 seconds in the future are accepted, more than 60 are refused."""
        token = self.token(issuer)
        ask = WITH_PROOFS[place](Setting(issuer))
        for number, (iat, status) in enumerate({NOW + 60: 200, NOW - 120: 200, NOW + 61: 401, NOW - 121: 401}.items()):
            made = issuer.proof(KEY, token, url=url_of(place), iat=iat, jti=str(number))
            assert ask(Request(f"DPoP {token}", headers={"DPoP": made})) == status

    @pytest.mark.parametrize("cnf", [{"jkt": 7}, {"jkt": None}, {"jkt": "x"}, {"x5u": "y"}, {"jkt": thumbprint(KEY), "other": 1}, {}])
    def test_a_token_with_an_unknown_confirmation_is_refused(self, issuer: Issuer, place: str, cnf: dict[str, Any]) -> None:
        token = issuer.token(issuer.claims(cnf=cnf))
        ask = WITH_PROOFS[place](Setting(issuer))
        for scheme in ("Bearer", "DPoP"):
            assert ask(Request(f"{scheme} {token}", headers={"DPoP": issuer.proof(KEY, token, url=url_of(place))})) == 401


@pytest.fixture(scope="module")
def certificates() -> tuple[str, str, str]:
    """Two certificates as PEM, and the thumbprint of the first one."""
    mine, other = certify(common_name("app")), certify(common_name("other"))
    digest = b64(hashlib.sha256(mine.certificate.public_bytes(Encoding.DER)).digest())
    return mine.pem, other.pem, digest


@pytest.mark.parametrize("place", GATEWAY)
def test_a_certificate_bound_token_needs_its_certificate(issuer: Issuer, place: str, certificates: tuple[str, str, str]) -> None:
    """RFC 8705 §3: the certificate that the gateway reports counts; one in a header does not."""
    mine, other, digest = certificates
    header = "Bearer " + issuer.token(issuer.claims(cnf={"x5t#S256": digest}))
    ask = WITH_PROOFS[place](Setting(issuer))
    assert ask(Request(header, certificate=mine)) == 200
    for wrong in (other, None, "", "no certificate", mine[:100], mine.replace("A", "B")):
        assert ask(Request(header, certificate=wrong)) == 401
    forged = {"X-Client-Cert": mine.replace("\n", ""), "X-Amzn-Mtls-Clientcert": mine.replace("\n", "")}
    assert ask(Request(header, headers=forged)) == 401


@pytest.mark.parametrize("place", [name for name in PLACES if name not in GATEWAY])
def test_a_certificate_bound_token_without_a_certificate_is_refused(issuer: Issuer, place: str, certificates: tuple[str, str, str]) -> None:
    header = "Bearer " + issuer.token(issuer.claims(cnf={"x5t#S256": certificates[2]}))
    assert PLACES[place](Setting(issuer))(Request(header, certificate=certificates[0])) == 401


def test_without_a_base_url_the_host_header_is_not_trusted(issuer: Issuer) -> None:
    """FastAPI and ASGI know the URL of the app only from `base_url`."""
    verifier = Setting(issuer).verifier()
    token = issuer.token(issuer.claims(cnf={"jkt": thumbprint(KEY)}))
    made = issuer.proof(KEY, token, url="https://evil.example/orders/7")
    with pytest.raises(Refused):
        verifier.verify(f"DPoP {token}", HttpRequest("GET", "", {"dpop": made, "host": "evil.example"}))


def test_one_of_concurrent_uses_of_a_proof_succeeds(issuer: Issuer) -> None:
    """The threads of a process share the memory of used proofs."""
    verifier = Setting(issuer).verifier()
    token = issuer.token(issuer.claims(cnf={"jkt": thumbprint(KEY)}))
    request = HttpRequest("GET", f"{AUDIENCE}/x", [("DPoP", issuer.proof(KEY, token, url=f"{AUDIENCE}/x"))])
    passed: list[int] = []

    def ask() -> None:
        try:
            verifier.verify(f"DPoP {token}", request)
            passed.append(1)
        except Refused:
            pass

    threads = [Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 1


def test_the_memory_of_proofs_is_bounded(issuer: Issuer) -> None:
    """For any number of proofs. Expired ones are removed first."""
    from idp.verify.dpop import Proofs

    now = [float(NOW)]
    proofs = Proofs(lambda: now[0], remembered=10)
    token = issuer.token()
    for number in range(30):
        made = issuer.proof(KEY, token, url=f"{AUDIENCE}/x", jti=str(number))
        proofs.check(HttpRequest("GET", f"{AUDIENCE}/x", {"DPoP": made}), token, thumbprint(KEY))
    assert len(proofs._used) == 10  # noqa: SLF001  # the size of the memory is the claim
