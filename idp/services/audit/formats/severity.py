"""How serious an event is, in four steps, for the forms of other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent

USUAL, FAILED, NOTABLE, GRAVE = range(4)
_GRAVE = frozenset({"replayed", "copied", "disowned"})
_NOTABLE = frozenset({"locked", "revoked", "factors_reset", "refused", "bypassed", "given_up"})


def severity(event: AuditEvent) -> int:
    """Return the step: by the last word of the type, and by the outcome."""
    word = event.type.rpartition(".")[2]
    if word in _GRAVE:
        return GRAVE
    if word in _NOTABLE:
        return NOTABLE
    return FAILED if event.outcome == "failure" else USUAL
