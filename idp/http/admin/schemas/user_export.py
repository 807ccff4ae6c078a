"""Everything that is stored about a user."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from idp.http.admin.schemas.common import Shape, Time

Rows = list[dict[str, Any]]


def _rows(description: str) -> Any:
    return Field(description=description)


class UserExport(Shape):
    """Each list has one row for each item. Times are RFC 3339 in UTC. `kept_until`: when DynamoDB removes the item."""

    format: str = Field(description="Always idp-person.")
    version: int = Field(description="The version of the format.")
    issuer: str = Field(description="The provider.")
    created_at: Time
    complete: bool = Field(description="false: older events are left out, or an item cannot be read.")
    account: dict[str, Any] = Field(description="Address, profile, flags, roles, groups, attributes, accepted terms.")
    addresses: Annotated[Rows, _rows("The present address, and former ones while they are reserved.")]
    authenticator_apps: Annotated[Rows, _rows("The authenticator app, without its secret.")]
    recovery_codes: Annotated[Rows, _rows("How many codes are left.")]
    passkeys: Annotated[Rows, _rows("Passkeys, without their keys.")]
    allowed_apps: Annotated[Rows, _rows("What the person allowed apps.")]
    linked_accounts: Annotated[Rows, _rows("Subjects of trusted issuers that are this person.")]
    tokens_of_other_providers: Annotated[Rows, _rows("Tokens of other providers that are kept for apps, without the tokens.")]
    directories: Annotated[Rows, _rows("What the directory of an organisation said about the person, by SCIM.")]
    organizations: Annotated[Rows, _rows("The organisations that the person is a member of, with the roles there.")]
    sessions: Annotated[Rows, _rows("Sign-ins, also those that ended, with network address and browser.")]
    app_access: Annotated[Rows, _rows("Access that apps got, with scopes.")]
    events: Annotated[Rows, _rows("The audit events about the person.")]
    mails_with_links: Annotated[Rows, _rows("Mails with a code and a link, without them.")]
    typed_codes: Annotated[Rows, _rows("How many codes of mails may be typed.")]
    remembered_devices: Annotated[Rows, _rows("Devices that are not asked for the second factor.")]
    locked_browsers: Annotated[Rows, _rows("Marks of browsers with too many wrong passwords.")]
    known_places: Annotated[
        Rows, _rows("Marks of networks and browsers about which no notice is sent, as keyed hashes that are not shown.")
    ]
    mail_problems: Annotated[Rows, _rows("Why the address gets no mail.")]
    invitations: Annotated[Rows, _rows("Open invitations of the address.")]
    apps: dict[str, str] = Field(description="The names of the apps in the lists, by id.")
    organization_names: dict[str, str] = Field(description="The names of the organisations in the lists, by id.")
