"""The language of an answer: `ui_locales` of the request (OIDC Core §3.1.2.1), then the person's, then Accept-Language.

What is known of a request is kept in its scope: error pages are rendered with the scope alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.languages import best, parse_accept_language, parse_ui_locales
from idp.http.catalogue import texts_in
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from idp.domain.people.user import User
    from idp.domain.texts import Texts

_ASKED, _OWN = "idp.ui_locales", "idp.locale"


def ask_for(request: Request, ui_locales: Iterable[str]) -> None:
    """Note the languages that an app asks for. An app that asks for none changes nothing."""
    if asked := tuple(ui_locales):
        request.scope[_ASKED] = asked


def speak_to(request: Request, user: User) -> None:
    """Note whom the answer is for."""
    request.scope[_OWN] = str(user.claims.get("locale") or "")


def asked_languages(request: Request) -> tuple[str, ...]:
    """The languages that an app asks for; those in the address, if there is no app or its request was not read yet."""
    noted: tuple[str, ...] = request.scope.get(_ASKED, ())
    return noted or parse_ui_locales(request.query_params.get("ui_locales", ""))


def wanted(request: Request) -> tuple[str, ...]:
    """The language tags that the reader wants, the most wanted first. They are text from outside: `best` chooses among known tags."""
    own = request.scope.get(_OWN)
    return (
        *asked_languages(request),
        *((own.replace("_", "-"),) if own else ()),
        *parse_accept_language(request.headers.get("accept-language", "")),
    )


def language_of(request: Request) -> str:
    """The shipped language of the answer; the deployment's first one if it has none of those that the reader wants."""
    offered = services(request).settings.page_languages
    return best(wanted(request), offered) or offered[0]


def texts_of(request: Request) -> Texts:
    """The texts in the language of the answer."""
    return texts_in(language_of(request))
