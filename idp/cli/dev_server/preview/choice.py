"""What the preview shows: the choice in the address, read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.looks.theme import OVERRIDABLE
from idp.http.pages import TEMPLATES

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.settings import Settings

WIDTHS = {"phone": 390, "tablet": 820, "desk": 1120}
SCHEMES = ("light", "dark")
_PARTS = {"base.html", "parts.html", "icons.html", "form_post.html", "outbox.html", "profile_fields.html"}
"""Templates that are no page of their own, or that only the development server or a script shows."""
_MAIL_PARTS = {"code", "facts", "greeting", "layout", "parts"}


class Choice(NamedTuple):
    """`theme`: the number of a theme in `themes`, 0 for none. `app`: plain or branded."""

    shown: str
    theme: int
    language: str
    scheme: str
    width: str
    branded: bool


def themes(settings: Settings) -> list[str]:
    """Return the folders of themes that can be chosen: none, that of IDP_THEME, and those of this folder."""
    near = ("theme", "files/theme", "examples/theme")
    there = [folder for folder in (settings.theme, *near) if folder and (Path(folder) / "theme.json").is_file()]
    return ["", *dict.fromkeys(_from_here(Path(folder)) for folder in there)]


def _from_here(folder: Path) -> str:
    """Return the path from the present folder, if it is in it. It is short, and says nothing of the machine."""
    whole, here = folder.resolve(), Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(folder)


def pages() -> list[str]:
    """Return the names of all pages: those in the samples, and any that is newer."""
    return sorted({path.name for path in TEMPLATES.glob("*.html")} - _PARTS)


def mails() -> list[str]:
    """Return the names of all mails."""
    return sorted({path.stem for path in (TEMPLATES / "mail").glob("*.txt")} - _MAIL_PARTS)


def read(request: Request, settings: Settings) -> Choice:
    """Return the choice. A value that is not one of those offered is replaced by the first one."""
    given = request.query_params
    number = given.get("theme", "1" if settings.theme else "0")
    there = themes(settings)
    shown, language = given.get("shown", ""), given.get("language", "")
    return Choice(
        shown if shown in pages() or shown.removeprefix("mail/") in mails() else "login.html",
        int(number) if number.isdecimal() and number.isascii() and len(number) < 3 and int(number) < len(there) else 0,  # noqa: PLR2004  # two digits
        language if language in settings.page_languages else settings.page_languages[0],
        given.get("scheme", "") if given.get("scheme") in SCHEMES else SCHEMES[0],
        given.get("width", "") if given.get("width") in WIDTHS else "desk",
        given.get("app") == "branded",
    )


def replaced(name: str) -> bool:
    """Return whether a theme may replace this template."""
    return name in OVERRIDABLE
