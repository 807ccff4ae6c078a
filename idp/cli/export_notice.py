"""Writes the event of an export and mails the admins before it begins, and prints a message if no mail can be sent (threats R-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from idp.services.moving.export_notice import send_mails, write_event

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

_NO_MAIL = "This deployment sends no mails from the command line: its admins are not told of the export. The audit trail has it."


def tell(services: AllServices, *, resumed: bool, encrypted_to: str = "", with_keys: bool = False, **more: Any) -> None:
    """Write the event and send the mails. Arguments and errors as of `write_event`."""
    write_event(services.audit, encrypted_to=encrypted_to, with_keys=with_keys, resumed=resumed, **more)
    settings = services.settings
    if not (settings.mail_function or settings.smtp_url):
        typer.secho(_NO_MAIL, fg=typer.colors.YELLOW, err=True)
        return
    send_mails(services.mailer, settings, services.admins.all(), services.clock())
    services.wait_for_mails()
