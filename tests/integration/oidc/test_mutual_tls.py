"""Mutual TLS client authentication: RFC 8705 §2. Only the certificate that the gateway reports is used (E-09, F-08)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey, RSAKey

from idp.oauth.clients.certificate import thumbprint
from idp.oauth.metadata import metadata, problem
from idp.settings import Settings
from tests.integration.oidc.assertions import Asserting, accepted, asserting, refused, sign
from tests.support.calling import FORM, Answer
from tests.support.deployment import Deployment, prepared
from tests.support.deployment import settings as deployed
from tests.support.tls import Authority, Certified, HttpsSite, certify, common_name

CA = certify(common_name("Apps"))
DN = x509.Name.from_rfc4514_string("CN=app,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE")
BY_SUBJECT = {"auth_methods": ("tls_client_auth",), "tls_client_auth_subject_dn": "CN=app,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE"}
SELF_SIGNED = ("self_signed_tls_client_auth",)


def event(certificate: Certified | str | None) -> dict[str, Any]:
    """The request context of API Gateway for a connection with mutual TLS."""
    pem = certificate.pem if isinstance(certificate, Certified) else certificate
    return {"aws.event": {"requestContext": {"authentication": {"clientCert": {"clientCertPem": pem}}}}}


def ask(app: Asserting, certificate: Certified | str | None, headers: Iterable[tuple[str, str]] = (), **form: str) -> Answer:
    """A request over such a connection. RFC 8705 §2: the client_id names the client."""
    body = urlencode({**app.form, "client_id": app.app.id, **form}).encode()
    return app.idp.send("POST", app.path, headers=[("content-type", FORM), *headers], body=body, scope=event(certificate))


def issued(subject: x509.Name | str = DN, *names: x509.GeneralName, **how: Any) -> Certified:
    """A certificate that the apps' authority issued."""
    return certify(x509.Name.from_rfc4514_string(subject) if isinstance(subject, str) else subject, names, issuer=CA, **how)


def jwks(*certificates: Certified, **members: Any) -> dict[str, Any]:
    """The JWK Set of these certificates as a client registers it, with `x5c` unless `members` change it."""
    keys = []
    for one in certificates:
        chain = [base64.b64encode(one.certificate.public_bytes(Encoding.DER)).decode()]
        key = {**ECKey.import_key(one.key_pem).as_dict(private=False), "x5c": chain, **members}
        keys.append({name: value for name, value in key.items() if value is not None})
    return {"keys": keys}


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
def test_a_certificate_of_the_registered_subject_authenticates(idp: Deployment, path: str) -> None:
    """RFC 8705 §2.1: each endpoint accepts the certificate."""
    app = replace(asserting(idp, **BY_SUBJECT), path=path, form={"grant_type": "client_credentials", "token": "x"})
    assert accepted(ask(app, issued()))
    assert refused(ask(app, issued("CN=other,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE")))


@pytest.mark.parametrize(
    "written",
    [
        "CN=app,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE", "CN=app,L=Berlin+OU=Payments,O=Acme\\2c Inc.,C=DE",
        "2.5.4.3=app,OU=Payments+L=Berlin,O=Acme\\2C\\20Inc.,C=DE",
    ],
)  # fmt: skip
def test_a_name_may_be_written_in_several_ways(idp: Deployment, written: str) -> None:
    """RFC 4514 §2: other escapes, OID numbers and another order within a part are the same name."""
    app = asserting(idp, auth_methods=("tls_client_auth",), tls_client_auth_subject_dn=written)
    assert accepted(ask(app, issued()))


@pytest.mark.parametrize(
    "registered",
    [
        "CN=app", "C=DE", "C=DE,O=Acme\\, Inc.,OU=Payments+L=Berlin,CN=app", "CN=App,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE",
        "CN=app,OU=Payments,L=Berlin,O=Acme\\, Inc.,C=DE", "CN=app,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE,DC=x", "CN=app\\00",
        "CN=app,OU=Payments+L=Berlin,O=Acme", "CN=*,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DE", "O=app", "", " ", "app", "/CN=app", "=", ",",
        "CN=", "CN=app,", "XX=app", "CN=app,OU=Payments+L=Berlin,O=Acme\\, Inc.,C=DEU", "\x00", "ü", "#",
    ],
)  # fmt: skip
def test_another_name_is_another_client(idp: Deployment, registered: str) -> None:
    """A longer or shorter name, another order, another case, and text that is not a name are refused."""
    app = asserting(idp, auth_methods=("tls_client_auth",), tls_client_auth_subject_dn=registered)
    assert refused(ask(app, issued()))


def test_names_that_certificates_hold_beside_those_of_rfc_4514(idp: Deployment) -> None:
    """The names are written as OpenSSL prints them."""
    name = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "PSDDE-1"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, "7"), x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@b.example"),
    ])  # fmt: skip
    written = "emailAddress=a@b.example,serialNumber=7,organizationIdentifier=PSDDE-1,C=DE"
    app = asserting(idp, auth_methods=("tls_client_auth",), tls_client_auth_subject_dn=written)
    assert accepted(ask(app, issued(name)))


NAMES: tuple[x509.GeneralName, ...] = (
    x509.DNSName("app.example"), x509.DNSName("*.wild.example"), x509.UniformResourceIdentifier("https://app.example/id"),
    x509.IPAddress(ip_address("192.0.2.7")), x509.IPAddress(ip_address("2001:db8::7")), x509.RFC822Name("App@app.example"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("member", "value", "right"),
    [
        ("san_dns", "app.example", True), ("san_dns", "APP.example", True), ("san_dns", "x.wild.example", False),
        ("san_dns", "example", False), ("san_dns", "https://app.example/id", False), ("san_dns", "App@app.example", False),
        ("san_dns", "192.0.2.7", False),
        ("san_uri", "https://app.example/id", True), ("san_uri", "https://app.example/ID", False), ("san_uri", "app.example", False),
        ("san_uri", "https://app.example/", False), ("san_ip", "192.0.2.7", True), ("san_ip", "2001:db8::7", True),
        ("san_ip", "2001:0DB8:0::0:7", True), ("san_ip", "192.0.2.8", False), ("san_ip", "192.0.2.0/24", False),
        ("san_ip", "app.example", False), ("san_ip", "::ffff:192.0.2.7", False), ("san_email", "App@app.example", True),
        ("san_email", "App@APP.example", True),
        ("san_email", "app@app.example", False), ("san_email", "app.example", False), ("san_email", "@app.example", False),
    ],
)  # fmt: skip
def test_by_alternative_name(idp: Deployment, member: str, value: str, right: bool) -> None:
    """RFC 8705 §2.1.2: each member matches names of its own type only; IP addresses are compared in binary."""
    app = asserting(idp, auth_methods=("tls_client_auth",), **{f"tls_client_auth_{member}": value})
    answer = ask(app, issued("CN=app", *NAMES))
    assert accepted(answer) if right else refused(answer)
    assert refused(ask(app, issued(f"CN={value}" if value.isalnum() else "CN=app.example")))


def test_exactly_one_member_is_registered(idp: Deployment) -> None:
    """RFC 8705 §2.1.2: a client must register exactly one name; with none or two it is refused."""
    for members in ({}, {"tls_client_auth_subject_dn": "CN=app", "tls_client_auth_san_dns": "app.example"}):
        app = asserting(idp, auth_methods=("tls_client_auth",), **members)
        assert refused(ask(app, issued("CN=app", *NAMES)))


def test_a_certificate_that_signed_itself_is_refused(idp: Deployment) -> None:
    """The gateway's trust store may contain self-signed certificates of clients, and these can have any name."""
    app = asserting(idp, **BY_SUBJECT)
    assert refused(ask(app, certify(DN)))


@pytest.mark.parametrize("method", ["tls_client_auth", "self_signed_tls_client_auth"])
def test_a_certificate_is_accepted_only_between_its_dates(idp: Deployment, method: str) -> None:
    """The validity is checked to the second by the provider's clock."""
    begin, end = (datetime.fromtimestamp(idp.clock() + seconds, UTC) for seconds in (-100, 100))
    one = issued(days=(begin, end)) if method == "tls_client_auth" else certify(DN, days=(begin, end))
    app = asserting(idp, **(BY_SUBJECT if method == "tls_client_auth" else {"auth_methods": (method,), "jwks": jwks(one)}))
    for seconds, right in ((0, True), (100, True), (1, False), (-202, False)):
        idp.clock.advance(seconds)
        answer = ask(app, one)
        assert accepted(answer) if right else refused(answer), seconds


@pytest.mark.parametrize("metadata", [BY_SUBJECT, {"auth_methods": SELF_SIGNED, "jwks": jwks(certify(DN))}])
@pytest.mark.parametrize(
    "pem",
    [
        None, "", " ", "x", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "ü" * 10, "\x00", CA.key_pem, "A" * 70000,
        "-----BEGIN CERTIFICATE-----\n" + "A" * 60000 + "\n-----END CERTIFICATE-----",
    ],
)  # fmt: skip
def test_a_missing_or_malformed_certificate_is_refused(idp: Deployment, metadata: dict[str, Any], pem: str | None) -> None:
    """A missing or malformed certificate gets the same answer, not a 500."""
    assert refused(ask(asserting(idp, **metadata), pem))


@pytest.mark.parametrize(
    "context",
    [
        None, {}, {"authentication": None}, {"authentication": {}}, {"authentication": {"clientCert": None}},
        {"authentication": {"clientCert": {"clientCertPem": 1}}}, {"authentication": {"clientCert": {"clientCertPem": []}}},
    ],
)  # fmt: skip
def test_a_gateway_without_mutual_tls(idp: Deployment, context: Any) -> None:
    app = asserting(idp, **BY_SUBJECT)
    body = urlencode({**app.form, "client_id": app.app.id}).encode()
    scope = {} if context is None else {"aws.event": {"requestContext": context}}
    assert refused(idp.send("POST", app.path, headers=[("content-type", FORM)], body=body, scope=scope))


@pytest.mark.parametrize(
    "name",
    [
        "x-client-cert", "x-amzn-mtls-clientcert", "x-amzn-mtls-clientcert-leaf", "x-forwarded-client-cert", "ssl-client-cert",
        "x-ssl-client-cert", "client-cert", "x-apigateway-event", "x-amzn-request-context",
    ],
)  # fmt: skip
def test_no_header_is_a_certificate(idp: Deployment, name: str) -> None:
    """F-08: certificates in request headers are ignored, also in those of other proxies and of RFC 9440."""
    app, one = asserting(idp, **BY_SUBJECT), issued()
    der = base64.b64encode(one.certificate.public_bytes(Encoding.DER)).decode()
    for value in (quote(one.pem), f":{der}:", der, f'Cert="{quote(one.pem)}"', json.dumps(event(one)["aws.event"]["requestContext"])):
        assert refused(ask(app, None, [(name, value)]))


@pytest.mark.parametrize("members", [{}, {"x5c": None}, {"x5c": None, "x5t#S256": True}])
def test_a_registered_self_signed_certificate_authenticates(idp: Deployment, members: dict[str, Any]) -> None:
    """RFC 8705 §2.2: the registered key matches by certificate, by thumbprint or by public key."""
    one, other = certify(DN), certify(DN)
    if members.get("x5t#S256"):
        members = {**members, "x5t#S256": thumbprint(one.pem)}
    app = asserting(idp, auth_methods=SELF_SIGNED, jwks=jwks(one, **members))
    assert accepted(ask(app, one))
    assert refused(ask(app, other))
    assert refused(ask(app, issued()))


def test_self_signed_among_several(idp: Deployment) -> None:
    """Both certificates are accepted while one replaces the other."""
    old, new = certify(DN), certify(DN)
    app = asserting(idp, auth_methods=SELF_SIGNED, jwks=jwks(old, new))
    assert accepted(ask(app, old))
    assert accepted(ask(app, new))
    idp.change(app.app, jwks=jwks(new))
    assert refused(ask(app, old))


def test_a_certificate_counts_before_its_key(idp: Deployment) -> None:
    """A JWK that names its certificate does not match another certificate with the same key."""
    one = certify(DN)
    told: list[dict[str, Any]] = [
        {"x5c": ["AAAA"]}, {"x5c": []}, {"x5c": "x"}, {"x5c": [1]}, {"x5c": [None]}, {"x5c": None, "x5t#S256": "x"}, {"x5c": {}},
    ]  # fmt: skip
    for members in told:
        app = asserting(idp, auth_methods=SELF_SIGNED, jwks=jwks(one, **members))
        assert refused(ask(app, one)), members


def test_only_the_first_of_a_chain_is_the_clients(idp: Deployment) -> None:
    """RFC 7517 §4.7: only the first is the client's; the others are those of its authorities."""
    one, other = certify(DN), certify(DN)
    chain = [base64.b64encode(each.certificate.public_bytes(Encoding.DER)).decode() for each in (other, one)]
    app = asserting(idp, auth_methods=SELF_SIGNED, jwks=jwks(one, x5c=chain))
    assert refused(ask(app, one))
    assert accepted(ask(app, other))


def test_an_rsa_key(idp: Deployment) -> None:
    """A registered RSA key without x5c matches a certificate with this key."""
    key = generate_private_key(65537, 2048)
    name = common_name("app")
    now = datetime.fromtimestamp(idp.clock(), UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now.replace(year=2020), now.replace(year=2040))
    from cryptography.hazmat.primitives.hashes import SHA256

    pem = builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()
    app = asserting(idp, auth_methods=SELF_SIGNED, jwks={"keys": [RSAKey.import_key(key).as_dict(private=False)]})
    assert accepted(ask(app, pem))
    assert refused(ask(app, certify(name)))


def test_self_signed_by_reference(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """jwks_uri: for an unknown certificate the JWK Set is fetched at most once a minute."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    authority, old, new = Authority(tmp_path), certify(DN), certify(DN)
    with HttpsSite(authority, "localhost") as site:
        idp = prepared(deployed(str(tmp_path), dev_fetch_hosts="localhost", dev_fetch_ca=str(authority.file)))
        site.answer = [b"HTTP/1.1 200 OK\r\n\r\n", json.dumps(jwks(old)).encode()]
        app = asserting(idp, auth_methods=SELF_SIGNED, jwks=None, jwks_uri=f"https://localhost:{site.port}/jwks")
        assert accepted(ask(app, old))
        site.answer = [b"HTTP/1.1 200 OK\r\n\r\n", json.dumps(jwks(new)).encode()]
        for _ in range(3):
            assert refused(ask(app, new))
        idp.clock.advance(60)
        assert accepted(ask(app, new))
        assert len(site.requests) == 2


def test_the_registered_method_is_the_only_one(idp: Deployment) -> None:
    """E-02: a client can authenticate with a certificate only if it registered this method, and then with no other method."""
    one = issued()
    app = asserting(idp, **BY_SUBJECT)
    assert refused(ask(app, one, client_secret="x"))
    assert refused(app.send(sign(app.claims())))
    for method in ("private_key_jwt", "client_secret_post", "client_secret_basic", "self_signed_tls_client_auth"):
        assert refused(ask(asserting(idp, **{**BY_SUBJECT, "auth_methods": (method,)}), one))


def test_a_disabled_client_is_refused(idp: Deployment) -> None:
    """E-07."""
    app = asserting(idp, **BY_SUBJECT)
    idp.change(app.app, disabled=True)
    assert refused(ask(app, issued()))
    unknown = replace(app, app=replace(app.app, client=replace(app.app.client, id="unknown")))
    assert refused(ask(unknown, issued()))


def test_the_thumbprint_is_of_the_der_certificate() -> None:
    """RFC 8705 §3.1: the thumbprint is computed over the DER, so the layout of the PEM has no effect."""
    one = certify(DN)
    found = thumbprint(one.pem)
    assert found
    assert thumbprint(one.pem.replace("\n", "\r\n")) == found
    assert len(found) == 43
    assert thumbprint("x") is None


def test_metadata_names_methods_and_mtls_aliases() -> None:
    """RFC 8705 §5: methods and aliases are listed only if the deployment has a URL with mutual TLS."""
    issuer, there = "https://id.example", "https://mtls.id.example"
    without, with_mtls = metadata(Settings(issuer)), metadata(Settings(issuer, mtls_url=there))
    assert not {"mtls_endpoint_aliases", "tls_client_certificate_bound_access_tokens"} & set(without)
    assert "tls_client_auth" not in without["token_endpoint_auth_methods_supported"]
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(with_mtls["token_endpoint_auth_methods_supported"])
    aliases = with_mtls["mtls_endpoint_aliases"]
    assert aliases["token_endpoint"] == there + "/token"
    assert aliases == {name: with_mtls[name].replace(issuer, there) for name in aliases}
    assert "authorization_endpoint" not in aliases
    assert problem(with_mtls) is None
