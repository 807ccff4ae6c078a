"""tls_client_auth: a certificate for the registered subject, by an authority that the gateway trusts (RFC 8705 §2.1)."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidClient
from idp.oauth.clients import certificate as client_certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name, SubjectAlternativeName
    from cryptography.x509.oid import ObjectIdentifier

    from idp.domain.apps.client import Client
    from idp.oauth.caller import Credentials
    from idp.oauth.provider import ClientParts


def prove(provider: ClientParts, sent: Credentials, client: Client) -> None:
    """Check the subject of the certificate (RFC 8705 §2.1). The gateway has validated the chain.

    Raises:
        InvalidClient: the certificate is missing, expired, self-signed or for another subject.
    """
    from cryptography.x509 import DuplicateExtension, ExtensionNotFound, UnsupportedGeneralNameType

    certificate = client_certificate.load_valid(sent.caller.certificate, provider.clock())
    if certificate is None:
        raise InvalidClient(detail="certificate: none, or out of date")
    try:
        # Clients with self_signed_tls_client_auth are in the same trust store and choose their own subject. No authority has checked it.
        if certificate.issuer == certificate.subject:
            raise InvalidClient(detail="certificate: signed by itself")
        known = _is_of(certificate, client)
    except (ValueError, ExtensionNotFound, DuplicateExtension, UnsupportedGeneralNameType):
        known = False  # a name, an extension or a registered value cannot be parsed
    if not known:
        raise InvalidClient(detail="certificate: another subject")


def _is_of(certificate: Certificate, client: Client) -> bool:
    """RFC 8705 §2.1.2: "A client using the tls_client_auth authentication method MUST use exactly one" of these members."""
    expected = (
        (_has_subject, client.tls_client_auth_subject_dn),
        (_has_dns, client.tls_client_auth_san_dns),
        (_has_uri, client.tls_client_auth_san_uri),
        (_has_ip, client.tls_client_auth_san_ip),
        (_has_email, client.tls_client_auth_san_email),
    )
    registered = [(has, value) for has, value in expected if value]
    return len(registered) == 1 and registered[0][0](certificate, registered[0][1])


def subject(text: str) -> Name:
    """The name of this RFC 4514 string.

    Raises:
        ValueError: it is malformed or empty.
    """
    from cryptography.x509 import Name

    name = Name.from_rfc4514_string(text, _short_names())
    if not name.rdns:
        raise ValueError("the name is empty")
    return name


def _has_subject(certificate: Certificate, expected: str) -> bool:
    """Whether the subject is this name. The parts are compared, not the strings (RFC 4514 §1); upper and lower case differ."""
    return _parts(certificate.subject) == _parts(subject(expected))


def _parts(name: Name) -> list[frozenset[tuple[str, str | bytes]]]:
    return [frozenset((part.oid.dotted_string, part.value) for part in rdn) for rdn in name.rdns]


def _short_names() -> dict[str, ObjectIdentifier]:
    """Short names of OpenSSL, in addition to those of RFC 4514 §3."""
    from cryptography.x509.oid import NameOID

    return {
        "emailAddress": NameOID.EMAIL_ADDRESS,
        "E": NameOID.EMAIL_ADDRESS,
        "serialNumber": NameOID.SERIAL_NUMBER,
        "SERIALNUMBER": NameOID.SERIAL_NUMBER,
        "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
        "businessCategory": NameOID.BUSINESS_CATEGORY,
        "jurisdictionC": NameOID.JURISDICTION_COUNTRY_NAME,
        "S": NameOID.STATE_OR_PROVINCE_NAME,
        "GN": NameOID.GIVEN_NAME,
        "SN": NameOID.SURNAME,
    }


def _alternative_names(certificate: Certificate) -> SubjectAlternativeName:
    from cryptography.x509 import SubjectAlternativeName

    return certificate.extensions.get_extension_for_class(SubjectAlternativeName).value


def _has_dns(certificate: Certificate, expected: str) -> bool:
    """Whether the registered DNS name is in the certificate, in any case (RFC 4343). There are no wildcards."""
    from cryptography.x509 import DNSName

    return expected.lower() in [name.lower() for name in _alternative_names(certificate).get_values_for_type(DNSName)]


def _has_uri(certificate: Certificate, expected: str) -> bool:
    from cryptography.x509 import UniformResourceIdentifier

    return expected in _alternative_names(certificate).get_values_for_type(UniformResourceIdentifier)


def _has_ip(certificate: Certificate, expected: str) -> bool:
    """RFC 8705 §2.1.2: "The comparison … MUST be done in binary"."""
    from cryptography.x509 import IPAddress

    return ip_address(expected) in _alternative_names(certificate).get_values_for_type(IPAddress)


def _has_email(certificate: Certificate, expected: str) -> bool:
    """Whether the registered address is in the certificate. Only its domain is compared in any case (RFC 5280 §4.2.1.6)."""
    from cryptography.x509 import RFC822Name

    def lower_domain(address: str) -> tuple[str, str]:
        local, _, domain = address.rpartition("@")
        return local, domain.lower()

    return lower_domain(expected) in [lower_domain(address) for address in _alternative_names(certificate).get_values_for_type(RFC822Name)]
