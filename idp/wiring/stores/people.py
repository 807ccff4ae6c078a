"""Stores of people: accounts, mail addresses, tickets, deletion."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.base import Base

if TYPE_CHECKING:
    from idp.store.account_items import AccountItems
    from idp.store.account_merges import AccountMerges
    from idp.store.deletions import Deletions
    from idp.store.email_changes import EmailChanges
    from idp.store.erasures import Erasures
    from idp.store.invitations import Invitations
    from idp.store.mail_problems import MailProblems
    from idp.store.people_imports import PeopleImports
    from idp.store.person_reader import PersonReader
    from idp.store.search_rows import SearchRows
    from idp.store.tickets import Tickets as TicketStore
    from idp.store.user_erasures import UserErasures
    from idp.store.users import Users


class PeopleStores(Base):
    """The stores of accounts, and of what is stored about a person."""

    @cached_property
    def users(self) -> Users:
        from idp.store.users import Users

        return Users(self.database)

    @cached_property
    def account_items(self) -> AccountItems:
        from idp.store.account_items import AccountItems

        return AccountItems(self.database)

    @cached_property
    def account_merges(self) -> AccountMerges:
        from idp.store.account_merges import AccountMerges

        return AccountMerges(self.database)

    @cached_property
    def people_imports(self) -> PeopleImports:
        from idp.store.people_imports import PeopleImports

        return PeopleImports(self.database)

    @cached_property
    def person_reader(self) -> PersonReader:
        from idp.store.person_reader import PersonReader

        return PersonReader(self.database)

    @cached_property
    def deletions(self) -> Deletions:
        from idp.store.deletions import Deletions

        return Deletions(self.database)

    @cached_property
    def user_erasures(self) -> UserErasures:
        from idp.store.user_erasures import UserErasures

        return UserErasures(self.database)

    @cached_property
    def erasures(self) -> Erasures:
        from idp.store.erasures import Erasures

        return Erasures(self.database)

    @cached_property
    def mail_problems(self) -> MailProblems:
        from idp.store.mail_problems import MailProblems

        return MailProblems(self.database)

    @cached_property
    def email_changes(self) -> EmailChanges:
        from idp.store.email_changes import EmailChanges

        return EmailChanges(self.database)

    @cached_property
    def search_rows(self) -> SearchRows:
        from idp.store.search_rows import SearchRows

        return SearchRows(self.database)

    @cached_property
    def ticket_store(self) -> TicketStore:
        from idp.store.tickets import Tickets

        return Tickets(self.database)

    @cached_property
    def invitations(self) -> Invitations:
        from idp.store.invitations import Invitations

        return Invitations(self.database)
