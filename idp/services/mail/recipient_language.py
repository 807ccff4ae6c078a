"""The language of a mail: the recipient's, not that of the person who caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.languages import best

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.settings import Settings


def language_for(settings: Settings, user: User | None = None, *, page: str = "") -> str:
    """Return the tag of a shipped language: the user's `locale`, else that of the page that asked, else the deployment's first.

    `user`: the owner of the address, if an account has it. `page`: the language of the page on which the mail was asked for, or empty.
    """
    own = str(user.claims.get("locale") or "") if user else ""
    return best([own.replace("_", "-"), page], settings.page_languages) or settings.page_languages[0]
