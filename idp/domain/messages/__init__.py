"""Renders messages: the template of an id in English (`en`), translated by the texts of a language, with the values of the message.

The templates load when the first error or notice is rendered. A request that succeeds does not load them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from idp.domain.message import Message
from idp.domain.texts import ENGLISH, Counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.texts import Texts


def render(message: Message, texts: Texts = ENGLISH) -> str:
    """The sentence of a message, in English where the language does not have it.

    Without `texts` it is English: the language of logs, of OAuth's error_description, of the admin API and of the command line. Programs
    and their authors read these.
    """
    template = templates().get(message.id)
    if template is None:
        return message.id
    values = {name: render(value, texts) if isinstance(value, Message) else value for name, value in message.params.items()}
    if isinstance(template, Counted):
        chosen = texts.count(template.one, str(template), _number(message.params[template.by]))
    else:
        chosen = texts.text(template)
    return chosen.format_map(values)


def is_translated(message: Message, texts: Texts) -> bool:
    """Whether the language has the sentence of the message. Sentences for developers exist in English only."""
    template = templates().get(message.id)
    inner = all(is_translated(value, texts) for value in message.params.values() if isinstance(value, Message))
    return template is not None and inner and texts.has(template.one if isinstance(template, Counted) else template)


@cache
def templates() -> Mapping[str, str]:
    """The English templates by id; a template is text for `str.format_map`."""
    from idp.domain.messages.en import TEMPLATES

    return TEMPLATES


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
