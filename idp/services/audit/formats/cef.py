r"""ArcSight Common Event Format, version 0: one line for each event.

In the header `\` and `|` are escaped by `\`; in the extension `\`, `=` and ends of lines. Other control characters become a blank, so no
value ends a line or begins a member.
"""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING

from idp.services.audit.formats.severity import severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.domain.audit.event import AuditEvent

_SEVERITY = (3, 5, 7, 9)  # 0 to 10
_VERSION = "1"
"""The version of this mapping, in the place of the product's."""


def line(event: AuditEvent) -> str:
    """Return the event as one line, without the end of the line."""
    header = ("CEF:0", "idp", "idp", _VERSION, event.type or "event", event.type or "event", str(_SEVERITY[severity(event)]))
    extension = " ".join(f"{name}={_value(text)}" for name, text in _members(event) if text)
    return "|".join((header[0], *map(_header, header[1:]), extension))


def _members(event: AuditEvent) -> Iterator[tuple[str, str]]:
    yield from (("rt", str(event.at)), ("externalId", event.id), ("outcome", event.outcome), ("reason", event.reason))
    yield from (("suid", event.actor), ("duid", event.subject), ("requestClientApplication", event.client_id))
    yield from _address(event.address)
    details = json.dumps(dict(event.details), ensure_ascii=True, sort_keys=True, separators=(",", ":")) if event.details else ""
    labels = (("target", event.target), ("requestId", event.request_id), ("orgId", getattr(event, "org_id", "")), ("details", details))
    for number, (label, text) in enumerate(labels, 1):
        yield from _labelled(f"cs{number}", label, text)


def _address(text: str) -> Iterable[tuple[str, str]]:
    """`src` takes only IPv4. What is no address is left out."""
    try:
        version = ipaddress.ip_address(text).version
    except ValueError:
        return ()
    return (("src", text),) if version == 4 else tuple(_labelled("c6a2", "Source IPv6 Address", text))  # noqa: PLR2004  # IPv4


def _labelled(name: str, label: str, text: str) -> Iterator[tuple[str, str]]:
    if text:
        yield from ((name, text), (f"{name}Label", label))


def _header(text: str) -> str:
    return _printable(text.replace("\\", "\\\\").replace("|", "\\|"))


def _value(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("=", "\\=").replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\r")
    return _printable(escaped)


def _printable(text: str) -> str:
    """Replace what could end a line for some reader: control characters, and the separators of Unicode."""
    return "".join(c if c.isprintable() else " " for c in text)
