"""The look of an organisation on the pages of a sign-in for it: over that of the app."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.sessions.visitor import Visitor


def branded(visitor: Visitor) -> Visitor:
    """The visitor for a page: the app in the look of the organisation, if the request is for one that has a look.

    It is for `render` alone. What it returns is not stored.
    """
    belonging = visitor.standing.belonging if visitor.standing else None
    if belonging is None or visitor.client is None or not belonging.organisation.branding:
        return visitor
    return replace(visitor, client=replace(visitor.client, branding=belonging.organisation.branding))
