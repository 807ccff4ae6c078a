"""What a verified assertion says about a person, by our names (threats S-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.connection import DOMAINS
from idp.domain.connections.identity import UpstreamIdentity
from idp.domain.connections.saml import ATTRIBUTES
from idp.services.upstream.refusal import not_valid
from idp.services.upstream.told import Told

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.saml import Assertion

_PREFIX = "urn:oasis:names:tc:SAML:"


def wanted_attributes(connection: Connection) -> list[str]:
    """Return the names of the attributes that a connection uses."""
    common = [name for claim, names in ATTRIBUTES.items() if claim not in connection.claims for name in names]
    return sorted({*connection.claims.values(), *common})


def identity_of(connection: Connection, assertion: Assertion) -> UpstreamIdentity:
    """Return the identity. Its key is (connection, entity id, NameID with format and qualifiers), or the attribute that is the subject.

    SAML has no `email_verified`. An address of the connection's own domains counts with `email_trust` "domains": the directory of the
    organisation decides about it. With "verified" it counts only if a mapped attribute says so.

    Raises:
        UpstreamRefused: the attribute that is the subject does not have exactly one usable value.
    """
    told = Told(_members(connection, assertion))
    if "sub" in connection.claims:
        values = assertion.attributes.get(connection.claims["sub"], [])
        subject, tenant = values[0] if len(values) == 1 else "", f"attribute:{connection.claims['sub']}"
    else:
        subject, tenant = assertion.name_id, _qualified(connection, assertion)
    if not subject:
        raise not_valid(connection, "SAML: no subject")
    email = told.email()
    own_domain = connection.email_trust == DOMAINS and (email or "").rpartition("@")[2] in connection.domains
    return UpstreamIdentity(
        connection_id=connection.id, issuer=connection.issuer, tenant=tenant, subject=subject, email=email,
        email_verified=bool(email) and (told.email_verified(texts=True) or own_domain), email_authoritative=bool(email) and own_domain,
        claims=told.claims(), acr=assertion.context, auth_time=assertion.authenticated_at, sid=assertion.session_index,
        tells_time=True,
    )  # fmt: skip


def _members(connection: Connection, assertion: Assertion) -> dict[str, str]:
    """Return the claims. One with several values is left out, because nothing says which one counts."""
    names = {**ATTRIBUTES, **{claim: (name,) for claim, name in connection.claims.items() if claim != "sub"}}
    found = {claim: [value for name in each for value in assertion.attributes.get(name, [])[:2]] for claim, each in names.items()}
    return {claim: values[0] for claim, values in found.items() if len(set(values)) == 1}


def _qualified(connection: Connection, assertion: Assertion) -> str:
    """Return format and qualifiers. Each default is left out, so that an identity provider may say or omit it (SAML Core §8.3.7)."""
    by = assertion.name_qualifier if assertion.name_qualifier != connection.issuer else ""
    to = assertion.sp_name_qualifier if assertion.sp_name_qualifier != connection.client_id else ""
    return "|".join((assertion.format.removeprefix(_PREFIX), by, to)).rstrip("|")
