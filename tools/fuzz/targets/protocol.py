"""Targets: what apps and browsers send to the endpoints of OAuth and OpenID Connect."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from joserfc import jws
from joserfc.jwk import ECKey
from starlette.requests import Request

from idp.domain import languages
from idp.domain.apps import client_id_url, redirect_uri
from idp.domain.apps.client import Client
from idp.domain.errors import IdpError, InvalidValue, OAuthError
from idp.domain.passkeys.refusal import RefusedCeremony
from idp.domain.passkeys.response import parse_assertion, parse_registration
from idp.domain.people import email
from idp.domain.requests import authorization_details, claims_request, pkce, scope, user_code
from idp.domain.sessions import network_address
from idp.http import cookies
from idp.http.request import query
from idp.oauth.caller import Caller, Credentials
from idp.oauth.clients.authentication import parse_credentials
from idp.oauth.clients.methods import private_key_jwt
from idp.services.admin.cursors import Cursors
from idp.services.keys import jose
from idp.services.keys.sealing import Sealer
from idp.services.passkeys.verification import Expected, verify_registration
from idp.verify import base64url, compact, dpop_proof
from tests.support.authenticator import Authenticator
from tools.fuzz.target import Target, chosen, text_of

NOW = 1_800_000_000
KEY = ECKey.generate_key("P-256", {"kid": "k", "alg": "ES256"})
PUBLIC = jose.public_members(KEY.as_dict(private=False))


def redirect_uris(data: bytes) -> None:
    """A URI that may be registered is registered when it is asked for, and has a host and an origin."""
    uri, other = (text_of(part) for part in (*data.split(b"\n", 1), b"")[:2])
    for native in (False, True):
        if redirect_uri.registration_problem(uri, native=native, dev=False) is None:
            assert redirect_uri.is_registered(uri, [uri], native=native)
            redirect_uri.host_of(uri), redirect_uri.origin_of(uri)
        redirect_uri.is_registered(other, [uri], native=native)
    if client_id_url.is_url(uri):
        client_id_url.problem(uri)


def parameters(data: bytes) -> None:
    """Parameters of an authorization request."""
    which, rest = chosen(data, 8)
    text = text_of(rest)
    if which == 0:
        assert scope.keep(scope.parse(text), scope.parse(text)) == tuple(dict.fromkeys(scope.parse(text)))
    elif which == 1:
        claims_request.names(claims_request.parse(text), "userinfo")
    elif which == 2:
        authorization_details.parse(text)
    elif which == 3:
        pkce.challenge_problem(text, "S256")
    elif which == 4:
        user_code.parse(text)
    elif which == 5:
        assert email.normalise(email.normalise(text)) == email.normalise(text)
    elif which == 6:
        network_address.network_of(text)
    else:
        email.identity(text)


def accept_language(data: bytes) -> None:
    """What comes out is among the offered languages."""
    wanted = (*languages.parse_accept_language(data.decode("latin-1")), *languages.parse_ui_locales(text_of(data)))
    assert languages.best(wanted, languages.SHIPPED) in {None, *languages.SHIPPED}


def _token(data: bytes) -> str:
    """Return the input as a token, or its parts as one: header and payload by a line, with a false signature."""
    which, rest = chosen(data, 2)
    if which == 0:
        return text_of(rest)
    head, _, payload = rest.partition(b"\n")
    return f"{base64url.encode(head)}.{base64url.encode(payload)}.{base64url.encode(b's' * 64)}"


def tokens(data: bytes) -> None:
    """A token without a valid signature has no claims."""
    token = _token(data)
    jose.unverified_header(token)
    jose.unverified_claims(token)
    assert jose.verify(token, PUBLIC, alg="ES256") is None
    compact.parse(token)


def signed(header: dict[str, Any], payload: bytes) -> str:
    """A token with a valid signature of KEY, whatever the payload is."""
    return jws.serialize_compact(header, payload, KEY, algorithms=["ES256"])


def dpop_proofs(data: bytes) -> None:
    """Half of the inputs are signed, so that the claims are read."""
    which, rest = chosen(data, 2)
    value = signed({"typ": "dpop+jwt", "alg": "ES256", "jwk": dict(PUBLIC)}, rest) if which else _token(rest)
    dpop_proof.check(
        [value], method="POST", is_this_url=lambda url: url == "https://id.example/token", algorithms=("ES256",), access_token=None
    ).check_age(NOW)


PROVIDER: Any = SimpleNamespace(
    settings=SimpleNamespace(issuer="https://id.example", region=""), clock=lambda: NOW, new_id=lambda: "a",
    used_once=SimpleNamespace(use=lambda *_, **__: True), client_keys=SimpleNamespace(for_verification=lambda *_, **__: [PUBLIC]),
)  # fmt: skip
APP = Client(id="app", auth_methods=("private_key_jwt",))


def client_assertions(data: bytes) -> None:
    """Claims that the client signed, and credentials in a header and a form."""
    which, rest = chosen(data, 3)
    if which == 0:
        parse_credentials(cast("Any", {"client_id": "app"}), Caller(authorization=text_of(rest)))
        return
    assertion = signed({"alg": "ES256", "typ": "JWT"}, rest) if which == 1 else _token(rest)
    caller = Caller(path="/token")
    private_key_jwt.prove(PROVIDER, Credentials("app", "private_key_jwt", assertion=assertion, caller=caller), APP)


def requests(data: bytes) -> None:
    """The query and the Cookie header of a request."""
    head, _, tail = data.partition(b"\n")
    asked = Request({"type": "http", "method": "GET", "headers": [(b"cookie", tail)], "query_string": head})
    cookies.read(asked, cookies.SESSION, cast("Any", SimpleNamespace(secure=True)))
    list(query(asked))


CURSORS = Cursors(cast("Any", SimpleNamespace(sealer=lambda: Sealer({"k": b"k" * 64}, seals_with="k"))))


def cursors(data: bytes) -> None:
    """A text that was not sealed opens nothing."""
    CURSORS.open(["caller", "list"], text_of(data))
    raise AssertionError("a cursor that was not given opened a page")


DEVICE = Authenticator()
CHALLENGE = base64url.encode(b"c" * 32)
EXPECTED = Expected(CHALLENGE, "id.example", frozenset({"https://id.example"}))


def passkeys(data: bytes) -> None:
    """Answers of an authenticator: as text, and with these bytes as attestation object and as authenticator data."""
    which, rest = chosen(data, 3)
    if which == 0:
        parse_assertion(text_of(rest))
    elif which == 1:
        verify_registration(parse_registration(DEVICE.registration(CHALLENGE, attestation_object=rest)), EXPECTED)
    else:
        verify_registration(parse_registration(text_of(rest)), EXPECTED)


TARGETS = {
    "redirect URIs": Target(
        redirect_uris,
        (),
        (b"https://a.example/cb\nhttps://a.example/cb", b"com.example:/cb\ncom.example:/cb", b"http://127.0.0.1/cb\nhttp://127.0.0.1:9/cb"),
    ),
    "parameters": Target(
        parameters,
        (InvalidValue,),
        (b"\0openid email", b'\1{"userinfo":{"email":null}}', b'\2[{"type":"a"}]', b"\5a@b.example", b"\6fe80::1"),
    ),
    "Accept-Language": Target(accept_language, (), (b"de-CH, fr;q=0.9, *;q=0.5",)),
    "tokens": Target(tokens, (ValueError,), (b'\1{"alg":"ES256","kid":"k"}\n{"iss":"a"}', b"\0a.b.c")),
    "DPoP proofs": Target(
        dpop_proofs,
        (dpop_proof.BadProofError,),
        (b'\1{"jti":"a","htm":"POST","htu":"https://id.example/token","iat":1800000000}', b'\0\1{"typ":"dpop+jwt","alg":"ES256"}\n{}'),
    ),
    "client assertions": Target(
        client_assertions,
        (OAuthError,),
        (b'\1{"iss":"app","sub":"app","aud":"https://id.example","exp":1800000100,"jti":"a"}', b"\0Basic YTpi"),
    ),
    "queries and cookies": Target(requests, (OAuthError,), (b"a=b&resource=c%20d&resource=e\n__Host-idp_session=a; b=c",)),
    "cursors": Target(cursors, (IdpError,), (b"k.AAAA",)),
    "passkeys": Target(
        passkeys, (RefusedCeremony,), (b"\0" + DEVICE.assertion(CHALLENGE).encode(), b"\2" + DEVICE.registration(CHALLENGE).encode())
    ),
}
