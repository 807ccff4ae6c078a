"""What a translation has to keep of the English text. A catalogue that breaks a rule is not compiled."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from tools.translation.catalogues import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

_MARKUP = re.compile(r"<|>|&[A-Za-z#]|\{\{|\{%|%\(|\$\{")
_COLONS = ":\uff1a"
"""The colon, and the wide one of Japanese."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, and the marks that would turn the order of the words around a text (UAX #9). `format` isolates values by itself."""


def problems(language: str, catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with translations that exist: these would be shown broken, or would end in an error."""
    for message in catalogue:
        if message.id:
            for form in forms(message):
                if form:
                    yield from (f"{language}: {_name(message)!r} → {form!r}: {what}" for what in _broken(message, form))
            if message.pluralizable and any(forms(message)) and not all(forms(message)):
                yield f"{language}: {_name(message)!r}: a plural form is missing"
            if message.fuzzy:
                yield f"{language}: {_name(message)!r} is marked fuzzy. Check it and remove the mark"


def gaps(language: str, catalogue: Catalog, found: Catalog) -> Iterator[str]:
    """Yield the texts of the source that have no translation, and the translations of texts that the source does not have any more."""
    for message in found:
        if message.id:
            known = catalogue.get(message.id)
            if known is None or known.pluralizable != message.pluralizable or not all(forms(known)):
                yield f"{language}: not translated: {_name(message)!r} ({message.locations[0][0]})"
    for message in catalogue:
        if message.id and message.id not in found:
            yield f"{language}: stale, not in the source any more: {_name(message)!r}"


def _broken(message: Message, form: str) -> Iterator[str]:
    sources = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    try:
        wanted, had = [_fields(each) for each in sources], _fields(form)
    except ValueError as error:
        yield f"its braces are not placeholders: {error}"
        return
    # A plural form that stands for one number only may leave the number out: "one minute", "two minutes".
    if not had <= wanted[-1] or len(wanted[-1] - had) > (1 if message.pluralizable else 0):
        yield f"placeholders are {sorted(had)}, and have to be {sorted(wanted[-1])}"
    if _MARKUP.search(form) and not _MARKUP.search(sources[-1]):
        yield "it has markup"
    if _CONTROL.search(form):
        yield "it has a control character or a mark of direction"
    if form != form.strip() or "  " in form:
        yield "it has a space at its start or end, or two in a row"
    if (sources[-1][-1] == ":") != (form[-1] in _COLONS):
        yield "a colon at the end has to stay, and none may be added"


def _fields(text: str) -> set[str]:
    """Return the names of the placeholders.

    Raises:
        ValueError: a placeholder has no plain name, as `{0}` or `{name.attribute}`, or a brace has no partner.
    """
    names = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(name)
        names.add(name)
    return names


def _name(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)
