"""What a person changes in their own account."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people.recovery import RecoveryServices

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.people.account import Account
    from idp.services.people.email_change import EmailChange
    from idp.services.people.email_verification import EmailVerification
    from idp.services.people.own_password import OwnPassword
    from idp.services.people.profile import OwnProfile
    from idp.services.sessions.sign_in_notices import SignInNotices


class AccountServices(RecoveryServices):
    """The account page: profile, password, address; and the mails about a new sign-in."""

    @cached_property
    def account(self) -> Account:
        from idp.services.people.account import Account

        return Account(
            users=self.users, sessions=self.session_service, sign_in=self.sign_in, second_factor=self.second_factor,
            passwords=self.new_passwords, access=self.access, audit=self.audit, notices=self.notices,
        )  # fmt: skip

    @cached_property
    def own_profile(self) -> OwnProfile:
        from idp.services.people.profile import OwnProfile

        return OwnProfile(self.settings, self.users, self.audit)

    @cached_property
    def own_password(self) -> OwnPassword:
        from idp.services.people.own_password import OwnPassword

        return OwnPassword(
            self.settings, self.users, self.new_passwords, self.passkey_authentication, self.session_service, self.account, self.access,
            self.audit, self.notices,
        )  # fmt: skip

    @cached_property
    def email_change(self) -> EmailChange:
        from idp.services.people.email_change import EmailChange

        return EmailChange(self.settings, self.email_changes, self.tickets, self.ticket_limits, self.audit, self.mailer)

    @cached_property
    def email_verification(self) -> EmailVerification:
        from idp.services.people.email_verification import EmailVerification

        return EmailVerification(self.settings, self.database, self.users, self.tickets, self.ticket_limits, self.audit, self.mailer)

    @cached_property
    def sign_in_notices(self) -> SignInNotices:
        from idp.services.sessions.sign_in_notices import SignInNotices

        def start_reset(user: User, origin: Origin, now: int, since: int) -> None:
            self.reset_request.start(user, origin, now, since)  # built only then, because a sign-in does not need it

        return SignInNotices(
            settings=self.settings, users=self.users, places=self.seen_places, tickets=self.tickets, keyring=self.keyring,
            access=self.access, audit=self.audit, added_factors=self.added_factors, mailer=self.mailer,
            start_reset=start_reset if self.settings.resets_passwords else None,
        )  # fmt: skip
