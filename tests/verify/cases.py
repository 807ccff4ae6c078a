# mypy: disable-error-code="misc,arg-type"
# mypy cannot infer lambdas that keep a loop variable as a default, nor claims by name.
"""The table of tokens (threats D-01 … D-18, J-11). Every adapter has to give the same answer to each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.verify.issuer import ALGORITHMS, AUDIENCE, ISSUER, NOW, Issuer, Key, b64, segment

OTHER = Key("RS256", "key-RS256")
"""A key of an attacker with the kid of the issuer's key."""
MINE = Key("ES256", "mine")


@dataclass(frozen=True)
class Case:
    """`make` returns the Authorization header, or None for no header. `status`: 200, 401 or 403. `why`: the reason in the log."""

    name: str
    make: Callable[[Issuer], str | None]
    status: int = 401
    why: str = ""
    method: str = "GET"


def bearer(name: str, make: Callable[[Issuer], str], status: int = 401, why: str = "", method: str = "GET") -> Case:
    return Case(name, lambda issuer: f"Bearer {make(issuer)}", status, why, method)


def claims(name: str, status: int = 401, why: str = "", method: str = "GET", **changes: Any) -> Case:
    return bearer(name, lambda issuer: issuer.token(issuer.claims(**changes)), status, why, method)


def header(name: str, why: str = "malformed", alg: str = "RS256", **changes: Any) -> Case:
    return bearer(name, lambda issuer: issuer.token(alg=alg, **changes), 401, why)


def unsigned(issuer: Issuer, alg: str, signature: str = "") -> str:
    return f"{segment({'alg': alg, 'typ': 'at+jwt', 'kid': 'key-RS256'})}.{segment(issuer.claims())}.{signature}"


def right() -> Iterator[Case]:
    for alg in ("RS256", "PS256", "ES256", "Ed25519"):
        yield bearer(f"{alg}", lambda issuer, alg=alg: issuer.token(alg=alg), 200)
    yield Case("scheme in small letters", lambda issuer: f"bearer {issuer.token()}", 200)
    yield bearer("application/at+jwt", lambda issuer: issuer.token(typ="application/at+jwt"), 200)
    yield claims("the audience among others", 200, aud=["https://other.example", AUDIENCE])
    yield claims("a client's own token", 200, sub="app-1", acr=..., amr=..., auth_time=...)
    yield claims("nbf now", 200, nbf=NOW)
    yield claims("emoji written as two escapes", 200, nickname="\U0001f600")


def d_01_to_03() -> Iterator[Case]:
    for alg in ("none", "None", "nOnE", "NONE", ""):
        yield bearer(f"D-01 alg {alg or 'empty'}, no signature", lambda issuer, alg=alg: unsigned(issuer, alg), 401, "malformed")
        yield bearer(f"D-01 alg {alg or 'empty'}, a signature", lambda issuer, alg=alg: unsigned(issuer, alg, "AAAA"), 401, "algorithm")
        stripped = lambda issuer, alg=alg: unsigned(issuer, alg, issuer.token().split(".")[2])  # noqa: E731  # it keeps the values of this turn
        yield bearer(f"D-01 alg {alg or 'empty'}, another's signature", stripped, 401, "algorithm")
    yield bearer("D-01 the signature taken away", lambda issuer: issuer.token().rpartition(".")[0] + ".", 401, "malformed")
    yield bearer("D-01 two parts", lambda issuer: issuer.token().rpartition(".")[0], 401, "malformed")
    secrets: dict[str, Callable[[Key], bytes]] = {
        "PEM": lambda key: key.der(),
        "PEM without its last line feed": lambda key: key.der().rstrip(),
        "PEM with CRLF": lambda key: key.der().replace(b"\n", b"\r\n"),
        "PEM after a line feed": lambda key: b"\n" + key.der(),
        "PEM after a BOM": lambda key: b"\xef\xbb\xbf" + key.der(),
        "PKCS #1 PEM": lambda key: key.der(PublicFormat.PKCS1),
        "DER": lambda key: key.der(encoding=Encoding.DER),
        "PKCS #1 DER": lambda key: key.der(PublicFormat.PKCS1, Encoding.DER),
        "the JWK": lambda key: json.dumps(key.jwk).encode(),
        "the modulus": lambda key: key.jwk["n"].encode(),
        "nothing (D-03)": lambda _: b"",
    }
    for name, secret in secrets.items():
        for alg in ("HS256", "RS256"):
            make = lambda issuer, secret=secret, alg=alg: issuer.hmac(secret(issuer.keys["RS256"]), alg=alg)  # noqa: E731  # as above
            yield bearer(f"D-02 {alg} by HMAC with {name}", make, 401, "algorithm" if alg == "HS256" else "signature")
    yield bearer("D-03 HS256 with an empty key and no kid", lambda issuer: issuer.hmac(b"", kid=...), 401, "algorithm")
    for alg in (*ALGORITHMS, "RS384", "RS512", "ES384", "ES256K", "HS512", "EdDSA", "Ed448", "rs256"):
        for key in ALGORITHMS:
            if alg != key:
                why = "signature" if alg in {*ALGORITHMS, "EdDSA"} else "algorithm"
                yield bearer(f"D-02 {alg} under the key for {key}", lambda issuer, alg=alg, key=key: crossed(issuer, alg, key), 401, why)


def crossed(issuer: Issuer, alg: str, key: str) -> str:
    """A token that names one algorithm and the key of another, signed by that key with its own algorithm."""
    signed = f"{segment({'alg': alg, 'typ': 'at+jwt', 'kid': issuer.keys[key].kid})}.{segment(issuer.claims())}"
    return f"{signed}.{b64(issuer.keys[key].sign(signed.encode()))}"


def d_04_to_08() -> Iterator[Case]:
    for name, value in {
        "jwk (D-04)": OTHER.jwk,
        "x5c (D-04)": ["MIIB"],
        "x5t": "AAAA",
        "jku (D-05)": "https://attacker.example/jwks",
        "x5u (D-05)": "http://169.254.169.254/latest/meta-data/",
        "crit (D-07)": ["exp"],
        "b64 (D-07)": False,
        "zip (D-07)": "DEF",
        "cty (D-07)": "JWT",
        "p2c (D-07)": 2**31,
        "anything": 1,
    }.items():
        yield bearer(
            f"{name} in the header, its own key", lambda issuer, n=name, v=value: issuer.token(key=OTHER, **{n.split()[0]: v}), 401
        )
        yield bearer(f"{name} in the header, the issuer's key", lambda issuer, n=name, v=value: issuer.token(**{n.split()[0]: v}), 401)
    yield bearer("D-04 signed by another key of that name", lambda issuer: issuer.token(key=OTHER), 401, "signature")
    for kid in ("../../../../dev/null", "' or 1=1 --", "\x00", "__proto__", "", "key-RS256 ", "KEY-RS256", "key-RS256\n", "\ud83d\ude00"):
        yield header(f"D-06 kid {kid!r}", "unknown_key", kid=kid)
    for wrong in (1, None, ["key-RS256"], {"kid": "key-RS256"}, True, "k" * 100_000, "k" * 300):
        yield header(f"D-06 kid {str(wrong)[:20]!r}", kid=wrong)
    yield header("D-06 no kid", "unknown_key", kid=...)
    yield bearer("D-07 a JWE", lambda issuer: ".".join([segment({"alg": "RSA-OAEP", "enc": "A256GCM"}), "AAAA", "AAAA", "AAAA", "AAAA"]))
    yield bearer("D-08 JSON serialization", general, 401, "scheme")
    yield bearer("D-08 JSON serialization in base64url", lambda issuer: b64(general(issuer).encode()), 401, "malformed")
    yield bearer("D-08 a signature more", lambda issuer: issuer.token() + "." + issuer.token().split(".")[2], 401, "malformed")


def general(issuer: Issuer) -> str:
    head, payload, signature = issuer.token().split(".")
    wrong = {"protected": head, "signature": "AAAA"}
    return json.dumps({"payload": payload, "signatures": [wrong, {"protected": head, "signature": signature}]})


def d_09_to_12() -> Iterator[Case]:  # noqa: C901  # a table
    for typ in ("JWT", "jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "oauth-authz-req+jwt", "AT+JWT", "at+jwt ", "at+jwtx", ""):
        yield header(f"D-09 typ {typ!r}", "type", typ=typ)
    yield header("D-09 no typ", "type", typ=...)
    yield header("D-09 typ is a list", typ=["at+jwt"])
    yield bearer(
        "D-09 an ID token", lambda i: i.token(i.claims(aud="app-1", nonce="n", scope=..., client_id=..., jti=...), typ="JWT"), 401, "type"
    )
    yield bearer(
        "D-15 a client assertion",
        lambda i: i.token({"iss": "app-1", "sub": "app-1", "aud": ISSUER, "exp": NOW + 60}, typ="JWT"),
        401,
        "type",
    )
    for name, aud in {
        "missing": ...,
        "of another API": "https://other.example",
        "the client": "app-1",
        "empty": "",
        "an empty list": [],
        "a longer name": AUDIENCE + ".attacker.example",
        "a shorter name": AUDIENCE[:-1],
        "with a slash": AUDIENCE + "/",
        "a list in a list": [[AUDIENCE]],
        "an object": {AUDIENCE: 1},
        "null": None,
        "a list with a number": [AUDIENCE, 1],
        "two in one text": f"{AUDIENCE} https://other.example",
    }.items():
        yield claims(f"D-10 aud {name}", 401, "audience", aud=aud)
    for name, iss in {
        "missing": ...,
        "with a slash": ISSUER + "/",
        "http": "http://id.example",
        "a prefix": ISSUER + ".attacker.example",
        "another": "https://evil.example",
        "a list with it": [ISSUER],
        "an object": {"iss": ISSUER},
        "null": None,
        "in capitals": ISSUER.upper(),
        "with a port": ISSUER + ":443",
    }.items():
        yield claims(f"D-11 iss {name}", 401, "issuer", iss=iss)
    for name in ("exp", "iat", "nbf"):
        for text, value in {
            "a text": str(NOW + 600),
            "a fraction": NOW + 600.5,
            "null": None,
            "negative": -1,
            "zero": 0,
            "true": True,
            "a list": [NOW],
        }.items():
            yield claims(f"D-12 {name} is {text}", 401, "times", **{name: value})
        for text in ("1e400", "NaN", "Infinity", "-Infinity", "1e10", "9" * 20, "9" * 5000):
            yield bearer(f"D-12 {name} is {text[:20]}", lambda i, name=name, text=text: i.token(written(i, **{name: text})), 401)
    for text in ("NaN", "Infinity", "-Infinity"):
        yield bearer(f"D-12 {text} in a claim that nobody asks for", lambda i, text=text: i.token(written(i, other=text)), 401, "malformed")
    yield claims("D-12 exp missing", 401, "times", exp=...)
    yield claims("D-12 iat missing", 401, "times", iat=...)
    yield claims("D-12 expired long ago", 401, "expired", exp=NOW - 86400, iat=NOW - 90000)
    for name in ("sub", "client_id", "jti"):
        for text, value in {"missing": ..., "empty": "", "a number": 7, "a list": ["x"], "null": None}.items():
            yield claims(f"D-17 {name} {text}", 401, "claims", **{name: value})
    for name, value in {"scope": ["orders:read"], "acr": 2, "amr": "pwd", "cnf": "x", "scope ": None}.items():
        if not name.endswith(" "):
            yield claims(f"{name} of another kind", 401, "claims", **{name: value})


def written(issuer: Issuer, **numbers: str) -> bytes:
    """Claims as JSON, with numbers in the given spelling."""
    whole = json.dumps(issuer.claims(**dict.fromkeys(numbers, "@")))
    for text in numbers.values():
        whole = whole.replace('"@"', text)
    return whole.encode()


def d_13_and_14() -> Iterator[Case]:
    def changed(name: str, change: Callable[[str, str, str], str], alg: str = "ES256") -> Case:
        return bearer(f"D-13 {name}", lambda issuer: change(*issuer.token(alg=alg).split(".")), 401)

    yield changed("bytes after the signature", lambda h, p, s: f"{h}.{p}.{s}AAAA")
    yield changed("a byte of the signature less", lambda h, p, s: f"{h}.{p}.{s[:-2]}")
    yield changed("padding", lambda h, p, s: f"{h}.{p}.{s}==")
    yield changed("padding of the payload", lambda h, p, s: f"{h}.{p}=.{s}")
    yield changed("a space", lambda h, p, s: f"{h}.{p}.{s} ")
    yield changed("a line feed", lambda h, p, s: f"{h}.{p}.{s}\n")
    yield changed("a space within", lambda h, p, s: f"{h}. {p}.{s}")
    yield changed("a comment", lambda h, p, s: f"{h}.{p}.{s}#")
    yield changed("base64 with + and /", lambda h, p, s: f"{h}.{p}.{'+/' + s[2:]}")
    yield changed("other bits beyond the last byte", lambda h, p, s: f"{h}.{p}.{s[:-1]}{chr(ord(s[-1]) + 1)}")
    yield changed("r and s are 0", lambda h, p, s: f"{h}.{p}.{b64(bytes(64))}")
    yield changed("r is 0", lambda h, p, s: f"{h}.{p}.{b64(bytes(32) + b'1' * 32)}")
    yield changed("r is the order", lambda h, p, s: f"{h}.{p}.{b64(ORDER.to_bytes(32) + b'1' * 32)}")
    yield changed("r and s exchanged", lambda h, p, s: f"{h}.{p}.{s[43:]}{s[:43]}")
    yield changed("an empty payload", lambda h, p, s: f"{h}..{s}")
    yield changed("an empty header", lambda h, p, s: f".{p}.{s}")
    yield changed("another payload", lambda h, p, s: f"{h}.{segment({'sub': 'admin'})}.{s}", alg="RS256")
    yield bearer("D-13 ES256 in DER", der, 401, "signature")
    yield bearer("D-13 ES256 with a zero before s", longer, 401, "signature")
    yield bearer("D-13 ES256 by another spelling of s beyond the order", beyond, 401, "signature")
    one = b'{"alg":"RS256","typ":"at+jwt","kid":"key-RS256"'
    yield bearer("D-14 alg twice", lambda i: i.raw(b'{"alg":"none",' + one[1:] + b"}", json.dumps(i.claims()).encode()), 401, "malformed")
    yield bearer("D-14 kid twice", lambda i: i.raw(one + b',"kid":"key-RS256"}', json.dumps(i.claims()).encode()), 401, "malformed")
    for name in ("sub", "aud", "exp", "scope"):
        yield bearer(f"D-14 {name} twice", lambda i, name=name: i.token(twice(i, name)), 401, "malformed")
    yield bearer(
        "D-14 a member within twice", lambda i: i.token(json.dumps(i.claims())[:-1].encode() + b',"x":{"a":1,"a":2}}'), 401, "malformed"
    )
    for name, payload in {
        "a list": b"[]",
        "a text": b'"x"',
        "null": b"null",
        "no JSON": b"{",
        "UTF-16": '{"a":1}'.encode("utf-16"),
        "half a surrogate": b'{"sub":"\\ud800"}',
        "broken UTF-8": b'{"sub":"\xff"}',
        "a BOM": b"\xef\xbb\xbf{}",
        "too deep": b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}",
        "more than one": b"{}{}",
    }.items():
        yield bearer(f"the payload is {name}", lambda i, payload=payload: i.token(payload), 401, "malformed")
        yield bearer(f"the header is {name}", lambda i, payload=payload: i.raw(payload, b"{}"), 401, "malformed")
    yield claims("J-11 a token of 100 KB", 401, "malformed", filler="x" * 100_000)


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def der(issuer: Issuer) -> str:
    head, payload, _ = issuer.token(alg="ES256").split(".")
    raw = issuer.keys["ES256"].sign(f"{head}.{payload}".encode())
    return f"{head}.{payload}.{b64(encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])))}"


def longer(issuer: Issuer) -> str:
    """The same numbers in 65 bytes. A verifier that does not check the length would accept it as a second token."""
    head, payload, _ = issuer.token(alg="ES256").split(".")
    raw = issuer.keys["ES256"].sign(f"{head}.{payload}".encode())
    return f"{head}.{payload}.{b64(raw[:32] + bytes(1) + raw[32:])}"


def beyond(issuer: Issuer) -> str:
    """The order plus one, which is 1 modulo the order. A verifier that reduces it would accept it as s."""
    head, payload, _ = issuer.token(alg="ES256").split(".")
    raw = issuer.keys["ES256"].sign(f"{head}.{payload}".encode())
    return f"{head}.{payload}.{b64(raw[:32] + (ORDER + 1).to_bytes(32))}"


def twice(issuer: Issuer, name: str) -> bytes:
    whole = json.dumps(issuer.claims())
    return (whole[:-1] + f',"{name}":{json.dumps(issuer.claims()[name])}}}').encode()


def headers() -> Iterator[Case]:
    yield Case("no token", lambda _: None, 401, "no_token")
    yield Case("an empty header", lambda _: "", 401)
    for name, form in {
        "another scheme": "Basic {}",
        "no scheme": "{}",
        "no token": "Bearer",
        "no token but a space": "Bearer ",
        "two spaces": "Bearer  {}",
        "a tab": "Bearer\t{}",
        "a space before": " Bearer {}",
        "a comma": "Bearer {},Bearer {}",
        "two tokens": "Bearer {} {}",
        "a colon": "Bearer: {}",
        "quotes": 'Bearer "{}"',
        "token=": "Bearer token={}",
        "a line feed after": "Bearer {}\n",
        "BearerX": "BearerX {}",
        "NUL": "Bearer\x00 {}",
    }.items():
        yield Case(f"header with {name}", lambda issuer, form=form: form.replace("{}", issuer.token()), 401)
    yield Case("DPoP with a token that is bound to nothing", lambda issuer: f"DPoP {issuer.token()}", 401, "scheme")


def good_for() -> Iterator[Case]:
    claims_of = {"method": "DELETE", "scope": "orders:read orders:write", "acr": "aal2", "amr": ["pwd", "otp"]}
    yield claims("D-18 both scopes and the second factor", 200, **claims_of)
    yield claims("D-18 without the scope", 403, "insufficient_scope", scope="openid")
    yield claims("D-18 without any scope", 403, "insufficient_scope", scope=...)
    yield claims("D-18 a scope that begins alike", 403, "insufficient_scope", scope="orders:reading orders:rea")
    yield claims("D-18 another's scope", 403, "insufficient_scope", "DELETE", scope="orders:read", acr="aal2", amr=["pwd", "otp"])
    yield claims("without the second factor", 403, "insufficient_user_authentication", **{**claims_of, "acr": "aal1"})
    yield claims("without saying how", 403, "insufficient_user_authentication", **{**claims_of, "acr": ...})
    yield claims("by other means", 403, "insufficient_user_authentication", **{**claims_of, "amr": ["pwd"]})
    yield claims("on a path without a rule", 403, "no_rule", "PUT")


CASES = [*right(), *d_01_to_03(), *d_04_to_08(), *d_09_to_12(), *d_13_and_14(), *headers(), *good_for()]
