"""What the protocol's functions work with: the parts of one deployment, by name. Each is made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from idp.services.keys.keyring import Keyring
    from idp.services.sessions.backchannel_logout import BackchannelLogout
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.tokens.issuing import Tokens
    from idp.settings import Settings
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.device_codes import DeviceCodes
    from idp.store.grants import Grants
    from idp.store.reads import Reads
    from idp.store.roles import Roles
    from idp.store.tokens import RevokedTokens
    from idp.store.trusted_issuers import TrustedIssuers
    from idp.store.used_once import UsedOnce
    from idp.store.users import Users


class Provider:
    """Settings, time, chance, the store and the services of one deployment. Only names and types: `wiring` answers for it."""

    settings: Settings
    clock: Clock
    new_id: NewId
    reads: Reads
    clients: Clients
    grants: Grants
    revoked_tokens: RevokedTokens
    device_codes: DeviceCodes
    detail_types: DetailTypes
    roles: Roles
    used_once: UsedOnce
    users: Users
    trusted_issuers: TrustedIssuers
    keyring: Keyring
    tokens: Tokens
    subjects: Subjects
    client_keys: ClientKeys
    outgoing: Fetcher
    session_service: SessionService
    backchannel_logout: BackchannelLogout
    audit: Audit
    document_clients: DocumentClients
    registration: Registration
    registration_limits: RegistrationLimits
    initial_access: InitialAccess
