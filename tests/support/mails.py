"""Every mail by the name of its templates, and the values that it is rendered with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from idp.domain.mail.rendered_mail import RenderedMail
from idp.http.mails import render_mail

FOLDER = Path(__file__).parents[2] / "templates/mail"
PARTS = {"code", "facts", "greeting", "layout", "parts"}
"""Files that mails include."""
MAILS = sorted({path.stem for path in FOLDER.glob("*.*")} - PARTS)
ISSUER = "https://id.example"
SAMPLE = {
    "name": "Ada", "app": "Shop",  "brand": "Example Accounts", "issuer": ISSUER, "at": "2026-01-02 03:04 UTC", "address": "192.0.2.1",
    "code": "1234 5678", "link": ISSUER + "/link/a-sealed_handle", "minutes": "10", "hours": "24", "days": "7", "email": "ada@example.com",
    "reset": ISSUER + "/forgot", "organisation": "Acme", "endpoint": "wh_4Tq",
    "until": "2026-01-16 03:04 UTC", "browser": "Firefox", "system": "Linux", "pending": "", "console": ISSUER + "/console",
}  # fmt: skip
"""The values that the templates of mails may use."""


def mail(name: str, /, **context: Any) -> RenderedMail:
    """Return the mail, with the values of SAMPLE unless another is given."""
    return render_mail(name, {**SAMPLE, **context})
