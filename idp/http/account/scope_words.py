"""The words for scopes and for claims that are asked for by name: the same on the consent page and on the account page."""

from __future__ import annotations

_TITLES = {
    "openid": ("Know that it is you", "An identifier of your account."),
    "profile": ("Your profile", "Your name, picture and what else you filled in."),
    "email": ("Your email address", ""),
    "address": ("Your postal address", ""),
    "phone": ("Your phone number", ""),
    "offline_access": ("Access while you are away", "Until you take it back on your account page."),
}


def words_of(scope: str) -> tuple[str, str]:
    """The title and the description of a scope. One without words of its own has its name as its title, and no description."""
    return _TITLES.get(scope, (_named(scope), ""))


def _named(scope: str) -> str:
    """`claim:family_name`, as consent remembers a claim (OIDC Core §5.5), in words; every other scope as it is."""
    kind, colon, name = scope.partition(":")
    return f"Your {name.replace('_', ' ')}" if colon and kind == "claim" else scope
