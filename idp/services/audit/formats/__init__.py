"""Forms of audit events for other systems: for each a function from an event to a line."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.services.audit.formats import cef, ocsf, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.domain.audit.event import AuditEvent

FORMATS: Mapping[str, Callable[[AuditEvent], str]] = MappingProxyType({"ndjson": plain.line, "ocsf": ocsf.line, "cef": cef.line})
"""By name."""
