"""What handlers may call: every service and store of the deployment, put together by `wiring`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock, NewId
    from idp.oauth.provider import Provider
    from idp.services.access.access_decisions import AccessDecisions
    from idp.services.access.groups import GroupService
    from idp.services.access.policies import PolicyService
    from idp.services.access.roles import RoleService
    from idp.services.access.trusted_issuers import TrustedIssuerService
    from idp.services.apps.clients import ClientService
    from idp.services.apps.detail_type_names import OfferedTypes
    from idp.services.apps.detail_types import DetailTypeService
    from idp.services.apps.initial_access_tokens import InitialAccess
    from idp.services.apps.registration import Registration
    from idp.services.apps.scope_texts import ScopeTextService
    from idp.services.apps.subjects import Subjects
    from idp.services.audit.recorder import Audit
    from idp.services.factors.enrolment import Enrolment
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.locks import Locks
    from idp.services.factors.password_sign_in import SignIn
    from idp.services.factors.passwords import Passwords
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.factors.throttling import Throttling
    from idp.services.keys.key_rotation import KeyRotation
    from idp.services.keys.keyring import Keyring
    from idp.services.keys.sealing_keys import SealingKeys
    from idp.services.mail.notices import Mailer, Notices
    from idp.services.people.account import Account
    from idp.services.people.issuer_links import IssuerLinkService
    from idp.services.people.users import UserService
    from idp.services.sessions.backchannel_logout import BackchannelLogout
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.sessions.visitors import Visitors
    from idp.services.tokens.issuing import Tokens
    from idp.settings import Settings
    from idp.store.admins import Admins
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.consents import Consents
    from idp.store.database import Database
    from idp.store.device_codes import DeviceCodes
    from idp.store.events import Events
    from idp.store.factors import Factors
    from idp.store.grants import Grants
    from idp.store.idempotency import Idempotency
    from idp.store.issuer_links import IssuerLinks
    from idp.store.policies import Policies
    from idp.store.reads import Reads
    from idp.store.roles import Roles
    from idp.store.scope_texts import ScopeTexts
    from idp.store.sessions import Sessions
    from idp.store.throttles import Throttles
    from idp.store.tokens import RevokedTokens
    from idp.store.trusted_issuers import TrustedIssuers
    from idp.store.users import Users
    from idp.telemetry.journal import Journal


@dataclass(frozen=True)
class Services:
    """Stores are plural nouns, services say what they do."""

    settings: Settings
    clock: Clock
    new_id: NewId
    journal: Journal
    database: Database
    reads: Reads
    users: Users
    clients: Clients
    consents: Consents
    sessions: Sessions
    grants: Grants
    throttles: Throttles
    factors: Factors
    events: Events
    revoked_tokens: RevokedTokens
    device_codes: DeviceCodes
    detail_types: DetailTypes
    scope_texts: ScopeTexts
    trusted_issuers: TrustedIssuers
    issuer_links: IssuerLinks
    roles: Roles
    policies: Policies
    idempotency: Idempotency
    admins: Admins
    outgoing: Fetcher
    keyring: Keyring
    key_rotation: KeyRotation
    sealing_keys: SealingKeys
    subjects: Subjects
    tokens: Tokens
    provider: Provider
    passwords: Passwords
    audit: Audit
    mailer: Mailer
    session_service: SessionService
    backchannel_logout: BackchannelLogout
    sign_in: SignIn
    second_factor: SecondFactor
    enrolment: Enrolment
    access: Access
    visitors: Visitors
    devices: Devices
    throttling: Throttling
    locks: Locks
    notices: Notices
    account: Account
    user_service: UserService
    client_service: ClientService
    role_service: RoleService
    group_service: GroupService
    detail_type_service: DetailTypeService
    scope_text_service: ScopeTextService
    offered_types: OfferedTypes
    policy_service: PolicyService
    access_decisions: AccessDecisions
    trusted_issuer_service: TrustedIssuerService
    issuer_link_service: IssuerLinkService
    registration: Registration
    initial_access: InitialAccess


def services(request: Request) -> Services:
    """The services of this app."""
    return cast("Services", request.scope["idp.services"])
