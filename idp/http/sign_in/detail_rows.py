"""Authorization details as the consent page shows them (RFC 9396 §4, §13): every member, in the words of its type."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.requests.authorization_details import LISTS
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from idp.domain.requests.authorization_details import DetailType

_COMMON = {"locations": "Where", "actions": "What it may do", "datatypes": "Kinds of data", "privileges": "Rights"}


def detail_rows(request: Request, details: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Each detail with its title, its description and one row per member."""
    known = services(request).detail_types.of(detail["type"] for detail in details)
    return [_describe(detail, known.get(detail["type"])) for detail in details]


def _describe(detail: Mapping[str, Any], known: DetailType | None) -> dict[str, object]:
    rows = [{"name": _title(name, known), "value": _text(value)} for name, value in detail.items() if name != "type"]
    return {"title": known.title if known else detail["type"], "description": known.description if known else "", "rows": rows}


def _title(name: str, known: DetailType | None) -> str:
    own = known.members.get(name) if known and name not in LISTS else None
    return _COMMON.get(name) or (own.title if own else "") or name.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {_text(one)}" for name, one in value.items())
    return json.dumps(value, ensure_ascii=False)
