"""mailpit, a mail server by another author (Go) that judges the mails it gets. `make test` builds it in .tools.

with mailpit() as server:
    arrived = server.receive("ada@example.com", mail)
    arrived.judged_html(), arrived.opened_links()
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from idp.adapters.smtp import Smtp
from idp.domain.mail.letter import Letter
from idp.domain.mail.smtp_server import SmtpServer
from tests.support.process import free_port, listens, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROGRAM = Path(__file__).parents[2] / ".tools" / "mailpit" / "mailpit"
OPTIONS = (
    "--quiet", "--disable-version-check", "--smtp-disable-rdns", "--smtp-strict-rfc-headers", "--block-remote-css-and-fonts",
    "--allow-internal-http-requests", "--disable-link-check-rate-limit",
)  # fmt: skip
"""It asks no other machine, opens links of this one, and refuses headers that a strict server would refuse."""


@dataclass(frozen=True)
class Arrived:
    """A mail in the mailbox, by its id there."""

    http: httpx.Client
    id: str

    def message(self) -> EmailMessage:
        """Return the mail as it came."""
        message = message_from_bytes(self.http.get(f"message/{self.id}/raw").raise_for_status().content, policy=SMTP)
        assert isinstance(message, EmailMessage)
        return message

    def judged_html(self) -> dict[str, float]:
        """Return which percentage of mail programs show the HTML as meant (`Supported`), nearly so (`Partial`), or not (`Unsupported`)."""
        return dict(self._asked("html-check")["Total"])

    def opened_links(self) -> dict[str, int]:
        """Open each link of both parts, as programs that scan mails do. Returns the status of each address."""
        return {link["URL"]: link["StatusCode"] for link in self._asked("link-check")["Links"]}

    def _asked(self, what: str) -> Mapping[str, Any]:
        answer = self.http.get(f"message/{self.id}/{what}").raise_for_status().json()
        assert isinstance(answer, dict)
        return answer


@dataclass(frozen=True)
class Mailpit:
    """The server: its API, and the provider's own sender by SMTP."""

    http: httpx.Client
    sender: Smtp

    def receive(self, to: str, subject: str, text: str, html: str) -> Arrived:
        """Send the mail to it by SMTP, and find it in the mailbox."""
        self.sender.submit(Letter("id-1", to, subject, text, html))
        [newest] = self.http.get("messages", params={"limit": 1}).raise_for_status().json()["messages"]
        return Arrived(self.http, newest["ID"])


@contextlib.contextmanager
def mailpit() -> Iterator[Mailpit]:
    """A server on loopback, until the `with` ends. It keeps the mails in memory and a temporary file of its own."""
    if not PROGRAM.exists():
        pytest.fail("mailpit is not built; build it with: make .tools/mailpit/.stamp", pytrace=False)
    port, submission = free_port(), free_port()
    command = [str(PROGRAM), *OPTIONS, "--listen", f"127.0.0.1:{port}", "--smtp", f"127.0.0.1:{submission}"]
    with serving(command, port, what="mailpit") as child, httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1/", timeout=60) as http:
        child.wait_until(lambda: _ready(http, submission), seconds=60, what="the SMTP server of mailpit")
        yield Mailpit(http, Smtp(SmtpServer("127.0.0.1", submission, "", implicit_tls=False), "id@example.com", str))


def _ready(http: httpx.Client, submission: int) -> bool:
    return listens(submission) and http.get("messages").status_code == httpx.codes.OK
