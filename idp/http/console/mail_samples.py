"""Values with which mails are shown and tried. None is about a person."""

from __future__ import annotations

ISSUER, EMAIL = "https://id.example.com", "ada@example.com"
MAIL: dict[str, str] = {
    "name": "Ada", "app": "Corner shop", "brand": "", "issuer": ISSUER, "at": "2026-11-29 14:05 UTC", "address": "192.0.2.1",
    "until": "2026-12-13 14:05 UTC",
    "code": "1234 5678", "link": f"{ISSUER}/link/sample", "minutes": "30", "hours": "24", "days": "7", "email": EMAIL,
    "reset": f"{ISSUER}/forgot", "browser": "Firefox", "system": "Linux", "pending": "", "by_admin": "",
    "endpoint": "https://crm.example.com/webhooks", "organisation": "Corner shop", "console": f"{ISSUER}/console",
}  # fmt: skip
