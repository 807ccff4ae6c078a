"""All services of a deployment: those of the other modules, and those that the admin API needs (users, apps, roles, policies)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people_services import PeopleServices

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
    from idp.services.passkeys.passkeys_of_users import PasskeyService
    from idp.services.people.due_deletions import DueDeletions
    from idp.services.people.issuer_links import IssuerLinkService
    from idp.services.people.mail_problems import MailProblemsOfUsers
    from idp.services.people.started_resets import StartedResets
    from idp.services.people.temporary_codes import TemporaryCodes
    from idp.services.people.users import UserService


class AllServices(PeopleServices):
    """All services: protocol, pages, admin API, command line and jobs. mypy checks it against `idp.http.interfaces` and `Provider`."""

    @property
    def provider(self) -> Provider:
        """These services under the interface that `idp.oauth` needs."""
        return self

    @cached_property
    def user_service(self) -> UserService:
        from idp.services.people.users import UserService

        return UserService(
            self.users, self.admins, self.access, self.new_passwords, self.audit, self.clock, self.new_id, self.roles,
            self.deletions, self.erasure,
        )  # fmt: skip

    @cached_property
    def due_deletions(self) -> DueDeletions:
        from idp.services.people.due_deletions import DueDeletions

        return DueDeletions(self.deletions, self.erasure, self.clock)

    @cached_property
    def user_mail_problems(self) -> MailProblemsOfUsers:
        from idp.services.people.mail_problems import MailProblemsOfUsers

        return MailProblemsOfUsers(self.mail_problems, self.audit, self.clock)

    @cached_property
    def started_resets(self) -> StartedResets:
        from idp.services.people.started_resets import StartedResets

        return StartedResets(users=self.users, reset=self.password_reset, audit=self.audit, settings=self.settings, clock=self.clock)

    @cached_property
    def passkey_service(self) -> PasskeyService:
        from idp.services.passkeys.passkeys_of_users import PasskeyService

        return PasskeyService(self.users, self.passkeys, self.access, self.audit, self.clock)

    @cached_property
    def temporary_codes(self) -> TemporaryCodes:
        from idp.services.people.temporary_codes import TemporaryCodes

        return TemporaryCodes(
            database=self.database, users=self.users, tickets=self.tickets, audit=self.audit, mailer=self.mailer, settings=self.settings,
            clock=self.clock,
        )  # fmt: skip

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
