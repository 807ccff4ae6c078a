"""The fields of a connection's forms: what each kind asks for, and their values as members of the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.connections.connection import CREATE, DOMAINS, KNOWN, LINK, NONE, OAUTH2, PASSWORD, SAML, VERIFIED
from idp.domain.connections.of_organisation import MEMBERS
from idp.domain.connections.saml import FORMATS
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idp.domain.connections.connection import Connection
    from idp.domain.connections.presets import Preset
    from idp.oauth.params import Params


class Field(NamedTuple):
    """A field. `kind`: text, url, list (one a line), flag, choice or secret. `options`: of a choice, value and words."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


FIELDS = {
    field.name: field
    for field in (
        Field("name", marked("Name on the button")),
        Field("client_id", marked("Client ID"), hint=marked("As the other side shows it after the registration.")),
        Field("issuer", marked("Issuer"), "url", marked("The address of the other side. Its metadata is below it.")),
        Field("tenants", marked("Tenants"), "list", marked("Ids of the tenants whose people may sign in, one a line.")),
        Field("team_id", marked("Team ID")),
        Field("key_id", marked("Key ID")),
        Field("scopes", marked("Scopes"), "list", marked("One a line.")),
        Field("authorization_endpoint", marked("Address of the sign-in there"), "url"),
        Field("token_endpoint", marked("Token endpoint"), "url"),
        Field("userinfo_endpoint", marked("UserInfo endpoint"), "url"),
        Field("metadata_url", marked("Address of the metadata"), "url", marked("Or paste the document below.")),
        Field("name_id_format", marked("Format of the NameID"), "choice", options=tuple((name, name) for name in FORMATS)),
        Field("wants_encryption", marked("Assertions have to be encrypted"), "flag"),
        Field("hook", marked("What checks a password"), hint=marked("An https address, or the ARN of a Lambda function.")),
        Field("domains", marked("Domains"), "list", marked("Addresses of these domains lead here. One a line, such as example.com.")),
        Field("apps", marked("Apps"), "list", marked("Client IDs of the apps that use it, one a line. None stands for all.")),
        Field("shown", marked("The sign-in page has a button for it"), "flag"),
        Field(
            "accounts", marked("Who may come in"), "choice", "",
            (
                (CREATE, marked("Everybody: an account is created at the first sign-in")),
                (LINK, marked("People with an account, who link it")),
                (KNOWN, marked("People who are linked already")),
            ),
        ),
        Field(
            "email_trust", marked("Its addresses"), "choice", "",
            (
                (NONE, marked("Never count as verified")),
                (VERIFIED, marked("Count where it says that they are verified")),
                (DOMAINS, marked("Count in the domains above, where it says that they are verified")),
            ),
        ),
        Field("link_verified", marked("Link an account with the same verified address without a question"), "flag"),
        Field("trusts_factors", marked("Two factors there count as two factors here"), "flag"),
    )
}  # fmt: skip
OF_ORGANISATION = {
    "name": Field("name", marked("Name"), hint=marked("People read it where they sign in and in their account.")),
    "accounts": FIELDS["accounts"]._replace(
        hint=marked("An account is created only if the organisation makes people members by their sign-in (Edit).")
    ),
}
"""The fields that say another thing for a connection of an organisation, which has no button."""
_PEOPLE = ("domains", "apps", "shown", "accounts", "email_trust", "link_verified", "trusts_factors")
_ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint")


def asked_for(preset: Preset, *, of_organisation: bool = False) -> list[Field]:
    """Return the fields of a new connection of this kind, beside its id and its secret: what the other side alone knows."""
    if preset.type == SAML:
        return _of(("name", "metadata_url"), of_organisation)
    if preset.type == PASSWORD:
        return _of(("name", "hook"))
    return _of(("name", *(name for name in FIELDS if name in preset.needs and name != "name")), of_organisation)


def changeable(it: Connection) -> list[Field]:
    """Return the fields that an admin changes later."""
    of_organisation = bool(it.org_id)
    people = tuple(name for name in _PEOPLE if name in MEMBERS or not of_organisation)
    if it.type == SAML:
        return _of(("name", "metadata_url", "name_id_format", "wants_encryption", *people), of_organisation)
    if it.type == PASSWORD:
        return _of(("name", "hook", "domains", "apps"))
    own = ("tenants",) if it.preset == "microsoft" else ("team_id", "key_id") if it.preset == "apple" else ()
    endpoints = _ENDPOINTS if it.type == OAUTH2 else () if own else ("issuer",)
    return _of(("name", "client_id", *own, *endpoints, "scopes", *people), of_organisation)


def texts(it: Any, fields: Iterable[Field]) -> dict[str, str]:
    """Return the members of a connection as a form has them."""
    return {field.name: _text(getattr(it, field.name)) for field in fields}


def typed(sent: Params, fields: Iterable[Field]) -> dict[str, str]:
    """Return what was typed, by field."""
    return {field.name: (sent.get(field.name) or "").strip() for field in fields}


def members(values: Mapping[str, str], fields: Iterable[Field]) -> dict[str, Any]:
    """Return the members for these texts."""
    return {field.name: _member(field, values[field.name]) for field in fields if field.name in values}


def _of(names: Iterable[str], of_organisation: bool = False) -> list[Field]:  # noqa: FBT001, FBT002  # as its callers have it
    fields = FIELDS | OF_ORGANISATION if of_organisation else FIELDS
    return [fields[name] for name in names]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _member(field: Field, text: str) -> Any:
    if field.kind == "flag":
        return bool(text)
    return tuple(dict.fromkeys(text.split())) if field.kind == "list" else text
