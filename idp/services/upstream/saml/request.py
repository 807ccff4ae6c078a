"""The request to an identity provider, by the HTTP-Redirect binding (SAML Core §3.4.1, SAML Bindings §3.4.4)."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from idp.domain.connections.saml import FORMATS, UNSPECIFIED
from idp.services.upstream.saml.moment import moment

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def authn_request(connection: Connection, *, request_id: str, acs: str, force: bool, now: int) -> str:
    """Return the XML of the request.

    `acs`: where the response has to go. `force`: the person has to sign in again. `now`: epoch seconds.
    """
    forced = ' ForceAuthn="true"' if force else ""
    wanted = FORMATS[connection.name_id_format] if "sub" not in connection.claims else UNSPECIFIED
    policy = f'<samlp:NameIDPolicy Format="{wanted}" AllowCreate="true"/>' if wanted != UNSPECIFIED else ""
    return (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
        f' ID={quoteattr(request_id)} Version="2.0" IssueInstant="{moment(now)}" Destination={quoteattr(connection.authorization_endpoint)}'
        f' ProtocolBinding="{_POST}" AssertionConsumerServiceURL={quoteattr(acs)}{forced}>'
        f"<saml:Issuer>{escape(connection.client_id)}</saml:Issuer>{policy}</samlp:AuthnRequest>"
    )


def redirect(connection: Connection, request: str, relay_state: str, key: str) -> str:
    """Return the URL for the browser. `key`: in PEM, signs the query (§3.4.4.1); "" for a request that is not signed."""
    deflated = zlib.compressobj(9, zlib.DEFLATED, -15)  # RFC 1951, without the header of RFC 1950
    packed = b64encode(deflated.compress(request.encode()) + deflated.flush()).decode()
    query = f"SAMLRequest={quote(packed, safe='')}&RelayState={quote(relay_state, safe='')}"
    if key:
        query += f"&SigAlg={quote(RSA_SHA256, safe='')}"
        query += f"&Signature={quote(b64encode(_signature(key, query.encode())).decode(), safe='')}"
    return connection.authorization_endpoint + ("&" if "?" in connection.authorization_endpoint else "?") + query


def _signature(pem: str, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101  # this provider made it
    return key.sign(data, padding.PKCS1v15(), SHA256())
