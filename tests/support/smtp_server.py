"""A real SMTP server with a mailbox on loopback (aiosmtpd).

with SmtpSink(authority.server_context("mail.example"), user="idp", password="…") as sink:
    sink.refuse["RCPT"] = "550 5.1.1 unknown"     # the answer to a command, until it is removed
    ...
    sink.mails[0].message["Subject"]
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    """A mail in the mailbox: the envelope, the message, and how it came."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes
    encrypted: bool
    user: str
    name: str
    """How the client introduced itself (EHLO)."""


@dataclass
class SmtpSink:
    """The server. `context`: it offers STARTTLS, or with `implicit` speaks TLS from the first byte. `user`: it demands the password.

    With `implicit` and a user a test must ignore a warning of aiosmtpd, which does not know that TLS is there already.
    """

    context: ssl.SSLContext | None = None
    implicit: bool = False
    user: str = ""
    password: str = ""
    mails: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    hang_up_at_quit: bool = False
    conversations: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=self.context if self.implicit else None)

    async def _end(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        waiting = [task for task in asyncio.all_tasks() if task is not mine]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def _protocol(self) -> SMTP:
        self.conversations += 1
        return SMTP(
            self, hostname="sink.example", loop=self._loop, tls_context=None if self.implicit else self.context,
            auth_required=bool(self.user), auth_require_tls=not self.implicit, authenticator=self._authenticate,
        )  # fmt: skip

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        del server, envelope, mechanism
        right = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode()) == (self.user, self.password)
        session.authenticated = right
        return AuthResult(success=right, handled=False, auth_data=given.login.decode() if right else None)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  # aiosmtpd's name
        """Accept a sender."""
        del server, session, options
        envelope.mail_from = address
        return self.refuse.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  # aiosmtpd's name
        """Accept a recipient, or refuse it."""
        del server, session, options
        if "RCPT" not in self.refuse:
            envelope.rcpt_tos.append(address)
        return self.refuse.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Put the message into the mailbox, or refuse it."""
        del server
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, policy=POLICY)
        encrypted = self.implicit or session.ssl is not None
        assert isinstance(message, EmailMessage)
        user, name = str(session.auth_data or ""), str(session.host_name or "")
        self.mails.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), message, raw, encrypted, user, name))
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Say goodbye, or hang up without an answer."""
        del session, envelope
        if self.hang_up_at_quit and server.transport:
            server.transport.close()
        return "221 Bye"
