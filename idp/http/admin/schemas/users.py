"""Users, their sessions and grants."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time

Email = Annotated[
    str, Field(description="The email address. It is compared in its canonical form: lower case, NFKC.", examples=["ada@example.com"])
]
Password = Annotated[
    str,
    Field(
        description=(
            "At least 15 characters, or 8 if the user has or must have a second factor; the deployment may demand more. 1024 at most. "
            "All characters count. Refused are common passwords, and those that are mostly the email address or the name of the service."
        ),
        json_schema_extra={"writeOnly": True},
    ),
]


class Address(Shape):
    """OpenID Connect Core §5.1.1. null removes a part."""

    formatted: str | None = None
    street_address: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Claims(Shape):
    """The profile: OpenID Connect Core §5.1. Apps get the claims of their scopes (§5.4). null removes a claim."""

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    profile: str | None = Field(default=None, description="An http or https URL.")
    picture: str | None = Field(default=None, description="An http or https URL.")
    website: str | None = Field(default=None, description="An http or https URL.")
    gender: str | None = None
    birthdate: str | None = Field(default=None, description="YYYY-MM-DD, 0000-MM-DD or YYYY.")
    zoneinfo: str | None = Field(default=None, examples=["Europe/Paris"])
    locale: str | None = Field(default=None, examples=["en-US"])
    phone_number: str | None = Field(default=None, examples=["+14255551212"])
    phone_number_verified: bool | None = Field(default=None, description="Removed if the number changes, unless the same request sets it.")
    address: Address | None = None


Names = Annotated[list[str], Field(examples=[["sales"]])]
Value = str | bool | int | float | list[str]
_ROLES = "The names of the user's roles. Tokens also contain the roles of the groups."
_ADMIN_SCOPES = "The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases."
AdminScopes = Annotated[list[str], Field(examples=[["users:read", "audit:read"]])]
_ATTRIBUTES = "Facts for policies: up to 50 texts, numbers, booleans or lists of texts."


class NewUser(Shape):
    """A new user. Without a password the user cannot sign in until one is set."""

    email: Email
    password: Password | None = None
    email_verified: bool = False
    claims: Claims = Field(default_factory=Claims)
    mfa_required: bool = Field(
        default=False,
        description=(
            "Whether each sign-in needs a second factor; a user without one must set one up. Apps with access from a sign-in without "
            "one get invalid_grant at the next refresh and must sign the user in again."
        ),
    )
    admin: bool = Field(default=False, description="Whether the user may use this API. Admins always need a second factor.")
    admin_scopes: AdminScopes | None = Field(default=None, description=_ADMIN_SCOPES)
    roles: Names = Field(default=[], description=_ROLES)
    groups: Names = Field(default=[], description="The names of the user's groups.")
    attributes: dict[str, Value] = Field(default={}, description=_ATTRIBUTES, examples=[{"department": "sales"}])


class UserChanges(Shape):
    """Changes of a user (RFC 7396): absent members stay unchanged. `claims` is merged member by member."""

    email: str | None = Field(default=None, description="A new address resets `email_verified`, unless the same request sets it.")
    email_verified: bool | None = None
    claims: Claims | None = Field(default=None, description="null removes all claims.")
    mfa_required: bool | None = None
    admin: bool | None = None
    admin_scopes: AdminScopes | None = Field(default=None, description=_ADMIN_SCOPES + " Only a caller with every scope can change it.")
    roles: Names | None = Field(default=None, description=_ROLES + " The list is replaced; null removes all.")
    groups: Names | None = Field(default=None, description="The names of the user's groups. The list is replaced; null removes all.")
    attributes: dict[str, Value | None] | None = Field(default=None, description=_ATTRIBUTES + " Merged; null removes one, or all.")
    disabled: bool | None = Field(default=None, description="true ends all sessions and the access of all apps at once and permanently.")


class NewPassword(Shape):
    """A password for a user."""

    password: Password


class AcceptedTerms(Shape):
    """Terms that a person accepted when they created their account."""

    owner: str = Field(description="deployment, or client: and the client_id of the app whose terms they are.")
    version: str = Field(description="IDP_TERMS_VERSION of that time, or the tos_uri of the app.")
    accepted_at: Time


class User(Shape):
    """A person who can sign in."""

    id: str = Field(description="The `sub` of the user's tokens. It is never used again.")
    email: Email
    email_verified: bool
    claims: Claims
    roles: list[str] = Field(description="The user's own roles, without those of groups.")
    groups: list[str]
    attributes: dict[str, Value]
    admin: bool
    admin_scopes: list[str] | None = Field(description=_ADMIN_SCOPES)
    disabled: bool
    deactivated_by: str | None = Field(
        description="The SCIM client that disabled the user, and may enable them. null if an admin did; true for `disabled` takes over."
    )
    mfa_required: bool
    totp_enabled: bool = Field(description="Whether the user has set up an authenticator app.")
    passkeys: int = Field(description="How many passkeys the user has that are a second factor. One that waits for its first use is none.")
    has_password: bool
    password_scheme: str | None = Field(
        description=(
            "How the password is hashed: argon2id, or the scheme of the system from which the user was imported, such as bcrypt, until "
            "their first sign-in. wrapped- before it: inside an Argon2id hash. null without a password."
        )
    )
    terms: list[AcceptedTerms]
    deleting_until: Time | None = Field(
        description="When the user is erased, because they deleted their account; null if they did not. They are disabled until then."
    )
    created_at: Time
    updated_at: Time


class Lock(Shape):
    """A password or code that is refused for now, because it was wrong too often."""

    what: Literal["password", "password_on_known_device", "totp", "recovery_code"] = Field(
        description=(
            "password: in browsers in which the user never signed in. password_on_known_device: in a browser in which the user did."
        )
    )
    failures: int = Field(description="The number of failures since the last success.")
    until: Time | None = Field(
        description="When the next attempt is accepted. null: not before the second factor is reset (DELETE …/factors)."
    )


class MailProblem(Shape):
    """Why an address gets no mail."""

    kind: Literal["bounce", "complaint", "refused"] = Field(
        description=(
            "bounce: SES reported that the mailbox refused a mail for good. complaint: SES reported that the owner marked a mail as spam. "
            "refused: the SMTP server refused the mailbox for good."
        )
    )
    reason: str = Field(description="The codes of the mail server or of SES, such as `General 5.1.1`; can be empty.")
    at: Time


class UserWithLocks(User):
    """A user, the locks that prevent a sign-in now, and the reason why the address gets no mail."""

    locks: list[Lock] = Field(
        description=(
            "The locks of the user. Too many failures from one network lock that network for all users. Such a lock is not listed here "
            "but in the audit trail (type=sign_in.locked, address=…)."
        )
    )
    mail_problem: MailProblem | None = Field(
        description="The address gets no mail until a year has passed, or until DELETE …/mail-problem. null: it gets mail."
    )


class Session(Shape):
    """A session: the sign-in of a user in one browser."""

    id: str
    sid: str = Field(
        description=(
            "The id that apps know (claim sid), and the session_id of the grants of this session. It stays the same if the user signs "
            "in again in the same browser and the session gets a new id."
        )
    )
    created_at: Time
    last_seen_at: Time
    expires_at: Time
    auth_time: Time
    amr: list[str] = Field(description="The methods that were used to sign in (RFC 8176).", examples=[["pwd", "otp", "mfa"]])
    acr: str = Field(description="aal1: one factor, aal2: two.")
    address: str
    country: str = Field(description="ISO 3166-1 alpha-2, as CloudFront states it; empty if it is unknown.", examples=["DE"])
    user_agent: str


class SessionPage(Shape):
    """Live sessions, the newest first."""

    items: list[Session]
    next_cursor: NextCursor


class Grant(Shape):
    """An app's access to a user's account."""

    id: str
    client_id: str
    scope: str
    resources: list[str]
    session_id: str = Field(description="The sid of the session in which the grant was made.")
    offline: bool = Field(description="Whether the grant outlives the session (offline_access).")
    created_at: Time
    last_used_at: Time = Field(description="When tokens were last issued for the grant.")
    expires_at: Time


class GrantPage(Shape):
    """Live grants, the newest first."""

    items: list[Grant]
    next_cursor: NextCursor


class SentMail(Shape):
    """A mail to the user was sent. Only the mail has its code and its link."""

    email: str = Field(description="The address that it was sent to.")
    expires_at: Time = Field(description="When its code, and its link if it has one, stop working.")
