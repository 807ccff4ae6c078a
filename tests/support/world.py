"""A whole provider in this process, with people, browsers and callers of the admin API. Its clock stands still until a test moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from idp.services.mail.outbox import Outbox
from tests.support.admin_calls import AdminCalls
from tests.support.page_visits import PageVisits

if TYPE_CHECKING:
    from idp.services.mail.outbox import Mail


class World(AdminCalls, PageVisits):
    """One provider and everything that tests of pages and of the admin API need around it."""

    def begun(self) -> Self:
        """This world with tables, keys and the client `root`, so that no test meets the audit event of its creation."""
        self.with_tables()
        _ = self.root  # a cached property that creates the client
        return self

    @property
    def outbox(self) -> Outbox:
        """The stand-in for the mail server."""
        mailer = self.services.mailer
        assert isinstance(mailer, Outbox)
        return mailer

    @property
    def mails(self) -> list[Mail]:
        """The mails that would have been sent, newest first."""
        return self.outbox.sent
