"""Our metadata, for the admin of the identity provider (SAML Metadata §2.4.4). It has nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from idp.domain.connections.saml import FORMATS
from idp.services.upstream.saml.own_keys import ENCRYPTION, NEXT, SIGNING

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection

MEDIA_TYPE = "application/samlmetadata+xml"
_NAMES = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def own_metadata(connection: Connection, acs: str) -> str:
    """Return the XML. The key for encryption is in it only if the connection asks for encryption: some encrypt as soon as they see one."""
    published = [("signing", SIGNING), ("signing", NEXT + SIGNING)] + ([("encryption", ENCRYPTION)] if connection.wants_encryption else [])
    keys = "".join(_key(use, connection.own_certificates[name]) for use, name in published if name in connection.own_certificates)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor {_NAMES} entityID={quoteattr(connection.client_id)}>'
        f'<md:SPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}" AuthnRequestsSigned="{_bool(value=connection.signs_requests)}"'
        f' WantAssertionsSigned="{_bool(value=connection.wants_signed_assertions)}">{keys}'
        f"<md:NameIDFormat>{FORMATS[connection.name_id_format]}</md:NameIDFormat>"
        f'<md:AssertionConsumerService Binding="{_POST}" Location={quoteattr(acs)} index="0" isDefault="true"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>\n"
    )


def _key(use: str, certificate: str) -> str:
    data = f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>"
    return f'<md:KeyDescriptor use="{use}"><ds:KeyInfo>{data}</ds:KeyInfo></md:KeyDescriptor>'


def _bool(*, value: bool) -> str:
    return "true" if value else "false"
