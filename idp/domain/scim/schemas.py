"""The schemas of people and groups (RFC 7643 §4), and the two types of resources.

Not offered: `password` (unless the SCIM client may set it), `roles`, `entitlements`, `ims` and `x509Certificates`, which this provider
does not use. A client that sends them is treated as for any unknown attribute (threats P-05).
"""

from __future__ import annotations

from idp.domain.scim.attribute import Attribute, Kind, Schema

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
USER, GROUP = CORE + "User", CORE + "Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def _text(name: str, description: str) -> Attribute:
    return Attribute(name, description)


def _several(name: str, description: str, *types: str, value: str = "string") -> Attribute:
    """A multi-valued attribute with the sub-attributes of RFC 7643 §2.4."""
    kind = Attribute("value", "The value.", value, references=("external",) if value == "reference" else (), case_exact=value != "string")
    sub = (
        kind, _text("display", "A name to show."), Attribute("type", "What it is for.", canonical=types),
        Attribute("primary", "Whether it is the preferred one.", "boolean"),
    )  # fmt: skip
    return Attribute(name, description, "complex", multi=True, sub=sub)


COMMON = (
    Attribute("id", "The id, which this provider chose. It is never used again.", case_exact=True, mutability="readOnly",
              returned="always", uniqueness="server"),
    Attribute("externalId", "The id that the SCIM client uses.", case_exact=True),
    Attribute("schemas", "The URNs of the schemas.", "reference", multi=True, required=True, case_exact=True, returned="always",
              mutability="readOnly"),
    Attribute("meta", "Facts about the resource.", "complex", mutability="readOnly", sub=(
        Attribute("resourceType", "The type.", case_exact=True, mutability="readOnly"),
        Attribute("created", "When it was made.", "dateTime", mutability="readOnly"),
        Attribute("lastModified", "When it was last changed.", "dateTime", mutability="readOnly"),
        Attribute("location", "Its URL.", "reference", case_exact=True, mutability="readOnly"),
        Attribute("version", "Its ETag.", case_exact=True, mutability="readOnly"),
    )),
)  # fmt: skip
"""The attributes of every resource (RFC 7643 §3.1)."""

PASSWORD = Attribute("password", "A new password.", case_exact=True, mutability="writeOnly", returned="never")

_NAME = tuple(
    _text(name, description)
    for name, description in (
        ("formatted", "The whole name."), ("familyName", "The family name."), ("givenName", "The given name."),
        ("middleName", "The middle names."), ("honorificPrefix", "A title before the name."), ("honorificSuffix", "A title after it."),
    )
)  # fmt: skip
_ADDRESS = tuple(
    _text(name, description)
    for name, description in (
        ("formatted", "The whole address."), ("streetAddress", "Street and number."), ("locality", "The town."), ("region", "The region."),
        ("postalCode", "The postal code."), ("country", "The country."),
    )
)  # fmt: skip
_GROUPS = (
    Attribute("value", "The id of the group.", case_exact=True, mutability="readOnly"),
    Attribute("$ref", "The URL of the group.", "reference", case_exact=True, mutability="readOnly", references=("Group",)),
    Attribute("display", "The name of the group.", mutability="readOnly"),
    Attribute("type", "Always direct.", mutability="readOnly", canonical=("direct",)),
)
_MANAGER = (
    Attribute("value", "The id of the manager.", case_exact=True),
    Attribute("$ref", "The URL of the manager.", "reference", case_exact=True, references=("User",)),
    Attribute("displayName", "The name of the manager.", mutability="readOnly"),
)

USER_SCHEMA = Schema(
    USER, "User", "A person who signs in",
    (
        Attribute("userName", "The name by which the SCIM client knows the person.", required=True, uniqueness="server"),
        Attribute("name", "The parts of the name.", "complex", sub=_NAME),
        _text("displayName", "The name to show."), _text("nickName", "The casual name."),
        Attribute("profileUrl", "A page about the person.", "reference", case_exact=True, references=("external",)),
        _text("title", "The title, such as Vice President."), _text("userType", "The relation to the organisation."),
        _text("preferredLanguage", "The language, as in Accept-Language."), _text("locale", "The region, such as en-US."),
        _text("timezone", "The time zone, such as Europe/Berlin."),
        Attribute("active", "Whether the person may sign in. False ends all sessions at once.", "boolean"),
        _several("emails", "Email addresses. The primary one, else the one of type work, is for sign-in.", "work", "home", "other"),
        _several("phoneNumbers", "Phone numbers.", "work", "home", "mobile", "fax", "pager", "other"),
        _several("photos", "URLs of pictures.", "photo", "thumbnail", value="reference"),
        Attribute("addresses", "Postal addresses.", "complex", multi=True, sub=(
            *_ADDRESS, Attribute("type", "What it is for.", canonical=("work", "home", "other")),
            Attribute("primary", "Whether it is the preferred one.", "boolean"),
        )),
        Attribute("groups", "The groups of the person, of this SCIM client. Only if asked for.", "complex", multi=True,
                  mutability="readOnly", returned="request", sub=_GROUPS),
    ),
)  # fmt: skip
ENTERPRISE_SCHEMA = Schema(
    ENTERPRISE, "EnterpriseUser", "What an organisation knows of a person",
    (
        _text("employeeNumber", "The number of the employee."), _text("costCenter", "The cost centre."),
        _text("organization", "The organisation."), _text("division", "The division."), _text("department", "The department."),
        Attribute("manager", "The manager.", "complex", sub=_MANAGER),
    ),
)  # fmt: skip
MEMBERS = Attribute("members", "The people in the group.", "complex", multi=True, sub=(
    Attribute("value", "The id of a person whom this SCIM client made.", case_exact=True, mutability="immutable"),
    Attribute("$ref", "The URL of the person.", "reference", case_exact=True, mutability="immutable", references=("User",)),
    Attribute("type", "Always User.", mutability="immutable", canonical=("User",)),
    Attribute("display", "A name to show. It is not stored.", mutability="readOnly"),
))  # fmt: skip
GROUP_SCHEMA = Schema(
    GROUP, "Group", "A set of people",
    (Attribute("displayName", "The name. It is unique.", required=True, uniqueness="server"), MEMBERS),
)  # fmt: skip

USERS = Kind("User", "/Users", "People", USER_SCHEMA, (ENTERPRISE_SCHEMA,))
GROUPS = Kind("Group", "/Groups", "Groups", GROUP_SCHEMA)
KINDS = (USERS, GROUPS)


def users(*, passwords: bool) -> Kind:
    """Return the type of people for a SCIM client. `passwords`: whether it may set them."""
    return USERS._replace(schema=USER_SCHEMA._replace(attributes=(*USER_SCHEMA.attributes, PASSWORD))) if passwords else USERS
