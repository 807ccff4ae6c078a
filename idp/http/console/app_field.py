"""Fields of forms about apps: each is a member of the client metadata (RFC 7591 §2), as a person types it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import Invalid
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idp.domain.texts import Texts
    from idp.oauth.params import Params

LINE, LINES, FLAG, CHOICE, CHOICES, MAYBE, NUMBER, OBJECT = "line", "lines", "flag", "choice", "choices", "maybe", "number", "object"
WORDS = "words"
"""How a member is typed. WORDS: one text, with spaces between them. MAYBE: true, false or nothing. CHOICES: a box for each value.
OBJECT: as JSON.
"""
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_EMPTY: Mapping[str, Any] = {LINES: [], CHOICES: [], FLAG: False, WORDS: ""}
"""What an empty field means. For the other kinds it is null, which removes the member (RFC 7396)."""


class Field(NamedTuple):
    """`name`: of the member. `values`: those of CHOICE and CHOICES."""

    name: str
    kind: str
    label: str
    hint: str = ""
    values: tuple[str, ...] = ()

    def told(self, texts: Texts) -> Field:
        """Return it with label and hint in the language of the page."""
        return self._replace(label=texts.text(self.label), hint=texts.text(self.hint) if self.hint else "")


def read(fields: Iterable[Field], sent: Params) -> dict[str, str]:
    """Return what was typed, by the names of the members. Line ends are those of HTML forms, or not."""
    return {field.name: _read(field, sent) for field in fields}


def _read(field: Field, sent: Params) -> str:
    if field.kind == CHOICES:
        return "\n".join(value for value in field.values if sent.get(f"{field.name}:{value}"))
    return "\n".join(line.strip() for line in (sent.get(field.name) or "").strip().splitlines())


def value_of(field: Field, typed: str) -> Any:
    """Return the JSON value that was typed.

    Raises:
        Invalid: it is no JSON object.
    """
    if not typed:
        return _EMPTY.get(field.kind)
    if field.kind in {LINES, CHOICES}:
        return [line for line in typed.split("\n") if line]
    if field.kind == OBJECT:
        return _object(field.name, typed)
    if field.kind == NUMBER:
        return int(typed) if _NUMBER.fullmatch(typed) else typed
    return {"true": True, "false": False}.get(typed, typed) if field.kind == MAYBE else True if field.kind == FLAG else typed


def _object(name: str, typed: str) -> Any:
    try:
        return strict_json.parse(typed.encode("utf-8", "surrogatepass"), digits=18)
    except strict_json.NotStrictJsonError:
        raise Invalid("console.not_json", field=name) from None
