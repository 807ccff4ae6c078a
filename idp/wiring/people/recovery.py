"""How a person signs in again without the password, by a mail."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people.passkeys import PasskeyServices

if TYPE_CHECKING:
    from idp.services.people.email_undo import EmailUndo
    from idp.services.people.mail_code import MailCode
    from idp.services.people.password_reset import PasswordReset
    from idp.services.people.reset_by_passkey import ResetByPasskey
    from idp.services.people.reset_request import ResetRequest


class RecoveryServices(PasskeyServices):
    """Codes by mail, forgotten passwords, and the undo of a change of the address."""

    @cached_property
    def mail_code(self) -> MailCode:
        from idp.services.people.mail_code import MailCode

        return MailCode(
            settings=self.settings, database=self.database, users=self.users, tickets=self.tickets, limits=self.ticket_limits,
            devices=self.devices, throttling=self.throttling, mailer=self.mailer, audit=self.audit, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def reset_request(self) -> ResetRequest:
        from idp.services.people.reset_request import ResetRequest

        return ResetRequest(
            database=self.database, users=self.users, tickets=self.tickets, limits=self.ticket_limits, mailer=self.mailer,
            settings=self.settings, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def password_reset(self) -> PasswordReset:
        from idp.services.people.password_reset import PasswordReset

        return PasswordReset(
            database=self.database, users=self.users, tickets=self.tickets, passwords=self.new_passwords,
            second_factor=self.second_factor, passkeys=self.passkey_authentication, added_factors=self.added_factors,
            access=self.access, audit=self.audit,
            notices=self.notices, settings=self.settings, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def reset_by_passkey(self) -> ResetByPasskey:
        from idp.services.people.reset_by_passkey import ResetByPasskey

        return ResetByPasskey(
            reset=self.password_reset, by_passkey=self.passkey_in_place_of_password, database=self.database, users=self.users,
            tickets=self.tickets, second_factor=self.second_factor, added_factors=self.added_factors, access=self.access, audit=self.audit,
            notices=self.notices, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def email_undo(self) -> EmailUndo:
        from idp.services.people.email_undo import EmailUndo

        start_reset = self.reset_request.start if self.settings.resets_passwords else None
        return EmailUndo(
            self.users, self.email_changes, self.tickets, self.added_factors, self.access, self.audit, self.deletions, start_reset
        )
