"""The texts that a look may set: sentences of pages and mails that it replaces, and places where it adds one.

A text is plain: it is escaped where it is shown, and only the listed placeholders may be in it. It is never a template that runs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.languages import best, is_tag
from idp.domain.readable_text import is_readable

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 400
ANY_LANGUAGE = ""
"""The key of a text that is given without a language. Pages in every language show it."""
_MOST_LANGUAGES = 20
_PLACEHOLDER = re.compile(r"\{([a-z_]{1,20})\}", re.ASCII)
_LEADS_AWAY = re.compile(r"://|@|\bwww\.|\w\.\w{2,}|\d{4,}")
"""What mail programs turn into a link, and numbers like a code or a telephone number."""


class Text(NamedTuple):
    """A text. `replaces`: the sentence of the templates that it takes the place of; empty if it adds one."""

    replaces: str = ""
    placeholders: tuple[str, ...] = ()


_NAMES = ("brand", "app")
TEXTS: Mapping[str, Text] = {
    "sign_in_intro": Text("", _NAMES),
    "sign_up_intro": Text("", _NAMES),
    "reset_intro": Text("", _NAMES),
    "consent_intro": Text("", _NAMES),
    "account_intro": Text("", _NAMES),
    "signed_out_intro": Text("", _NAMES),
    "home_intro": Text("", _NAMES),
    "error_help": Text("", _NAMES),
    "page_footer": Text("", _NAMES),
    "mail_footer": Text("", _NAMES),
    "sign_in": Text("Sign in"),
    "sign_in_to": Text("Sign in to"),
    "continue_to": Text("Continue to"),
    "create_account": Text("Create an account"),
    "new_here": Text("New here?"),
    "forgot_password": Text("Forgot password?"),
    "mail_automatic": Text("This mail was sent automatically. Answers to it are not read."),
    "mail_invited": Text("You are invited to create an account at {brand}.", ("brand",)),
    "mail_sign_up_unasked": Text("If this was not you, there is nothing to do: no account is created."),
}
"""The texts by id. An id stays when the sentence behind it changes; a test finds a sentence that no template has."""
INTROS: Mapping[str, str] = {
    "login.html": "sign_in_intro", "sign_up.html": "sign_up_intro", "forgot.html": "reset_intro", "consent.html": "consent_intro",
    "account.html": "account_intro", "logged_out.html": "signed_out_intro", "home.html": "home_intro", "error.html": "error_help",
}  # fmt: skip
"""The text that a page shows above its content."""


def parse_texts(value: object, *, of_app: bool) -> dict[str, dict[str, str]]:
    """Return the texts by id and language. `of_app`: addresses, links and long numbers are refused too.

    Raises:
        InvalidValue: an id is unknown, or a text is not plain.
    """
    if not isinstance(value, dict):
        raise InvalidValue("look.texts_malformed")
    return {_id(name): _languages(str(name), given, of_app=of_app) for name, given in value.items()}


def _id(name: object) -> str:
    if not isinstance(name, str) or name not in TEXTS:
        raise InvalidValue("look.text_unknown", ids=", ".join(TEXTS))
    return name


def _languages(name: str, given: object, *, of_app: bool) -> dict[str, str]:
    by_language = {ANY_LANGUAGE: given} if isinstance(given, str) else given
    if not isinstance(by_language, dict) or not 1 <= len(by_language) <= _MOST_LANGUAGES:
        raise InvalidValue("look.text_languages", name=name)
    if by_language is given and not all(isinstance(language, str) and is_tag(language) for language in by_language):
        raise InvalidValue("look.text_languages", name=name)
    return {language: _plain(name, text, of_app=of_app) for language, text in by_language.items()}


def _plain(name: str, text: object, *, of_app: bool) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST or not text.strip() or not is_readable(text):
        raise InvalidValue("look.text_malformed", name=name, longest=LONGEST)
    allowed = TEXTS[name].placeholders
    bare = _PLACEHOLDER.sub("", text)
    if "{" in bare or "}" in bare or not set(_PLACEHOLDER.findall(text)) <= set(allowed):
        raise InvalidValue("look.text_placeholder", name=name, placeholders=", ".join(f"{{{each}}}" for each in allowed) or "none")
    if of_app and _LEADS_AWAY.search(text):
        raise InvalidValue("look.text_leads_away", name=name)
    return text


def choose(by_language: Mapping[str, str], language: str) -> str:
    """Return the text in this language, or in its primary language, or the one without a language; empty if there is none."""
    return by_language.get(best([language], by_language) or ANY_LANGUAGE, "")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its placeholders replaced once. A value is never read as a text with placeholders."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)
