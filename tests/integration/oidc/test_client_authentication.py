"""Client authentication at the token, introspection and revocation endpoints: RFC 6749 §2.3, RFC 7617, OIDC Core §9."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote, urlencode

import pytest

from idp.domain.apps.client import ClientSecret
from tests.support.calling import Answer, basic, raw_basic
from tests.support.deployment import OTHER, POSTING, SERVICE, SPA, WEB, Deployment

ENDPOINTS = {"/token": {"grant_type": "refresh_token", "refresh_token": "x"}, "/introspect": {"token": "x"}, "/revoke": {"token": "x"}}
each_endpoint = pytest.mark.parametrize("path", ENDPOINTS)


def proved(answer: Answer) -> bool:
    """Return whether the client is authenticated: then the error is about the made-up token, not about the client."""
    return answer.status == 200 or answer.json == {**answer.json, "error": "invalid_grant"}


def refused(answer: Answer) -> None:
    """Assert RFC 6749 §5.2: invalid_client, 401, the challenge of the scheme, and the same description whatever was wrong."""
    assert (answer.status, answer.error) == (401, "invalid_client"), answer
    assert (answer.header("www-authenticate") or "").startswith("Basic")
    assert answer.header("cache-control") == "no-store"


@each_endpoint
def test_client_secret_basic_authenticates(idp: Deployment, path: str) -> None:
    """RFC 6749 §2.3.1: id and secret form-urlencoded, then base64; the scheme's name in any case (RFC 7235 §2.1)."""
    assert proved(idp.post(path, ENDPOINTS[path], auth=WEB.auth))
    for scheme in ("basic", "BASIC"):
        header = basic(*WEB.auth).replace("Basic", scheme)
        assert proved(idp.post(path, ENDPOINTS[path], headers=[("authorization", header)]))


@each_endpoint
def test_client_secret_post_authenticates(idp: Deployment, path: str) -> None:
    """RFC 6749 §2.3.1: in the body, for a client that registered it."""
    assert proved(idp.post(path, {**ENDPOINTS[path], "client_id": POSTING.id, "client_secret": POSTING.secret}))


@pytest.mark.parametrize("path", ["/token", "/revoke"])
def test_a_public_client_names_itself_by_client_id(idp: Deployment, path: str) -> None:
    """A public client sends client_id without a credential."""
    assert proved(idp.post(path, {**ENDPOINTS[path], "client_id": SPA.id}))


def test_public_clients_may_not_introspect(idp: Deployment) -> None:
    """RFC 7662 §2.1: the endpoint "MUST also require some form of authorization" (C-09)."""
    refused(idp.post("/introspect", {"token": "x", "client_id": SPA.id}))


@each_endpoint
@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        WEB.secret[:-1],
        WEB.secret + "x",
        WEB.secret.upper(),
        WEB.secret + "\x00",
        OTHER.secret,
        quote(WEB.secret),
        "null",
        "x" * 50_000,
    ],
)
def test_a_wrong_secret_is_refused(idp: Deployment, path: str, secret: str) -> None:
    """E-01: empty, nearly right, another's."""
    refused(idp.post(path, ENDPOINTS[path], auth=(WEB.id, secret)))
    refused(idp.post(path, {**ENDPOINTS[path], "client_id": POSTING.id, "client_secret": secret}))


@each_endpoint
@pytest.mark.parametrize("client_id", ["unknown", "WEB", "web ", "", "CLIENT#web", "x" * 4000, "\x00", "ü"])
def test_an_unknown_client_is_refused_like_a_wrong_secret(idp: Deployment, path: str, client_id: str) -> None:
    """The same answer as for a wrong secret."""
    refused(idp.post(path, ENDPOINTS[path], auth=(client_id, WEB.secret)))
    refused(idp.post(path, {**ENDPOINTS[path], "client_id": client_id, "client_secret": POSTING.secret}))


@each_endpoint
def test_a_confidential_client_without_a_secret_is_refused(idp: Deployment, path: str) -> None:
    """A confidential client that sends only its client_id, or no authentication, is refused."""
    refused(idp.post(path, ENDPOINTS[path]))
    refused(idp.post(path, {**ENDPOINTS[path], "client_id": WEB.id}))
    refused(idp.post(path, {**ENDPOINTS[path], "client_id": POSTING.id}))


@each_endpoint
def test_another_method_than_registered(idp: Deployment, path: str) -> None:
    """E-02: OIDC Registration §2: a client may authenticate only by its registered token_endpoint_auth_method."""
    posted = idp.post(path, {**ENDPOINTS[path], "client_id": WEB.id, "client_secret": WEB.secret})
    refused(posted)
    assert posted.json["error_description"] == (
        "This client is registered for client_secret_basic. It sent its secret by client_secret_post."
    )
    in_header = idp.post(path, ENDPOINTS[path], auth=POSTING.auth)
    refused(in_header)
    assert in_header.json["error_description"] == (
        "This client is registered for client_secret_post. It sent its secret by client_secret_basic."
    )


@each_endpoint
@pytest.mark.parametrize("secret", ["", "x", OTHER.secret, WEB.secret + "x"])
def test_a_wrong_secret_does_not_learn_the_registered_method(idp: Deployment, path: str, secret: str) -> None:
    """E-06: a wrong secret sent by an unregistered method gets the same answer as an unknown client."""
    unknown = idp.post(path, {**ENDPOINTS[path], "client_id": "unknown", "client_secret": secret})
    posted = idp.post(path, {**ENDPOINTS[path], "client_id": WEB.id, "client_secret": secret})
    refused(posted)
    assert posted.json == unknown.json
    in_header = idp.post(path, ENDPOINTS[path], auth=(POSTING.id, secret))
    refused(in_header)
    assert in_header.json == unknown.json


@each_endpoint
@pytest.mark.parametrize("secret", ["x", " ", "\x00"])
def test_a_public_client_with_a_secret(idp: Deployment, path: str, secret: str) -> None:
    """It has no secret, so a request with a secret is refused."""
    refused(idp.post(path, {**ENDPOINTS[path], "client_id": SPA.id, "client_secret": secret}))
    refused(idp.post(path, ENDPOINTS[path], auth=(SPA.id, secret)))


@each_endpoint
def test_two_methods_at_once(idp: Deployment, path: str) -> None:
    """RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request" (E-02)."""
    for form in ({"client_id": WEB.id, "client_secret": WEB.secret}, {"client_secret": WEB.secret}):
        answer = idp.post(path, {**ENDPOINTS[path], **form}, auth=WEB.auth)
        assert (answer.status, answer.error) == (400, "invalid_request")


@each_endpoint
def test_client_id_of_another_in_the_body(idp: Deployment, path: str) -> None:
    """B-09, OAuthLib CVE-2026-118669: a client_id in the body that differs from the authenticated client is refused."""
    answer = idp.post(path, {**ENDPOINTS[path], "client_id": OTHER.id}, auth=WEB.auth)
    assert (answer.status, answer.error) == (400, "invalid_request")


@each_endpoint
def test_client_id_of_its_own_in_the_body(idp: Deployment, path: str) -> None:
    """Allowed: many client libraries send it."""
    assert proved(idp.post(path, {**ENDPOINTS[path], "client_id": WEB.id}, auth=WEB.auth))


@each_endpoint
def test_secrets_in_the_query_do_not_count(idp: Deployment, path: str) -> None:
    """RFC 6749 §2.3.1: "The parameters [...] MUST NOT be included in the request URI" (E-02)."""
    query = urlencode({"client_id": POSTING.id, "client_secret": POSTING.secret})
    headers = [("content-type", "application/x-www-form-urlencoded")]
    refused(idp.send("POST", path, query=query, headers=headers, body=urlencode(ENDPOINTS[path]).encode()))


@pytest.mark.parametrize(
    "header",
    [
        "Basic", "Basic ", "Basic  ", "basic", "Basic !!!!", "Basic YQ", "Basic =", "Basic YTpi YTpi", "Basic \xff\xfe", "Basic YTpi\t",
        raw_basic(b"web"), raw_basic(b""), raw_basic(b":"), raw_basic(b":" + WEB.secret.encode()), raw_basic(b"\xff\xfe:\xff"),
        raw_basic(b"web:%ff"), raw_basic(b"%c3:x"), raw_basic("ü:ü".encode()), raw_basic("ü:ü".encode("latin-1")),
        raw_basic(b"web%3Ax"),
        raw_basic(b"web:" + WEB.secret.encode()), raw_basic(b"web:x:y"), raw_basic(b"web\x00:x"), raw_basic(b"web\n:x"),
        raw_basic(b"%00:x"),
        basic(*WEB.auth)[:-4], basic(*WEB.auth) + "=", basic(*WEB.auth) + "AAAA", basic(*WEB.auth).replace("Basic ", "Basic\t"),
        basic(*WEB.auth).replace("Basic ", "Basic,"), basic(*WEB.auth).replace("Basic ", ""), "Bearer x", "Digest x", "", "null",
        "Basic " + base64.urlsafe_b64encode(b"web:???>>>").decode(), "Basic " + "A" * 60_000,
    ],
)  # fmt: skip
@each_endpoint
def test_a_malformed_basic_header_is_refused(idp: Deployment, path: str, header: str) -> None:
    """E-03: a header that is not exactly RFC 7617 with RFC 6749 §2.3.1 is refused without a 500."""
    refused(idp.post(path, ENDPOINTS[path], headers=[("authorization", header)]))


def test_basic_decodes_once(idp: Deployment) -> None:
    """RFC 6749 appendix B: "+" is a space, %2B a plus, %3A a colon, in UTF-8. Only the first colon separates id and secret."""
    odd = idp.app()
    secret = "a+b c:d%41ü"
    idp.change(odd, secrets=(ClientSecret(hashlib.sha256(secret.encode()).hexdigest(), 1),))
    form = ENDPOINTS["/token"]
    for spelled in ("a%2Bb+c%3Ad%2541%C3%BC", "a%2Bb%20c:d%2541%c3%bc"):
        assert proved(idp.post("/token", form, headers=[("authorization", raw_basic(f"{odd.id}:{spelled}".encode()))]))
    for spelled in (secret, "a+b+c%3Ad%2541%C3%BC", "a%2Bb+c%3Ad%41%C3%BC"):
        refused(idp.post("/token", form, headers=[("authorization", raw_basic(f"{odd.id}:{spelled}".encode()))]))


@each_endpoint
@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_credentials_sent_twice_are_refused(idp: Deployment, path: str, name: str) -> None:
    """E-04, RFC 6749 §3.2: credentials sent twice are refused, even if both are equal."""
    form = urlencode({**ENDPOINTS[path], "client_id": POSTING.id, "client_secret": POSTING.secret})
    for value in (POSTING.id, "", "x"):
        answer = idp.post(path, f"{form}&{name}={quote(value)}")
        assert (answer.status, answer.error) == (400, "invalid_request")


@each_endpoint
@pytest.mark.parametrize("name", ["client_id[]", "client_secret[]", "client_secret[0]", "CLIENT_SECRET"])
def test_arrays_are_other_names(idp: Deployment, path: str, name: str) -> None:
    """E-04: a parameter name with brackets is another name. No framework's array syntax is read."""
    refused(idp.post(path, {**ENDPOINTS[path], "client_id": POSTING.id, name: POSTING.secret}))


@each_endpoint
def test_an_assertion_of_an_unregistered_method_is_refused(idp: Deployment, path: str) -> None:
    """RFC 7521 §4.2: a client assertion is refused if the client registered another method, even beside the right secret."""
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    for assertion in (
        {"client_assertion": "e30.e30.", "client_assertion_type": kind},
        {"client_assertion": "x"},
        {"client_assertion_type": kind},
    ):
        answer = idp.post(path, {**ENDPOINTS[path], "client_id": WEB.id, **assertion})
        assert (answer.status, answer.error) in {(401, "invalid_client"), (400, "invalid_request")}
        answer = idp.post(path, {**ENDPOINTS[path], "client_id": POSTING.id, "client_secret": POSTING.secret, **assertion})
        assert (answer.status, answer.error) in {(401, "invalid_client"), (400, "invalid_request")}


@each_endpoint
def test_rotation_with_overlap(idp: Deployment, path: str) -> None:
    """E-07: the new secret is valid at once. The old secret is valid until its overlap ends."""
    moving = idp.app()
    old = ClientSecret(hashlib.sha256(moving.secret.encode()).hexdigest(), 1, expires_at=idp.clock() + 60)
    idp.change(moving, secrets=(old, ClientSecret(hashlib.sha256(b"new").hexdigest(), 2)))
    idp.clock.advance(59)
    assert proved(idp.post(path, ENDPOINTS[path], auth=moving.auth))
    idp.clock.advance(1)
    refused(idp.post(path, ENDPOINTS[path], auth=moving.auth))
    assert proved(idp.post(path, ENDPOINTS[path], auth=(moving.id, "new")))


@each_endpoint
def test_disabled_and_deleted_clients(idp: Deployment, path: str) -> None:
    """E-07: a disabled or deleted client is refused at once."""
    gone = idp.app()
    assert proved(idp.post(path, ENDPOINTS[path], auth=gone.auth))
    idp.change(gone, disabled=True)
    refused(idp.post(path, ENDPOINTS[path], auth=gone.auth))
    assert idp.services.clients.delete(gone.id)
    refused(idp.post(path, ENDPOINTS[path], auth=gone.auth))


@each_endpoint
def test_a_client_without_secrets(idp: Deployment, path: str) -> None:
    """E-01: a client without secrets is refused, and a stored digest of the empty string never matches."""
    bare = idp.app()
    idp.change(bare, secrets=())
    for secret in ("", bare.secret, "0" * 64):
        refused(idp.post(path, ENDPOINTS[path], auth=(bare.id, secret)))
    idp.change(bare, secrets=(ClientSecret(hashlib.sha256(b"").hexdigest(), 1),))
    refused(idp.post(path, ENDPOINTS[path], auth=(bare.id, "")))


def test_one_answer_for_all(idp: Deployment) -> None:
    """E-06: every failure has the same answer, so a caller without the secret cannot learn whether the client exists."""
    form = ENDPOINTS["/token"]
    answers = {idp.post("/token", form, auth=auth).body for auth in ((WEB.id, "x"), ("unknown", "x"), (POSTING.id, "x"), (SPA.id, "x"))}
    assert len(answers) == 1


def test_a_service_is_no_exception(idp: Deployment) -> None:
    """The same holds for client_credentials."""
    refused(idp.post("/token", {"grant_type": "client_credentials"}, auth=(SERVICE.id, "x")))
    refused(idp.post("/token", {"grant_type": "client_credentials", "client_id": SERVICE.id}))
