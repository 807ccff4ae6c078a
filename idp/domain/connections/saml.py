"""SAML 2.0: what a response has to fit, and what a verified one says. Both travel as JSON between the functions."""

from __future__ import annotations

from typing import Final, NamedTuple

PERSISTENT, EMAIL = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
UNSPECIFIED, TRANSIENT = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
FORMATS: Final = {"persistent": PERSISTENT, "email": EMAIL, "unspecified": UNSPECIFIED}
"""`Connection.name_id_format`, and the format on the wire (SAML Core §8.3). A transient one changes with each sign-in."""
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "email": ("email", "mail", "urn:oid:0.9.2342.19200300.100.1.3", _CLAIMS + "emailaddress"),
    "name": ("name", "displayName", "urn:oid:2.16.840.1.113730.3.1.241", "http://schemas.microsoft.com/identity/claims/displayname"),
    "given_name": ("given_name", "givenName", "firstName", "urn:oid:2.5.4.42", _CLAIMS + "givenname"),
    "family_name": ("family_name", "sn", "lastName", "urn:oid:2.5.4.4", _CLAIMS + "surname"),
}
"""For a standard claim, the common names of attributes. A connection that maps the claim (`Connection.claims`) uses its own name only."""


class Expected(NamedTuple):
    """What a response has to fit. `issuer`: the entity id of the identity provider; `certificates`: its own, DER in base64.

    `audience`: our entity id. `recipient`: the URL at which the response came. `request_id`: the ID of the request that it has to answer.
    `name_id_format`: the only format that counts; "" if an attribute is the subject. `signed_assertion`, `encrypted`: it has to be.
    `keys`: private keys in PEM that decrypt. `attributes`: the names to return. `now`: epoch seconds.
    """

    issuer: str
    certificates: list[str]
    audience: str
    recipient: str
    request_id: str
    name_id_format: str
    signed_assertion: bool
    encrypted: bool
    keys: list[str]
    attributes: list[str]
    now: int


class Assertion(NamedTuple):
    """What a verified assertion says. `name_id`, `format`, `name_qualifier`, `sp_name_qualifier`: of its NameID; "" if it has none.

    `attributes`: by name, those that were asked for. `context`: the class of the authentication. `session_index`: "" without one.
    `authenticated_at`: epoch seconds.
    """

    id: str
    name_id: str
    format: str
    name_qualifier: str
    sp_name_qualifier: str
    attributes: dict[str, list[str]]
    context: str
    session_index: str
    authenticated_at: int
