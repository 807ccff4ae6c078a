"""What a case of a writing method consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp.store.database import Database


@dataclass(frozen=True)
class Verb:
    """`act` returns whether it succeeded. `effect` returns the stored state, which `act` changes. `rival`, called afterwards, must fail."""

    operation: str
    act: Callable[[Database], bool]
    effect: Callable[[Database], object]
    rival: Callable[[Database], bool] | None = None
