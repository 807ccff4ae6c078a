"""What a page of the console is: its address, the function that answers, and what it takes to get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Page(NamedTuple):
    """`answer(request, visit)` answers GET, `answer(request, visit, sent)` answers POST.

    `needs`: the OAuth scopes of the admin API that the admin must hold. `fresh`: a dangerous act. Who did not sign in during the last five
    minutes confirms first that it is them (threats Q-10). `fresh_with`: it is a dangerous act if one of these fields has a value.
    `organisation`: it serves admins of one organisation too; else it refuses them.
    `vouched(request, visit, sent)`: whether a form without the token of the session was made for this admin all the same.
    """

    path: str
    method: str
    answer: Callable[..., Any]
    needs: tuple[str, ...] = ()
    fresh: bool = False
    organisation: bool = False
    vouched: Callable[..., bool] | None = None
    fresh_with: tuple[str, ...] = ()
