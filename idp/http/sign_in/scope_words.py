"""The texts for scopes, and for claims that are requested by name, on the consent page and on the account page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.connections.kept_tokens import SCOPE_PREFIX
from idp.domain.requests import organisation_scope
from idp.domain.texts import marked
from idp.http.language import texts_of, wanted
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from idp.domain.texts import Texts

_TITLES = {
    "openid": (marked("Know that it is you"), marked("An identifier of your account.")),
    "profile": (marked("Your profile"), marked("Your name, picture and what else you filled in.")),
    "email": (marked("Your email address"), ""),
    "address": (marked("Your postal address"), ""),
    "phone": (marked("Your phone number"), ""),
    "offline_access": (marked("Access while you are away"), marked("Until you take it back on your account page.")),
}
_CLAIMS = {
    "name": marked("Your name"), "given_name": marked("Your given name"), "family_name": marked("Your family name"),
    "middle_name": marked("Your middle name"), "nickname": marked("Your nickname"), "preferred_username": marked("Your user name"),
    "profile": marked("The address of your profile page"), "picture": marked("Your picture"), "website": marked("Your website"),
    "gender": marked("Your gender"), "birthdate": marked("Your date of birth"), "zoneinfo": marked("Your time zone"),
    "locale": marked("Your language"), "updated_at": marked("When your profile last changed"), "email": marked("Your email address"),
    "email_verified": marked("Whether your email address is verified"), "address": marked("Your postal address"),
    "phone_number": marked("Your phone number"), "phone_number_verified": marked("Whether your phone number is verified"),
}  # fmt: skip
"""The claims of OIDC Core §5.1, which apps can ask for by name."""
_UPSTREAM = marked("Use your account at {name}"), marked("With what you allowed it there. Disconnect that account to end this.")
"""Of a scope for the tokens of a connection."""
_ORGANISATION = marked("That you act for {name}"), marked("An organisation that you belong to, and your roles there.")
_AN_ORGANISATION = marked("The organisation that you act for"), marked("Its name, and your roles there.")
"""Of an organisation that the person acts for. The account page does not name it."""
_ADMINISTRATION = "Administration of this service"
"""What the scopes of the admin API give access to. Their texts exist in English only, as all of that API."""


@dataclass(frozen=True)
class ScopeText:
    """The text for a scope. `bare`: there is none, and the title is the scope itself.

    `lang`: the language of an admin's text, or of a text that exists in English only; empty for other texts.
    """

    name: str
    title: str
    description: str = ""
    resource: str = ""
    lang: str = ""
    bare: bool = False


def words_of(request: Request, scopes: Iterable[str], *, organisation: str = "") -> dict[str, ScopeText]:
    """The texts of these scopes, by scope, in the language of the page. `organisation`: the name of the one that a request is for.

    Texts of admins are read only for scopes without a text of the provider. Their language is the first that the reader wants in which
    there is a text.
    """
    texts = texts_of(request)
    shown = {
        scope: _find_own(scope, texts) or _find_organisation(scope, texts, organisation) or _find_upstream(request, scope, texts)
        for scope in scopes
    }
    unknown = [scope for scope, own in shown.items() if own is None]
    of_admins = services(request).scope_texts.of(unknown) if unknown else {}
    for scope, text in of_admins.items():
        words, language = text.for_reader(wanted(request))
        shown[scope] = ScopeText(scope, words.name, words.description, words.resource, language)
    return {scope: known or ScopeText(scope, scope, bare=True) for scope, known in shown.items()}


def _find_upstream(request: Request, scope: str, texts: Texts) -> ScopeText | None:
    """The text of a scope for the tokens of a connection (`idp.domain.connections.kept_tokens`)."""
    if not scope.startswith(SCOPE_PREFIX):
        return None
    connection = scope.removeprefix(SCOPE_PREFIX)
    name = services(request).connection_buttons.names().get(connection, connection)
    title, about = map(texts.text, _UPSTREAM)
    return ScopeText(scope, title.format(name=name), about)


def _find_organisation(scope: str, texts: Texts, name: str) -> ScopeText | None:
    """The text of an organisation that the person acts for. `name`: of it, or empty if it is not read."""
    if not scope.startswith(organisation_scope.PREFIX):
        return None
    title, about = map(texts.text, _ORGANISATION if name else _AN_ORGANISATION)
    return ScopeText(scope, title.format(name=name) if name else title, about)


def _find_own(scope: str, texts: Texts) -> ScopeText | None:
    """The provider's own text of a scope, or of a claim in the form in which consent stores it, `claim:family_name` (OIDC Core §5.5)."""
    if scope in _TITLES:
        title, about = map(texts.text, _TITLES[scope])
        return ScopeText(scope, title, about)
    if scope.startswith("claim:"):
        claim = scope.removeprefix("claim:")
        return ScopeText(scope, texts.text(_CLAIMS[claim])) if claim in _CLAIMS else None
    from idp.domain.access import access_scopes, admin_scopes, signal_scopes

    known = {**admin_scopes.DESCRIPTIONS, **access_scopes.DESCRIPTIONS, **signal_scopes.DESCRIPTIONS}
    description = known.get(scope)
    return ScopeText(scope, description, resource=_ADMINISTRATION, lang="en") if description else None
