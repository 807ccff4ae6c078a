"""Reports that an export begins: an audit event, and a mail to each admin (threats R-13). Both come before the first line is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.mail.mailer import Mailer
    from idp.settings import Settings


def write_event(
    audit: Audit, *, encrypted_to: str, with_keys: bool, resumed: bool, form: str = "everything", with_hashes: bool = False,
    by: Actor = SYSTEM,
) -> None:  # fmt: skip
    """Write the event. `encrypted_to`: the thumbprint of the taker's key, or "" for none. `with_hashes`: whether hashes are in clear.

    Raises:
        Unavailable: it cannot be written. Then nothing may be exported.
    """
    flags = {"with_keys": with_keys, "with_hashes": with_hashes, "resumed": resumed}
    details = {name: str(value).lower() for name, value in flags.items()}
    audit.act("export.made", by, scope=DEPLOYMENT, form=form, encrypted_to=encrypted_to or "none", **details)


def send_mails(mailer: Mailer, settings: Settings, admins: Iterable[User], now: int) -> None:
    """Send the mail to each of these admins. `now`: epoch seconds."""
    for admin in admins:
        context = {
            "name": str(admin.claims.get("name") or ""), "at": at(now), "issuer": settings.issuer, "brand": settings.brand,
            "lang": language_for(settings, admin),
        }  # fmt: skip
        mailer.send(admin.email, "export_made", context)
