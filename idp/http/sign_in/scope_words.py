"""The texts for scopes, and for claims that are requested by name, on the consent page and on the account page."""

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
class ScopeText:
    """The text for a scope. `bare`: there is none, and the title is the scope itself. `lang`: the language of an admin's text, or empty."""

    name: str
    title: str
    description: str = ""
    resource: str = ""
    lang: str = ""
    bare: bool = False


def words_of(request: Request, scopes: Iterable[str], ui_locales: Iterable[str] = ()) -> dict[str, ScopeText]:
    """The texts of these scopes, by scope.

    Texts of admins are read only for scopes without a text of the provider. Their language is the first of `ui_locales`, then of
    Accept-Language, in which there is a text.
    """
    shown = {scope: _find_own(scope) for scope in scopes}
    unknown = [scope for scope, own in shown.items() if own is None]
    texts = services(request).scope_texts.of(unknown) if unknown else {}
    wanted = (*ui_locales, *parse_accept_language(request.headers.get("accept-language", "")))
    for scope, text in texts.items():
        words, language = text.for_reader(wanted)
        shown[scope] = ScopeText(scope, words.name, words.description, words.resource, language)
    return {scope: known or ScopeText(scope, scope, bare=True) for scope, known in shown.items()}


def _find_own(scope: str) -> ScopeText | None:
    """The provider's own text of a scope, or of a claim in the form in which consent stores it, `claim:family_name` (OIDC Core §5.5)."""
    if scope in _TITLES:
        return ScopeText(scope, *_TITLES[scope])
    if scope.startswith("claim:"):
        return ScopeText(scope, f"Your {scope.removeprefix('claim:').replace('_', ' ')}")
    from idp.domain.access import access_scopes, admin_scopes

    description = admin_scopes.DESCRIPTIONS.get(scope) or access_scopes.DESCRIPTIONS.get(scope)
    return ScopeText(scope, description, resource="Administration of this service") if description else None
