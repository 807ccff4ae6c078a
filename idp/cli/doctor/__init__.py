"""`idp doctor`: checks a deployment from outside and inside. Each finding is "ok", or says what to do.

It changes nothing. A check that cannot be made says why; a failed check does not stop the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli import store_trouble
from idp.cli.doctor import attestation, hashing, keys, mail, passwords, rp_id, running, schema, tables, theme
from idp.cli.doctor.finding import Finding, wrong
from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.wiring.all_services import AllServices

CHECKS: tuple[tuple[str, Callable[[AllServices], Iterator[Finding]]], ...] = (
    ("tables", tables.check),
    ("schema", schema.check),
    ("RP ID", rp_id.check),
    ("keys", keys.check),
    ("issuer", running.check),
    ("hashing", hashing.check),
    ("passwords", passwords.check),
    ("authenticators", attestation.check),
    ("mail", mail.check),
    ("theme", theme.check),
)


def examine(services: AllServices) -> Iterator[Finding]:
    """Yield every finding, in the order of the checks."""
    for name, check in CHECKS:
        try:
            yield from check(services)
        except Unavailable as trouble:
            yield wrong(name, store_trouble.sentence(trouble.detail))
