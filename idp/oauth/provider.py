"""What the functions of `idp.oauth` need of the deployment: read-only names and types, grouped by consumer."""

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
    from idp.services.sessions.backchannel_logout import BackchannelLogout
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.tokens.issuing import Tokens
    from idp.services.tokens.revocation import Revocation
    from idp.settings import Settings
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.device_codes import DeviceCodes
    from idp.store.grants import Grants
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


class ClientParts(Basics, Protocol):
    """Client identification and client authentication."""

    @property
    def clients(self) -> Clients: ...

    @property
    def document_clients(self) -> DocumentClients: ...

    @property
    def client_keys(self) -> ClientKeys: ...

    @property
    def used_once(self) -> UsedOnce: ...


class RegistrationParts(ClientParts, Protocol):
    """Dynamic client registration (RFC 7591, RFC 7592)."""

    @property
    def registration(self) -> Registration: ...

    @property
    def registration_limits(self) -> RegistrationLimits: ...

    @property
    def initial_access(self) -> InitialAccess: ...


class TokenParts(ClientParts, Protocol):
    """Authorization requests, and endpoints that issue, read or revoke tokens."""

    @property
    def reads(self) -> Reads: ...

    @property
    def users(self) -> Users: ...

    @property
    def grants(self) -> Grants: ...

    @property
    def revocation(self) -> Revocation: ...

    @property
    def device_codes(self) -> DeviceCodes: ...

    @property
    def roles(self) -> Roles: ...

    @property
    def tokens(self) -> Tokens: ...

    @property
    def subjects(self) -> Subjects: ...

    @property
    def outgoing(self) -> Fetcher: ...

    @property
    def detail_types(self) -> DetailTypes: ...

    @property
    def audit(self) -> Audit: ...


class LogoutParts(TokenParts, Protocol):
    """RP-initiated logout."""

    @property
    def session_service(self) -> SessionService: ...

    @property
    def backchannel_logout(self) -> BackchannelLogout: ...


class Provider(RegistrationParts, LogoutParts, Protocol):
    """All parts that `idp.oauth` needs. `idp.wiring` implements it; mypy compares the two where wiring returns itself as a `Provider`."""
