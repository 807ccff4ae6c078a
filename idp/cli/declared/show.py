"""A plan as lines for a terminal. No value of a secret is in a plan, and no value can control the terminal."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from idp.cli.declared.printable import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.cli.declared.plan import Planned

_SIGNS = {"create": "+", "update": "~", "delete": "-", "same": " "}


def lines(planned: Sequence[Planned]) -> Iterator[str]:
    """Yield the lines of all objects that differ, each with the members that do."""
    for each in planned:
        if each.action == "same":
            continue
        yield f"{_SIGNS[each.action]} {plain(each.place)}"
        for name, (now, then) in each.changed.items():
            yield from _member(name, now, then, is_secret=name == each.kind.secret)
        if each.action == "create" and each.secret:
            yield f"    {each.kind.secret}"


def _member(name: str, now: Any, then: Any, *, is_secret: bool) -> Iterator[str]:
    if is_secret:
        yield f"    {name}"
    elif isinstance(now, Mapping) and isinstance(then, Mapping):
        for part in sorted({*now, *then}):
            if now.get(part) != then.get(part):
                yield from _member(f"{name}.{plain(str(part))}", now.get(part), then.get(part), is_secret=False)
    elif any(isinstance(each, str) and "\n" in each for each in (now, then)):
        yield f"    {name}:"
        old, new = str(now or "").splitlines(), str(then or "").splitlines()
        yield from (f"      {plain(line)}" for line in list(difflib.unified_diff(old, new, lineterm="", n=1))[2:])
    else:
        yield f"    {name}: {_text(now)} → {_text(then)}"


def _text(value: Any) -> str:
    return "–" if value is None or value == [] else plain(json.dumps(value, ensure_ascii=False, default=str))
