"""The function `doctor` of `make dev`: a thread that checks the deployment when the server starts, and each hour."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from idp.domain.errors import IdpError
from idp.services.doctor.last_findings import EVERY
from idp.services.doctor.run import run

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

_STOPPING = 5
"""Seconds that the end of the server waits for checks that run."""


@contextmanager
def check_hourly(services: AllServices) -> Iterator[None]:
    """Keep findings for the console until the end of the block. Without the console nothing happens."""
    if not services.settings.serves_console:
        yield
        return
    over = threading.Event()

    def again() -> None:
        while True:
            with suppress(IdpError), services.journal.job("doctor", None):  # the next run is in an hour
                run(services.doctor_parts, services.doctors_findings)
            if over.wait(EVERY):
                return

    thread = threading.Thread(target=again, name="doctor", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=_STOPPING)
