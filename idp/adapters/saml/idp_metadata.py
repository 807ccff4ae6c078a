"""The metadata of an identity provider, which an admin gives (SAML Metadata §2.3, §2.4). A sign-in never reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.adapters.saml.conditions import at
from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.safe_xml import children, name, parse, text_of
from idp.adapters.saml.signatures import MOST_CERTIFICATES, certificate

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST, MOST_ELEMENTS = 1024 * 1024, 20_000
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


class IdpMetadata(NamedTuple):
    """What a connection takes from it. `certificates`: of its signatures, DER in base64. `signs_requests`: it wants signed requests."""

    entity_id: str
    sso_url: str
    certificates: list[str]
    signs_requests: bool


def read_metadata(document: bytes, now: int) -> IdpMetadata:
    """Return what the metadata says. Its own signature does not count: the admin answers for where it comes from.

    Raises:
        SamlRefused: it is no metadata of exactly one identity provider that can be used, or it is out of date.
    """
    root = parse(document, longest=LONGEST, most=MOST_ELEMENTS)
    entities = [root] if root.tag == name("md", "EntityDescriptor") else list(root.iter(name("md", "EntityDescriptor")))
    described = [(entity, role) for entity in entities for role in children(entity, "md", "IDPSSODescriptor")]
    if len(described) != 1:
        raise SamlRefused("not the metadata of exactly one identity provider")
    entity, role = described[0]
    if any("validUntil" in each.attrib and at(each, "validUntil") <= now for each in (root, entity, role)):
        raise SamlRefused("the metadata is out of date")
    places = [each.get("Location", "") for each in children(role, "md", "SingleSignOnService") if each.get("Binding") == REDIRECT]
    if not places:
        raise SamlRefused("no SingleSignOnService with the binding HTTP-Redirect")
    certificates = list(dict.fromkeys(text for each in children(role, "md", "KeyDescriptor") for text in _certificates(each)))
    if not 0 < len(certificates) <= MOST_CERTIFICATES:
        raise SamlRefused("no certificate for signatures, or too many")
    for each in certificates:
        certificate(each)
    return IdpMetadata(entity.get("entityID", ""), places[0], certificates, role.get("WantAuthnRequestsSigned") in {"true", "1"})


def _certificates(key: _Element) -> list[str]:
    """Return the certificates of a key that signs. Without `use` it does both (SAML Metadata §2.4.1.1)."""
    if key.get("use", "signing") != "signing":
        return []
    return ["".join(text_of(each).split()) for each in key.iter(name("ds", "X509Certificate"))]
