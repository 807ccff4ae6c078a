"""A Mailer that sends from this process, by SMTP, for a deployment that is not on Lambda and for development.

A thread sends, so that no person waits for a mail server and the time of an answer does not depend on it. There is one attempt: a mail that
fails, and mails that wait when the process ends, are lost. Each loss is in the log and counted (MailsLost).
"""

from __future__ import annotations

import contextlib
from queue import Full, Queue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from idp.domain.mail.letter import Letter
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.clock import NewId
    from idp.services.mail.delivery import Delivery, Submit
    from idp.services.mail.mailer import Render
    from idp.telemetry.journal import Journal

_WAITING = 200
"""Mails that may wait for a slow server. Further ones are lost."""


class ThreadMailer:
    """Renders and queues mails; the thread starts with the first one. `submit` hands a mail over."""

    def __init__(self, delivery: Delivery, submit: Submit, render: Render, new_id: NewId, journal: Journal) -> None:
        self._delivery, self._submit, self._render, self._new_id, self._journal = delivery, submit, render, new_id, journal
        self._waiting: Queue[Letter | None] = Queue(_WAITING)
        self._thread: Thread | None = None
        self._lock = Lock()

    def send(self, to: str, template: str, context: Mapping[str, str], *, discard: bool = False) -> None:
        """Queue a mail. With `discard` the same is done, and the thread sends nothing."""
        letter = Letter(self._new_id(), to, *self._render(template, context))
        self._start()
        try:
            self._waiting.put_nowait(None if discard else letter)
        except Full:
            count("MailsLost")
        else:
            count("MailsQueued")

    def forget(self, *addresses: str) -> None:
        """Do nothing: a mail is kept until it is sent, and no longer."""

    def wait(self) -> None:
        """Return when everything that was queued is sent or lost."""
        self._waiting.join()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="mail", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            letter = self._waiting.get()
            try:
                # The journal has written the line when the error leaves its block. The thread goes on with the next mail.
                with contextlib.suppress(Exception), self._journal.job("mail", None):
                    self._deliver(letter)
            finally:
                self._waiting.task_done()

    def _deliver(self, letter: Letter | None) -> None:
        if letter is None:
            return
        try:
            self._delivery.deliver(letter, self._submit)
        except Exception:  # any failure is counted and raised again
            count("MailsLost")
            raise
