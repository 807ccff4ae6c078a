"""A person's data as a whole: import, export and erasure."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from idp.wiring.people.sign_up import SignUpServices
from idp.wiring.search import SearchServices
from idp.wiring.stores.admin import AdminStores

if TYPE_CHECKING:
    from idp.services.moving.choices import Choices
    from idp.services.moving.importer import Importer
    from idp.services.people.due_deletions import DueDeletions
    from idp.services.people.erasure import Erasure
    from idp.services.people.export.export import PersonExport
    from idp.services.people.self_deletion import SelfDeletion


class OwnDataServices(SignUpServices, SearchServices, AdminStores):
    """The import of people, the export of a person, and the deletion of an account by its owner and later by a job."""

    @cached_property
    def importer(self) -> Importer:
        """Built by an import."""
        from idp.domain.people.user import may_be_user_id
        from idp.services.moving.importer import Importer
        from idp.services.moving.preparation import Place, Preparation

        def preparation(choices: Choices) -> Preparation:
            connections = {each.id: each for each in self.connections.all()} if choices.links else {}
            client_ids = [each for each in self.clients.ids() if may_be_user_id(each)] if choices.keep_ids else []
            place = Place(
                self.roles.model(), connections, frozenset(client_ids), self.settings.webauthn_rp_id, lru_cache(10_000)(self.clients.get)
            )
            return Preparation(self.keyring, self.foreign_hashes.accept, self.new_id, place, choices)

        return Importer(self.people_imports, preparation, lambda: self.hash_counts, self.clock)

    @cached_property
    def person_export(self) -> PersonExport:
        from idp.services.people.export.export import PersonExport

        return PersonExport(self.settings, self.database, self.person_reader, self.tickets, self.audit, self.clock)

    @cached_property
    def self_deletion(self) -> SelfDeletion:
        from idp.services.people.self_deletion import SelfDeletion

        return SelfDeletion(
            settings=self.settings, users=self.users, admins=self.admins, deletions=self.deletions, tickets=self.tickets,
            access=self.access, erasure=self.erasure, audit=self.audit, mailer=self.mailer, notices=self.notices, clock=self.clock,
            people=lambda: self.organisation_people,
        )  # fmt: skip

    @cached_property
    def erasure(self) -> Erasure:
        from idp.services.people.erasure import Erasure

        return Erasure(
            settings=self.settings, users=self.users, user_erasures=self.user_erasures, deletions=self.deletions, erasures=self.erasures,
            tickets=self.tickets, throttling=self.throttling, mail_problems=self.mail_problems,
            invitations=lambda: self.invitation_service, mailer=self.mailer, audit=self.audit, clock=self.clock, keyring=self.keyring,
            search_rows=self.search_row_writer,
        )  # fmt: skip

    @cached_property
    def due_deletions(self) -> DueDeletions:
        from idp.services.people.due_deletions import DueDeletions

        return DueDeletions(self.deletions, self.erasure, self.clock)
