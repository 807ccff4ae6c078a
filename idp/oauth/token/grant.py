"""What a grant supplies to the token endpoint. The endpoint runs the phases and issues the tokens; a grant only returns data."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.domain.apps.client import Client
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.oauth.caller import Caller, Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import GrantParts
    from idp.oauth.sender.constraint import Constraint
    from idp.services.upstream.tokens_for_apps import Given
    from idp.store.reads.client import StoredClient


class TokenRequest(NamedTuple):
    """One token request. `credentials` are parsed and not yet proved."""

    provider: GrantParts
    params: Params
    credentials: Credentials
    caller: Caller


class Subject(NamedTuple):
    """The user and the grant that the tokens are about. A client's own token has neither.

    `holder`: the client that the user gave the grant to, if it is not the client that sends the request (RFC 8693).
    `belonging`: the user in the organisation of the grant, as stored now. `own_organisation`: of a client that belongs to one.
    """

    user: User | None = None
    grant: Grant | None = None
    holder: Client | None = None
    belonging: Belonging | None = None
    own_organisation: OrganisationProfile | None = None

    @property
    def organisation(self) -> OrganisationProfile | None:
        """The organisation that the tokens are for, or None."""
        return self.belonging.organisation if self.belonging else self.own_organisation


class Approved(NamedTuple):
    """What the request is granted. `resources` is the audience, `details` are authorization details.

    `act`: who acts for the user (RFC 8693 §4.1). `not_after`: epoch seconds after which the token is never valid.
    `issued_token_type` (RFC 8693 §2.2.1) and, with `names_resource`, the granted resource (ID-JAG §4.4.1) are members of the answer.
    `id_jag`: the claims of an ID-JAG, which is issued in place of an access token. `foreign`: the token is one of an upstream.
    """

    scopes: tuple[str, ...]
    resources: tuple[str, ...] = ()
    details: tuple[Mapping[str, Any], ...] = ()
    act: Mapping[str, Any] | None = None
    not_after: int | None = None
    issued_token_type: str | None = None
    names_resource: bool = False
    id_jag: Mapping[str, Any] | None = None
    foreign: bool = False


class Event(NamedTuple):
    """An audit event about tokens that were issued. The endpoint adds the client and the request's origin."""

    type: str
    subject: str
    target: str
    details: Mapping[str, str] = MappingProxyType({})


class Used(NamedTuple):
    """The state after the grant's one write. `grant` is what the access token depends on; `generation` is that of the refresh token.

    `nonce` goes into the ID Token. `code` is the code that was redeemed (for c_hash). `upstream`: a token of an upstream.
    """

    grant: Grant | None = None
    generation: int = 0
    nonce: str | None = None
    code: str | None = None
    event: Event | None = None
    upstream: Given | None = None


class GrantHandler(Protocol):
    """One grant, made for one request. The endpoint calls the methods in this order and does the shared phases between them.

    `GRANT_TYPE`: the value on the wire.
    `PUBLIC_CLIENTS`: whether public clients may use it. `FOR_USERS`: whether its tokens are about a user.
    `SIGN_IN`: whether the user signed in for this grant, so that an ID Token and a refresh token may be issued.
    `REDEEMS_CODE`: whether it redeems a one-time code, so that the grant is not in use yet.
    """

    GRANT_TYPE: ClassVar[str]
    PUBLIC_CLIENTS: ClassVar[bool]
    FOR_USERS: ClassVar[bool]
    SIGN_IN: ClassVar[bool]
    REDEEMS_CODE: ClassVar[bool]

    def read(self) -> StoredClient | None:
        """Read everything that the grant needs in one call, and answer the client of the credentials."""

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """Find the user and the grant. `client` is authenticated, `bound` is the key that the caller showed."""

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """Apply the grant's own rules. `subject` is live, and its grant is bound to the key that was shown."""

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """Use up the code or token by one conditional write."""


if TYPE_CHECKING:
    NewHandler = Callable[[TokenRequest], GrantHandler]
    """The name `HANDLER` of each module in `grants` is one of these."""
