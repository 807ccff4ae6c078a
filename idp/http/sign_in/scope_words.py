"""The words for scopes and for claims that are asked for by name: the same on the consent page and on the account page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.languages import parse_accept_language
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

_TITLES = {
    "openid": ("Know that it is you", "An identifier of your account."),
    "profile": ("Your profile", "Your name, picture and what else you filled in."),
    "email": ("Your email address", ""),
    "address": ("Your postal address", ""),
    "phone": ("Your phone number", ""),
    "offline_access": ("Access while you are away", "Until you take it back on your account page."),
}


@dataclass(frozen=True)
class Shown:
    """What a page says of a scope. `bare`: the title is the scope itself. `lang`: the language of an admin's text, else empty."""

    name: str
    title: str
    description: str = ""
    resource: str = ""
    lang: str = ""
    bare: bool = False


def words_of(request: Request, scopes: Iterable[str], ui_locales: Iterable[str] = ()) -> dict[str, Shown]:
    """The words of each of these scopes, by scope.

    The texts of admins are read only when a scope has no words of the provider's own. Their language is the first of `ui_locales`,
    then of Accept-Language, that they are written in.
    """
    shown = {scope: _own(scope) for scope in scopes}
    strange = [scope for scope, own in shown.items() if own is None]
    texts = services(request).scope_texts.of(strange) if strange else {}
    wanted = (*ui_locales, *parse_accept_language(request.headers.get("accept-language", "")))
    for scope, text in texts.items():
        words, language = text.for_reader(wanted)
        shown[scope] = Shown(scope, words.name, words.description, words.resource, language)
    return {scope: known or Shown(scope, scope, bare=True) for scope, known in shown.items()}


def _own(scope: str) -> Shown | None:
    """The provider's own words: of its scopes, and of `claim:family_name`, as consent remembers a claim (OIDC Core §5.5)."""
    if scope in _TITLES:
        return Shown(scope, *_TITLES[scope])
    if scope.startswith("claim:"):
        return Shown(scope, f"Your {scope.removeprefix('claim:').replace('_', ' ')}")
    from idp.domain.access import access_scopes, admin_scopes

    told = admin_scopes.DESCRIPTIONS.get(scope) or access_scopes.DESCRIPTIONS.get(scope)
    return Shown(scope, told, resource="Administration of this service") if told else None
