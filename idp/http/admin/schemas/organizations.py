"""Organisations, their members, roles and domains."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from idp.domain.organisations.membership import MOST_MEMBERSHIPS
from idp.domain.organisations.profile import LONGEST_NAME, LONGEST_SESSION_HOURS
from idp.http.admin.schemas.client_changes import Branding
from idp.http.admin.schemas.common import NextCursor, Shape, Time
from idp.http.admin.schemas.users import Email
from idp.services.organisations.fields import MOST_BYTES

_SLUG = "A unique name for URLs and tokens: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit."
_NAME = f"The name that people read, at most {LONGEST_NAME} characters."
_METADATA = f"A JSON object for your own use, at most {MOST_BYTES} bytes. Members of the organisation do not see it."
_BRANDING = "The look of pages for the organisation, as of an app."
_POLICY = "What a sign-in for the organisation needs, beyond what the deployment and the app demand."
_ADMIN = "The person administers the organisation. You need the OAuth scopes that this gives."
_SCOPES = "The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use."


class OrganizationPolicy(Shape):
    """What a sign-in for the organisation needs. null sets the default."""

    mfa_required: bool | None = Field(default=None, description="A second factor. The default is false.")
    session_hours: int | None = Field(
        default=None,
        description=f"How many hours old the sign-in may be, 1 to {LONGEST_SESSION_HOURS}. null: the deployment's limit is enough.",
    )
    connections_only: bool | None = Field(
        default=None, description="A sign-in by one of the organisation's connections. The default is false."
    )
    joins_by_connection: bool | None = Field(
        default=None,
        description=(
            "A person who signs in by the connection of one of the organisation's proven domains, with an address in that domain, becomes "
            "a member without roles. The default is false."
        ),
    )


class NewOrganization(Shape):
    """A new organisation, without members."""

    slug: str = Field(description=_SLUG, examples=["acme"])
    name: str = Field(description=_NAME, examples=["Acme Ltd."])
    policy: OrganizationPolicy | None = Field(default=None, description=_POLICY)
    branding: Branding | None = Field(default=None, description=_BRANDING)
    metadata: dict[str, Any] | None = Field(default=None, description=_METADATA)


class OrganizationChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, objects are merged."""

    slug: str = Field(default="", description=_SLUG + " The former one is free.")
    name: str = Field(default="", description=_NAME)
    policy: OrganizationPolicy | None = Field(default=None, description=_POLICY + " null demands nothing.")
    branding: Branding | None = Field(default=None, description=_BRANDING + " null removes it.")
    metadata: dict[str, Any] | None = Field(default=None, description=_METADATA + " null removes all.")
    disabled: bool = Field(default=False, description="Members get nothing for the organisation. Their accounts stay as they are.")


class Organization(Shape):
    """An organisation."""

    id: str
    slug: str
    name: str
    policy: dict[str, Any] = Field(description=_POLICY)
    branding: dict[str, Any] | None = Field(description=_BRANDING)
    metadata: dict[str, Any] | None = Field(description=_METADATA + " An organisation's own admin gets null.")
    disabled: bool
    members: int = Field(description="The number of members.")
    admins: int = Field(description="The number of members who administer it.")
    created_at: Time
    updated_at: Time


class OrganizationPage(Shape):
    """Organisations by slug."""

    items: list[Organization]
    next_cursor: NextCursor


class NewMember(Shape):
    """A user who becomes a member."""

    user_id: str = Field(description="The user's id.")
    roles: list[str] = Field(default=[], description="Roles of the organisation.")
    admin: bool = Field(default=False, description=_ADMIN)
    admin_scopes: list[str] | None = Field(default=None, description=_SCOPES)
    owned: bool | None = Field(
        default=None,
        description=(
            "Whether the account belongs to the organisation: its admins can then disable and erase it. null: it does if the verified "
            "address is in a domain that the organisation proved."
        ),
    )


class MemberChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    roles: list[str] | None = Field(default=None, description="Roles of the organisation. null removes all.")
    admin: bool = Field(default=False, description=_ADMIN)
    admin_scopes: list[str] | None = Field(default=None, description=_SCOPES)
    owned: bool = Field(default=False, description="Whether the account belongs to the organisation. Only the deployment's admins set it.")


class Member(Shape):
    """A member."""

    user_id: str
    email: str | None = Field(description="null: the account was erased a moment ago.")
    name: str | None
    roles: list[str] = Field(description="Roles of the organisation.")
    admin: bool
    admin_scopes: list[str] | None = Field(description=_SCOPES)
    owned: bool = Field(description="The account belongs to the organisation.")
    source: str = Field(description="What made the membership: admin, invitation, scim, connection, domain or import.")
    joined_at: Time


class MemberPage(Shape):
    """Members by user id."""

    items: list[Member]
    next_cursor: NextCursor


class UserOrganization(Shape):
    """An organisation of a user."""

    organization: str = Field(description="Its id.")
    roles: list[str] = Field(description="The names of roles that the person was given there. Some may be deleted by now.")
    admin: bool
    owned: bool
    joined_at: Time


class UserOrganizations(Shape):
    """The organisations of a user."""

    items: list[UserOrganization] = Field(description=f"At most {MOST_MEMBERSHIPS}, by id.")


class NewDomain(Shape):
    """A domain that the organisation claims."""

    domain: str = Field(description="At least two labels. Domains where everybody gets an address are refused.", examples=["acme.example"])
    connection_id: str | None = Field(
        default=None, description="The connection to which the sign-in page leads people with an address in the domain."
    )


class DomainChanges(Shape):
    """Changes (RFC 7396)."""

    connection_id: str | None = Field(default=None, description="The id of the connection to which the domain leads. null: none.")


class DnsRecord(Shape):
    """The record that proves the domain."""

    type: Literal["TXT"]
    name: str
    value: str


class Domain(Shape):
    """A domain that the organisation claims."""

    domain: str
    state: Literal["pending", "proven", "lost"] = Field(
        description=(
            "pending: the record was not found yet. proven: it was found, and is looked up again each month. lost: it is missing; after "
            "seven days the domain leads nowhere."
        )
    )
    record: DnsRecord = Field(description="The record to publish in the DNS.")
    connection_id: str | None
    created_at: Time
    proven_at: Time | None
    checked_at: Time | None
    lost_since: Time | None


class DomainList(Shape):
    """The domains of an organisation."""

    items: list[Domain]


class NewOrganizationInvitation(Shape):
    """A new invitation into an organisation. The link is only in the mail."""

    email: Email
    roles: list[str] = Field(default=[], description="Roles of the organisation that the person gets.")
    admin: bool = Field(default=False, description=_ADMIN)


class OrganizationInvitation(Shape):
    """An invitation into an organisation that was not accepted yet."""

    id: str
    email: Email
    roles: list[str]
    admin: bool
    invited_by: str = Field(description="The id of the user or client that made it. system: the command line.")
    created_at: Time
    sent_at: Time = Field(description="When the newest mail was sent.")
    expires_at: Time = Field(description="When the link ends. The invitation can be sent again for 30 days after that.")


class OrganizationInvitationPage(Shape):
    """Invitations into an organisation that were not accepted yet."""

    items: list[OrganizationInvitation]
    next_cursor: NextCursor
