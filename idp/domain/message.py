"""A message for people, independent of the language: its id in the catalogue (`idp.domain.messages`) and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.verify.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    Param: TypeAlias = "str | int | Message"
    """A value in a sentence. A message as a value is rendered in the same language. It is never a secret: people and logs see it."""


class Message(Record):
    """`id`: area.what_happened, such as password.too_short. `params`: the values for the placeholders of the template."""

    id: str
    params: Mapping[str, Param]

    def __init__(self, message_id: str, /, **params: Param) -> None:
        super().__init__(message_id, params)

    def __hash__(self) -> int:
        return hash((self.id, tuple(sorted(self.params))))


def message_of(message: str | Message, params: Mapping[str, Param]) -> Message:
    """The message with this id and these values; a message is itself."""
    return Message(message, **params) if isinstance(message, str) else message
