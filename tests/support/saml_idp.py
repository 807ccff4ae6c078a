"""A SAML identity provider whose responses a test makes, right ones and hostile ones. Signatures are made by signxml."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from idp.domain.connections.saml import Expected

NOW = 1_800_000_000
IDP, SP = "https://idp.corp.example/saml", "https://id.example.com/upstream/corp"
ACS = SP + "/callback"
REQUEST = "_request"
SAML, PROTOCOL = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
DSIG, XENC, XENC11 = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
NAMES = {"saml": SAML, "samlp": PROTOCOL, "ds": DSIG, "xenc": XENC}


class AnySigner(XMLSigner):
    """Signs also with SHA-1, which the library refuses to do."""

    def check_deprecated_methods(self) -> None:
        """Allow all."""


@dataclass(frozen=True)
class KeyPair:
    """A private key, and a certificate for it that it signed itself."""

    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> str:
        """The certificate: DER in base64."""
        return b64encode(self.certificate.public_bytes(Encoding.DER)).decode()

    @property
    def pem(self) -> str:
        """The private key."""
        pem: bytes = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return pem.decode()


@cache
def key_pair(name: str = "idp", *, kind: str = "rsa", bits: int = 2048) -> KeyPair:
    """A key pair by its name."""
    key: Any = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    born = datetime(2020, 1, 1, tzinfo=UTC)  # it ended long ago: a pinned certificate carries a key, and its dates do not count
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 1, born, born + timedelta(days=365))
    return KeyPair(key, made.sign(key, hashes.SHA256()))


def moment(seconds: int) -> str:
    """A time as SAML writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Answer:
    """The parts of a response. `subject`: XML of the NameID. `confirmation`, `conditions`, `statements`: XML that replaces the default."""

    issuer: str = IDP
    response_issuer: str | None = IDP
    audience: str = SP
    recipient: str = ACS
    destination: str | None = ACS
    request_id: str = REQUEST
    answers: str | None = None
    now: int = NOW
    not_before: int = -10
    not_on_or_after: int = 300
    name_id: str = "person-1"
    format: str = PERSISTENT
    qualifiers: str = ""
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    inner_status: str = ""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    assertion_id: str = "_assertion"
    response_id: str = "_response"
    confirmation: str | None = None
    conditions: str | None = None
    statements: str | None = None
    subject: str | None = None

    @property
    def assertion(self) -> str:
        """The XML of the assertion."""
        until, since = moment(self.now + self.not_on_or_after), moment(self.now + self.not_before)
        answers = self.request_id if self.answers is None else self.answers
        replying = f' InResponseTo="{answers}"' if answers else ""
        confirmation = self.confirmation if self.confirmation is not None else (
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData Recipient="{self.recipient}" NotOnOrAfter="{until}"{replying}/></saml:SubjectConfirmation>'
        )  # fmt: skip
        conditions = self.conditions if self.conditions is not None else (
            f'<saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{self.audience}'
            "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        )  # fmt: skip
        statements = self.statements if self.statements is not None else (
            f'<saml:AuthnStatement AuthnInstant="{moment(self.now)}" SessionIndex="session-1"><saml:AuthnContext>'
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>"
            "</saml:AuthnContext></saml:AuthnStatement>"
        )  # fmt: skip
        value = "<saml:AttributeValue>{}</saml:AttributeValue>"
        attributes = "".join(
            f'<saml:Attribute Name="{name}">{"".join(map(value.format, values))}</saml:Attribute>'
            for name, values in self.attributes.items()
        )
        told = f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>" if attributes else ""
        subject = self.subject if self.subject is not None else (
            f'<saml:NameID Format="{self.format}"{self.qualifiers}>{self.name_id}</saml:NameID>'
        )  # fmt: skip
        return (
            f'<saml:Assertion xmlns:saml="{SAML}" ID="{self.assertion_id}" Version="2.0" IssueInstant="{moment(self.now)}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer><saml:Subject>{subject}{confirmation}</saml:Subject>{conditions}{statements}{told}"
            "</saml:Assertion>"
        )

    def around(self, assertion: str) -> str:
        """The XML of the response with this assertion in it."""
        issuer = f"<saml:Issuer>{self.response_issuer}</saml:Issuer>" if self.response_issuer else ""
        destination = f' Destination="{self.destination}"' if self.destination else ""
        replying = f' InResponseTo="{self.request_id}"' if self.request_id else ""
        inner = f'<samlp:StatusCode Value="{self.inner_status}"/>' if self.inner_status else ""
        return (
            f'<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{SAML}" ID="{self.response_id}" Version="2.0" '
            f'IssueInstant="{moment(self.now)}"{destination}{replying}>{issuer}'
            f'<samlp:Status><samlp:StatusCode Value="{self.status}">{inner}</samlp:StatusCode></samlp:Status>{assertion}</samlp:Response>'
        )


def signed(
    xml: str | etree._Element, pair: KeyPair | None = None, *, method: SignatureMethod = SignatureMethod.RSA_SHA256,
    digest: DigestAlgorithm = DigestAlgorithm.SHA256, key: Any = None, key_info: bool = True,
) -> etree._Element:  # fmt: skip
    """The element with a signature of its own, behind its issuer."""
    pair = pair or key_pair()
    element = etree.fromstring(xml) if isinstance(xml, str) else etree.fromstring(etree.tostring(xml))
    placeholder = etree.SubElement(element, f"{{{DSIG}}}Signature", {"Id": "placeholder"}, nsmap={"ds": DSIG})
    issuer = element.find(f"{{{SAML}}}Issuer")
    if issuer is not None:
        issuer.addnext(placeholder)
    signer = AnySigner(
        SignatureConstructionMethod.enveloped, method, digest, CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    )  # fmt: skip
    certificates: Any = [pair.certificate] if key_info and key is None else None
    made = signer.sign(
        element, key=pair.key if key is None else key, cert=certificates, reference_uri="#" + element.get("ID"), id_attribute="ID"
    )  # fmt: skip
    return etree.fromstring(etree.tostring(made))


def encrypted(
    assertion: etree._Element, to: KeyPair, *, algorithm: str = XENC11 + "aes256-gcm", wrap: str = XENC + "rsa-oaep-mgf1p",
    outside: bool = False,
) -> str:  # fmt: skip
    """The encrypted assertion. `outside`: the key is beside the data, as AD FS can send it."""
    plain, content_key = etree.tostring(assertion), os.urandom(int(algorithm.rpartition("aes")[2][:3]) // 8)
    if algorithm.endswith("gcm"):
        nonce = os.urandom(12)
        content = nonce + AESGCM(content_key).encrypt(nonce, plain, None)
    else:
        fill = 16 - len(plain) % 16
        vector = os.urandom(16)
        context = Cipher(algorithms.AES(content_key), modes.CBC(vector)).encryptor()
        content = vector + context.update(plain + bytes(fill - 1) + bytes([fill])) + context.finalize()
    sha1 = hashes.SHA1()  # noqa: S303  # as XML Encryption has it for OAEP
    pad: Any = padding.PKCS1v15() if wrap.endswith("rsa-1_5") else padding.OAEP(padding.MGF1(sha1), sha1, None)
    public = to.key.public_key()
    key = (
        f'<xenc:EncryptedKey xmlns:xenc="{XENC}"><xenc:EncryptionMethod Algorithm="{wrap}"/><xenc:CipherData><xenc:CipherValue>'
        f"{b64encode(public.encrypt(content_key, pad)).decode()}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )
    return (
        f'<saml:EncryptedAssertion xmlns:saml="{SAML}"><xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}"/>'
        f'<ds:KeyInfo xmlns:ds="{DSIG}">{"" if outside else key}</ds:KeyInfo>'
        f"<xenc:CipherData><xenc:CipherValue>{b64encode(content).decode()}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"
        f"{key if outside else ''}</saml:EncryptedAssertion>"
    )


def text(element: etree._Element | str) -> str:
    """An element as it stands in another one."""
    return element if isinstance(element, str) else etree.tostring(element).decode()


def posted(document: etree._Element | str | bytes) -> str:
    """The value of the form's member SAMLResponse."""
    return b64encode(document if isinstance(document, bytes) else text(document).encode()).decode()


def response(
    answer: Answer | None = None, *, by: KeyPair | None = None, sign: str = "assertion", to: KeyPair | None = None, **changes: Any
) -> str:  # fmt: skip
    """The posted value of a response. `sign`: assertion, response, both or none. `to`: whose key encrypts the assertion."""
    told = replace(answer or Answer(), **changes)
    assertion: etree._Element = signed(told.assertion, by) if sign in {"assertion", "both"} else etree.fromstring(told.assertion)
    whole = told.around(encrypted(assertion, to) if to else text(assertion))
    return posted(signed(whole, by) if sign in {"response", "both"} else whole)


def expected(**changes: Any) -> Expected:
    """What a response has to fit."""
    made = Expected(
        issuer=IDP, certificates=[key_pair().der], audience=SP, recipient=ACS, request_id=REQUEST, name_id_format=PERSISTENT,
        signed_assertion=False, encrypted=False, keys=[], attributes=["email"], now=NOW,
    )  # fmt: skip
    return made._replace(**changes)


def metadata(
    entity_id: str = IDP, *pairs: KeyPair, sso: str = "https://idp.corp.example/sso", more: str = "", use: str = ' use="signing"'
) -> str:  # fmt: skip
    """The metadata of the identity provider."""
    keys = "".join(
        f'<md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="{DSIG}"><ds:X509Data><ds:X509Certificate>{one.der}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for one in pairs or (key_pair(),)
    )
    return (
        f'<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}">'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"{more}>{keys}'
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{sso}"/>'
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{sso}"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )
