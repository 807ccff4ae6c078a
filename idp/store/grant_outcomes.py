"""What the conditional writes of a grant answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.tokens.grant import Grant


@dataclass(frozen=True, slots=True)
class Redeemed:
    """This attempt redeemed the code."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class AlreadyRedeemed:
    """Another attempt redeemed the code before: a replay."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Rotated:
    """This attempt (or an earlier send of it) moved the family on; `grant.generation` is the new one."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Superseded:
    """The family had moved on or ended; `grant` as it is."""

    grant: Grant


class Missing:
    """There is no such grant, or its time is over."""
