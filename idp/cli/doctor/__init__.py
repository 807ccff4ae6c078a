"""`idp doctor`: checks a deployment from outside and inside. Each finding is "ok", or says what to do.

The checks of `idp.services.doctor` are those that the function `doctor` makes each hour too. Those of this package need what only an
operator has: the way that users take, the data key, the password of the mail server. A check that cannot be made says why.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from idp.cli import store_trouble
from idp.cli.doctor import opened_keys, running, sandbox, smtp
from idp.domain.doctor.finding import Finding, wrong
from idp.services.doctor import examination, lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.domain.errors import Unavailable
    from idp.wiring.all_services import AllServices

CHECKS: tuple[tuple[str, Callable[[AllServices], Iterator[Finding]]], ...] = (
    ("keys", opened_keys.check),
    ("issuer", running.check),
    ("mail", smtp.check),
    ("mail, sandbox", sandbox.check),
)


def examine(services: AllServices) -> Iterator[Finding]:
    """Yield every finding, in the order of the checks."""
    parts = services.doctor_parts
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [(name, partial(check, parts)) for name, check in examination.CHECKS]
    checks += [(name, partial(check, services)) for name, check in CHECKS]
    checks.append(("settings", partial(lacking.check, services.settings)))
    yield from examination.examine(checks, explain=_explain)


def _explain(about: str, trouble: Unavailable) -> Finding:
    return wrong(about, "{problem}", problem=store_trouble.sentence(trouble.detail))
