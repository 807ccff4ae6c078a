"""Makes the checks. Each finding is "ok", or says what to do. A check that fails itself is a finding too, and stops no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import wrong
from idp.domain.errors import Unavailable
from idp.domain.texts import marked
from idp.services.doctor import (
    authenticators,
    hashing,
    keys,
    kms,
    mail,
    passwords,
    queues,
    region,
    rp_id,
    schedule,
    schema,
    tables,
    theme,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts

CHECKS: tuple[tuple[str, Callable[[Parts], Iterator[Finding]]], ...] = (
    ("tables", tables.check),
    ("schema", schema.check),
    ("region", region.check),
    ("RP ID", rp_id.check),
    ("KMS key", kms.check),
    ("keys", keys.check),
    ("schedule", schedule.check),
    ("dead letters", queues.check),
    ("hashing", hashing.check),
    ("passwords", passwords.check),
    ("authenticators", authenticators.check),
    ("mail", mail.check),
    ("theme", theme.check),
)
FAILED = marked("This check failed ({problem}). The log of the function doctor says where, and idp doctor makes it again.")


def of_unavailable(about: str, trouble: Unavailable) -> Finding:
    """Return the finding for a store that did not answer. The message of AWS, which may quote a name, stays in the log."""
    return wrong(about, FAILED, problem=": ".join(trouble.detail.split(": ")[:2]) or "Unavailable")


def examine(
    checks: Iterable[tuple[str, Callable[[], Iterable[Finding]]]], *, explain: Callable[[str, Unavailable], Finding] = of_unavailable,
    log: Callable[[Exception], object] = type,
) -> Iterator[Finding]:  # fmt: skip
    """Yield every finding, in the order of the checks.

    `explain`: the finding for a check that the store did not answer. `log` gets any other error, whose finding has the type alone.
    """
    for about, check in checks:
        try:
            yield from check()
        except Unavailable as trouble:
            yield explain(about, trouble)
        except Exception as error:  # noqa: BLE001  # a fault of one check must not hide the others
            log(error)
            yield wrong(about, FAILED, problem=type(error).__name__)
