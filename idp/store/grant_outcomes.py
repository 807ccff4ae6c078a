"""The outcomes of the conditional writes of a grant."""

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
    """Another attempt redeemed the code before. This is a replay."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Rotated:
    """This attempt, or an earlier send of it, rotated the refresh token. `grant.generation` is the new generation."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Superseded:
    """The refresh token was rotated by another attempt, or its family has ended. `grant` is the stored state."""

    grant: Grant


class Missing:
    """The grant does not exist, or it has expired."""
