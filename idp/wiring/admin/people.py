"""What admins and the command line do with people."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people.account import AccountServices
from idp.wiring.people.own_data import OwnDataServices
from idp.wiring.stores.admin import AdminStores

if TYPE_CHECKING:
    from idp.services.audit.export import AuditExport
    from idp.services.audit.trail import AuditTrail
    from idp.services.mail.trial_mails import TrialMails
    from idp.services.moving.people_files import PeopleFiles
    from idp.services.passkeys.passkeys_of_users import PasskeyService
    from idp.services.people.account_merge import AccountMergeService
    from idp.services.people.chosen_people import ChosenPeople
    from idp.services.people.issuer_links import IssuerLinkService
    from idp.services.people.mail_problems import MailProblemsOfUsers
    from idp.services.people.started_resets import StartedResets
    from idp.services.people.temporary_codes import TemporaryCodes
    from idp.services.people.users import UserService


class UserAdminServices(AccountServices, OwnDataServices, AdminStores):
    """Users, their passkeys, problems with their mail, and the events."""

    @cached_property
    def user_service(self) -> UserService:
        from idp.services.people.users import UserService

        return UserService(
            self.users, self.admins, self.access, self.new_passwords, self.audit, self.clock, self.new_id, self.roles,
            self.deletions, self.erasure, self.people_search, self.holder_search, self.organisation_people,
        )  # fmt: skip

    @cached_property
    def account_merge(self) -> AccountMergeService:
        from idp.services.people.account_merge import AccountMergeService

        return AccountMergeService(
            users=self.users, admins=self.admins, merges=self.account_merges, links=self.issuer_links, memberships=self.memberships,
            roles=self.roles, deletions=self.deletions, erasure=self.erasure, access=self.access, people=self.organisation_people,
            audit=self.audit, notices=self.notices, clock=self.clock, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def chosen_people(self) -> ChosenPeople:
        from idp.services.people.chosen_people import ChosenPeople

        return ChosenPeople(self.users, self.user_service)

    @cached_property
    def people_files(self) -> PeopleFiles:
        from idp.services.moving.people_files import PeopleFiles

        return PeopleFiles(self.user_service, self.roles, self.audit)

    @cached_property
    def user_mail_problems(self) -> MailProblemsOfUsers:
        from idp.services.people.mail_problems import MailProblemsOfUsers

        return MailProblemsOfUsers(self.mail_problems, self.audit, self.clock, self.organisation_people)

    @cached_property
    def trial_mails(self) -> TrialMails:
        from idp.services.mail.trial_mails import TrialMails

        return TrialMails(self.settings, self.mailer, self.audit)

    @cached_property
    def started_resets(self) -> StartedResets:
        from idp.services.people.started_resets import StartedResets

        return StartedResets(
            users=self.users, request=self.reset_request, audit=self.audit, settings=self.settings, clock=self.clock,
            people=self.organisation_people,
        )  # fmt: skip

    @cached_property
    def passkey_service(self) -> PasskeyService:
        from idp.services.passkeys.passkeys_of_users import PasskeyService

        return PasskeyService(self.users, self.passkeys, self.access, self.audit, self.clock, self.organisation_people)

    @cached_property
    def temporary_codes(self) -> TemporaryCodes:
        from idp.services.people.temporary_codes import TemporaryCodes

        return TemporaryCodes(
            database=self.database, users=self.users, tickets=self.tickets, audit=self.audit, mailer=self.mailer, settings=self.settings,
            clock=self.clock, people=self.organisation_people,
        )  # fmt: skip

    @cached_property
    def audit_trail(self) -> AuditTrail:
        from idp.services.audit.trail import AuditTrail
        from idp.store.trail import Trail

        return AuditTrail(Trail(self.database), self.users, self.throttling.trace, self.settings, self.clock)

    @cached_property
    def audit_export(self) -> AuditExport:
        from idp.services.audit.export import AuditExport
        from idp.store.stored_events import StoredEvents

        return AuditExport(StoredEvents(self.database), self.users, self.throttling.trace, self.settings, self.clock)

    @cached_property
    def issuer_link_service(self) -> IssuerLinkService:
        from idp.services.people.issuer_links import IssuerLinkService

        return IssuerLinkService(
            self.users, self.trusted_issuers, self.issuer_links, self.grants, self.access, self.audit, self.clock,
            self.organisation_people,
        )  # fmt: skip
