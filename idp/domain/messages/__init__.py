"""Renders messages. Each language is a catalogue: a package beside `en`, whose TEMPLATES have the same ids.

A catalogue loads when the first error or notice is rendered. A request that succeeds does not load it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH = "en"
"""The language of logs, of OAuth's error_description and of the admin API: programs and their authors read these."""
LANGUAGES = (ENGLISH,)
"""The languages that have a catalogue: names of packages in this folder."""


def render(message: Message, language: str = ENGLISH) -> str:
    """The sentence of a message in a language; in English where the language, or its catalogue's entry, does not exist."""
    template = catalogue(language).get(message.id) or catalogue(ENGLISH).get(message.id)
    if template is None:
        return message.id
    values = {name: render(value, language) if isinstance(value, Message) else value for name, value in message.params.items()}
    return template.format_map(values)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The templates of a language by id; a template is text for `str.format_map`."""
    chosen = language if language in LANGUAGES else ENGLISH
    templates: Mapping[str, str] = import_module(f"{__name__}.{chosen}").TEMPLATES
    return templates
