"""tls_client_auth: a certificate of an authority that the gateway trusts, for the subject that the client registered (RFC 8705 §2.1)."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidClient
from idp.oauth.clients import certificate as client_certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name, SubjectAlternativeName
    from cryptography.x509.oid import ObjectIdentifier

    from idp.domain.apps.client import Client
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.provider import ClientParts


def prove(provider: ClientParts, given: Credentials, client: Client) -> None:
    """The chain was validated by the gateway's trust store; what remains is whose certificate it is (RFC 8705 §2.1)."""
    from cryptography.x509 import DuplicateExtension, ExtensionNotFound, UnsupportedGeneralNameType

    certificate = client_certificate.load_valid(given.caller.certificate, provider.clock())
    if certificate is None:
        raise InvalidClient(detail="certificate: none, or out of date")
    try:
        # A client of self_signed_tls_client_auth chooses its own subject, and is in the same trust store: nobody vouches for that name.
        if certificate.issuer == certificate.subject:
            raise InvalidClient(detail="certificate: signed by itself")
        known = _is_of(certificate, client)
    except (ValueError, ExtensionNotFound, DuplicateExtension, UnsupportedGeneralNameType):
        known = False  # a name, an extension or a registered value that cannot be read
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
    """The name that RFC 4514 writes so.

    Raises:
        ValueError: it is written otherwise, or has no part.
    """
    from cryptography.x509 import Name

    name = Name.from_rfc4514_string(text, _short_names())
    if not name.rdns:
        raise ValueError("an empty name is everybody's")
    return name


def _has_subject(certificate: Certificate, expected: str) -> bool:
    """Part by part (RFC 4514 §1: not as strings): how it is escaped and encoded does not matter, its letters and their case do."""
    return _parts(certificate.subject) == _parts(subject(expected))


def _parts(name: Name) -> list[frozenset[tuple[str, str | bytes]]]:
    return [frozenset((part.oid.dotted_string, part.value) for part in rdn) for rdn in name.rdns]


def _short_names() -> dict[str, ObjectIdentifier]:
    """Beside those of RFC 4514 §3: what certificates hold as well, as OpenSSL writes it."""
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
    """No wildcard: the name that is registered, in any case (RFC 4343)."""
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
    """The domain in any case, what stands before it as it is (RFC 5280 §4.2.1.6)."""
    from cryptography.x509 import RFC822Name

    def lower_domain(address: str) -> tuple[str, str]:
        local, _, domain = address.rpartition("@")
        return local, domain.lower()

    return lower_domain(expected) in [lower_domain(address) for address in _alternative_names(certificate).get_values_for_type(RFC822Name)]
