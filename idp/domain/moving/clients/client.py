"""An app as a file of another system describes it, in one form for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idp.domain.message import Message


@dataclass(frozen=True, slots=True)
class ImportedClient:
    """One app.

    `row`: its number in the file, from 1. `metadata`: members of registration (RFC 7591 names), without `client_id`; they are not checked.
    `secret`: the one that it has, "" if the file has none. `notes`: what the file says about it and this provider does not have.
    """

    row: int
    client_id: str
    metadata: Mapping[str, Any]
    secret: str = field(default="", repr=False)
    notes: tuple[Message, ...] = ()
