"""What the functions of `idp.oauth` need of the deployment. Each group is for the endpoints and rules that its docstring names.

A function takes the smallest group that has what it uses. `idp.wiring` implements all of them; mypy compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock, NewId
    from idp.services.apps.client_documents import DocumentClients
    from idp.services.apps.client_keys import ClientKeys
    from idp.services.apps.initial_access_tokens import InitialAccess
    from idp.services.apps.registration import Registration
    from idp.services.apps.registration_limits import RegistrationLimits
    from idp.services.apps.subjects import Subjects
    from idp.services.audit.recorder import Audit
    from idp.services.factors.throttling import Throttling
    from idp.services.hooks.asking import AskHooks
    from idp.services.keys.keyring import Keyring
    from idp.services.organisations.standings import Standings
    from idp.services.sessions.backchannel_logout import BackchannelLogout
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.sessions.sign_in_notices import SignInNotices
    from idp.services.tokens.issuing import Tokens
    from idp.services.tokens.revocation import Revocation
    from idp.services.upstream.tokens_for_apps import TokensForApps
    from idp.settings import Settings
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.consents import Consents
    from idp.store.device_codes import DeviceCodes
    from idp.store.grants import Grants
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.organisations import Organisations
    from idp.store.reads import Reads
    from idp.store.roles import Roles
    from idp.store.used_once import UsedOnce
    from idp.store.users import Users


class Basics(Protocol):
    """Settings, the time in seconds since the epoch, and new identifiers."""

    @property
    def settings(self) -> Settings: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def new_id(self) -> NewId: ...


class KeyParts(Basics, Protocol):
    """Keys that clients and trusted issuers published: to verify what they signed, and to encrypt to them."""

    @property
    def client_keys(self) -> ClientKeys: ...


class ClientParts(KeyParts, Protocol):
    """Client identification and client authentication."""

    @property
    def clients(self) -> Clients: ...

    @property
    def document_clients(self) -> DocumentClients: ...

    @property
    def used_once(self) -> UsedOnce: ...

    @property
    def keyring(self) -> Keyring: ...


class CallerParts(ClientParts, Protocol):
    """Client authentication by one read."""

    @property
    def reads(self) -> Reads: ...


class RegistrationParts(ClientParts, Protocol):
    """Dynamic client registration (RFC 7591, RFC 7592)."""

    @property
    def registration(self) -> Registration: ...

    @property
    def registration_limits(self) -> RegistrationLimits: ...

    @property
    def initial_access(self) -> InitialAccess: ...


class HandleParts(Basics, Protocol):
    """Sealed handles and signed tokens."""

    @property
    def tokens(self) -> Tokens: ...


class ProofParts(HandleParts, Protocol):
    """DPoP proofs and pushed requests: handles that are used once."""

    @property
    def used_once(self) -> UsedOnce: ...


class AnswerParts(KeyParts, HandleParts, Protocol):
    """Answers that are signed for a client and encrypted to it."""


class DetailParts(Basics, Protocol):
    """authorization_details (RFC 9396)."""

    @property
    def detail_types(self) -> DetailTypes: ...


class RequestSourceParts(KeyParts, ProofParts, Protocol):
    """Parameters of an authorization request: sent, pushed, or in a request object."""

    @property
    def outgoing(self) -> Fetcher: ...


class FrontChannelParts(RequestSourceParts, DetailParts, Protocol):
    """Authorization requests that a browser sends."""


class BackChannelParts(CallerParts, FrontChannelParts, Protocol):
    """Authorization requests that a client sends itself: pushed requests."""


class DeviceParts(BackChannelParts, Protocol):
    """Device authorization (RFC 8628)."""

    @property
    def device_codes(self) -> DeviceCodes: ...

    @property
    def grants(self) -> Grants: ...


class MappingParts(Basics, Protocol):
    """Claim mappings and hooks: roles, groups, attributes and claims of others in tokens."""

    @property
    def hooks(self) -> AskHooks: ...

    @property
    def roles(self) -> Roles: ...

    @property
    def organisation_roles(self) -> OrganisationRoles: ...

    @property
    def audit(self) -> Audit: ...


class AccessTokenParts(HandleParts, Protocol):
    """The verification and the liveness of access tokens."""

    @property
    def reads(self) -> Reads: ...

    @property
    def clients(self) -> Clients: ...


class ResourceParts(AccessTokenParts, ProofParts, Protocol):
    """Resources of this provider, which accept its access tokens."""


class UserInfoParts(AnswerParts, ResourceParts, MappingParts, Protocol):
    """The UserInfo endpoint."""


class IntrospectionParts(CallerParts, AnswerParts, AccessTokenParts, Protocol):
    """The introspection endpoint (RFC 7662)."""

    @property
    def subjects(self) -> Subjects: ...


class RefreshParts(Basics, Protocol):
    """The rotation of refresh tokens, and the revocation that follows a second use."""

    @property
    def grants(self) -> Grants: ...

    @property
    def revocation(self) -> Revocation: ...


class RevocationParts(CallerParts, HandleParts, RefreshParts, Protocol):
    """The revocation endpoint (RFC 7009)."""


class SubjectParts(DetailParts, Protocol):
    """The user and the grants of an assertion."""

    @property
    def users(self) -> Users: ...


class OrganisationParts(Protocol):
    """The organisations of this deployment, and who is in them."""

    @property
    def organisations(self) -> Organisations: ...

    @property
    def standings(self) -> Standings: ...


class GrantParts(OrganisationParts, DeviceParts, IntrospectionParts, UserInfoParts, RefreshParts, SubjectParts, Protocol):
    """The token endpoint and its grants."""

    @property
    def tokens_for_apps(self) -> TokensForApps: ...


class TokenParts(GrantParts, RevocationParts, Protocol):
    """Authorization requests, and endpoints that issue, read or revoke tokens."""


class LogoutParts(TokenParts, Protocol):
    """RP-initiated logout."""

    @property
    def session_service(self) -> SessionService: ...

    @property
    def backchannel_logout(self) -> BackchannelLogout: ...


class SignInParts(RegistrationParts, LogoutParts, Protocol):
    """The progress of a sign-in."""

    @property
    def consents(self) -> Consents: ...

    @property
    def throttling(self) -> Throttling: ...

    @property
    def sign_in_notices(self) -> SignInNotices: ...


class Provider(SignInParts, Protocol):
    """All parts that `idp.oauth` needs. `idp.wiring` implements it; mypy compares the two where wiring returns itself as a `Provider`."""
