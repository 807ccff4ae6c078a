"""What people need: sign-in, factors, the account page; and what admins need: users, clients."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices

if TYPE_CHECKING:
    from idp.oauth.provider import Provider
    from idp.services.access.access_decisions import AccessDecisions
    from idp.services.access.groups import GroupService
    from idp.services.access.policies import PolicyService
    from idp.services.access.roles import RoleService
    from idp.services.access.trusted_issuers import TrustedIssuerService
    from idp.services.apps.client_documents import DocumentClients
    from idp.services.apps.clients import ClientService
    from idp.services.apps.detail_types import DetailTypeService
    from idp.services.apps.initial_access_tokens import InitialAccess
    from idp.services.apps.registration import Registration
    from idp.services.apps.registration_limits import RegistrationLimits
    from idp.services.apps.scope_texts import ScopeTextService
    from idp.services.audit.trail import AuditTrail
    from idp.services.factors.enrolment import Enrolment
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.lock_events import LockEvents
    from idp.services.factors.locks import Locks
    from idp.services.factors.password_sign_in import SignIn
    from idp.services.factors.passwords import Passwords
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.factors.throttling import Throttling
    from idp.services.mail.notices import Mailer, Notices
    from idp.services.people.account import Account
    from idp.services.people.issuer_links import IssuerLinkService
    from idp.services.people.users import UserService
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.sessions.visitors import Visitors


class AllServices(ProtocolServices):
    """All services: protocol, pages, admin API, command line and jobs. mypy checks it against `idp.http.interfaces` and `Provider`."""

    @property
    def provider(self) -> Provider:
        """These services under the interface that `idp.oauth` needs."""
        return self

    @cached_property
    def mailer(self) -> Mailer:
        """Development keeps mails in memory for /dev/outbox. A deployment without a mail function sends none."""
        from idp.services.mail.notices import NoMail, Outbox

        if not self.settings.dev and not self.settings.mail_function:
            return NoMail()
        from idp.http.pages import render_mail

        if self.settings.mail_function:
            from idp.adapters.mail_function import MailFunction

            region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
            return MailFunction(self.settings.mail_function, render_mail, region=region, endpoint=endpoint)

        return Outbox(render_mail, self.clock)

    @cached_property
    def notices(self) -> Notices:
        from idp.services.mail.notices import Notices

        return Notices(self.mailer, self.settings)

    @cached_property
    def passwords(self) -> Passwords:
        from idp.services.factors.passwords import Passwords

        return Passwords(self.settings)

    @cached_property
    def throttling(self) -> Throttling:
        from idp.services.factors.throttling import Throttling

        free, network_free = self.settings.password_attempts, self.settings.network_attempts
        return Throttling(self.throttles, self.keyring, free=free, network_free=network_free)

    @cached_property
    def lock_events(self) -> LockEvents:
        from idp.services.factors.lock_events import LockEvents

        return LockEvents(self.audit, self.device_locks)

    @cached_property
    def locks(self) -> Locks:
        from idp.services.factors.locks import Locks

        return Locks(self.database, self.throttling, self.device_locks, self.audit, self.clock)

    @cached_property
    def devices(self) -> Devices:
        from idp.services.factors.known_devices import Devices

        return Devices(self.keyring, self.new_id)

    @cached_property
    def visitors(self) -> Visitors:
        from idp.services.sessions.visitors import Visitors

        return Visitors(self.database, self.keyring, self.session_service)

    @cached_property
    def sign_in(self) -> SignIn:
        from idp.services.factors.password_sign_in import SignIn

        return SignIn(self.database, self.users, self.passwords, self.throttling, self.devices, self.audit, self.lock_events, self.new_id)

    @cached_property
    def second_factor(self) -> SecondFactor:
        from idp.services.factors.second_factor import SecondFactor

        return SecondFactor(
            self.database, self.factors, self.throttling, self.visitors, self.keyring, self.audit, self.notices,
            self.lock_events, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def enrolment(self) -> Enrolment:
        from idp.services.factors.enrolment import Enrolment

        return Enrolment(self.settings, self.enrolments, self.factors, self.keyring, self.audit, self.notices)

    @cached_property
    def access(self) -> Access:
        from idp.services.sessions.sessions_and_grants import Access

        return Access(
            self.settings, self.users, self.sessions, self.grants, self.consents, self.audit, self.clock, lambda: self.backchannel_logout
        )

    @cached_property
    def account(self) -> Account:
        from idp.services.people.account import Account

        return Account(
            users=self.users, sessions=self.session_service, sign_in=self.sign_in, second_factor=self.second_factor,
            passwords=self.passwords, access=self.access, audit=self.audit, notices=self.notices,
        )  # fmt: skip

    @cached_property
    def user_service(self) -> UserService:
        from idp.services.people.users import UserService

        return UserService(self.users, self.admins, self.access, self.passwords, self.audit, self.clock, self.new_id, self.roles)

    @cached_property
    def client_service(self) -> ClientService:
        from idp.services.apps.clients import ClientService

        return ClientService(self.settings, self.clients, self.audit, self.clock, self.new_id, lambda: self.outgoing, self.roles)

    @cached_property
    def role_service(self) -> RoleService:
        from idp.services.access.named_resources import Parts
        from idp.services.access.roles import RoleService

        return RoleService(Parts(self.roles, self.users, self.clients, self.audit, self.clock, self.new_id))

    @cached_property
    def group_service(self) -> GroupService:
        from idp.services.access.groups import GroupService
        from idp.services.access.named_resources import Parts

        return GroupService(Parts(self.roles, self.users, self.clients, self.audit, self.clock, self.new_id))

    @cached_property
    def document_clients(self) -> DocumentClients:
        from idp.services.apps.client_documents import DocumentClients
        from idp.store.client_documents import ClientDocuments

        return DocumentClients(self.settings, ClientDocuments(self.database), lambda: self.outgoing, self.clock)

    @cached_property
    def registration(self) -> Registration:
        from idp.services.apps.registration import Registration

        return Registration(self.settings, self.clients, self.audit, self.clock, self.new_id, lambda: self.outgoing)

    @cached_property
    def registration_limits(self) -> RegistrationLimits:
        from idp.services.apps.registration_limits import RegistrationLimits

        return RegistrationLimits(self.settings, self.throttles, self.keyring)

    @cached_property
    def initial_access(self) -> InitialAccess:
        from idp.services.apps.initial_access_tokens import InitialAccess

        return InitialAccess(self.settings, self.initial_access_tokens, self.audit, self.clock, self.new_id)

    @cached_property
    def trusted_issuer_service(self) -> TrustedIssuerService:
        from idp.services.access.trusted_issuers import TrustedIssuerService

        return TrustedIssuerService(self.settings, self.trusted_issuers, self.clients, self.audit, self.clock)

    @cached_property
    def issuer_link_service(self) -> IssuerLinkService:
        from idp.services.people.issuer_links import IssuerLinkService

        return IssuerLinkService(self.users, self.trusted_issuers, self.issuer_links, self.grants, self.audit, self.clock)

    @cached_property
    def policy_service(self) -> PolicyService:
        from idp.services.access.policies import PolicyService

        return PolicyService(self.policies, self.audit, self.clock, self.new_id)

    @cached_property
    def access_decisions(self) -> AccessDecisions:
        from idp.services.access.access_decisions import AccessDecisions

        return AccessDecisions(self.policy_service, self.roles, self.database)

    @cached_property
    def detail_type_service(self) -> DetailTypeService:
        from idp.services.apps.detail_types import DetailTypeService

        return DetailTypeService(self.detail_types, self.audit)

    @cached_property
    def scope_text_service(self) -> ScopeTextService:
        from idp.services.apps.scope_texts import ScopeTextService

        return ScopeTextService(self.scope_texts, self.audit)

    @cached_property
    def audit_trail(self) -> AuditTrail:
        from idp.services.audit.trail import AuditTrail
        from idp.store.trail import Trail

        return AuditTrail(Trail(self.database), self.users, self.throttling.trace, self.settings, self.clock)
