"""The interface of a kind's PAGE: what a person sees who opens the link of a mail."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class TicketPage(ABC):
    """The page of one kind of ticket. Its form sends the handle back in the hidden field `ticket`."""

    @abstractmethod
    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page for GET. It must not use the ticket up: programs that scan mails open links, too (threats M-03).

        Raises:
            Invalid: the ticket was replaced, used or has expired.
        """
