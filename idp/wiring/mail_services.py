"""Mail of a deployment: who writes mails, and who sends them."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.ses import Ses
    from idp.adapters.smtp import Smtp
    from idp.services.mail.delivery import Delivery
    from idp.services.mail.mail_events import MailEvents
    from idp.services.mail.mailer import Mailer, Render
    from idp.services.mail.notices import Notices
    from idp.services.mail.thread_mailer import ThreadMailer

_REGION = "us-east-1"


class MailServices(ProtocolServices, PeopleStores):
    """`mailer` is what services use. `ses` and `smtp_in_aws` are what the two mail functions use, each with the permissions of its own."""

    @cached_property
    def mailer(self) -> Mailer:
        """On Lambda the mail function sends. Elsewhere this process sends by SMTP. Development also keeps mails for /dev/outbox."""
        s = self.settings
        if not s.sends_mail:
            from idp.services.mail.mailer import NoMail

            return NoMail()
        if s.mail_function:
            from idp.adapters.mail_function import MailFunction

            region, endpoint = os.environ.get("AWS_REGION") or _REGION, os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
            return MailFunction(s.mail_function, self.render_mail, self.new_id, self.clock, region=region, endpoint=endpoint)
        by_smtp = self.thread_mailer if s.smtp_url else None
        if not s.dev and by_smtp:
            return by_smtp
        from idp.services.mail.outbox import Outbox

        return Outbox(self.render_mail, self.clock, also=by_smtp)

    @cached_property
    def render_mail(self) -> Render:
        """Renders mails in the look of this deployment."""
        from functools import partial

        from idp.http.mails import render_mail

        return partial(render_mail, theme=self.settings.theme)

    @cached_property
    def notices(self) -> Notices:
        from idp.services.mail.notices import Notices

        return Notices(self.mailer, self.settings)

    @cached_property
    def delivery(self) -> Delivery:
        from idp.services.mail.delivery import Delivery

        return Delivery(self.mail_problems, self.clock)

    @cached_property
    def mail_events(self) -> MailEvents:
        from idp.services.mail.mail_events import MailEvents

        return MailEvents(self.mail_problems, self.clock)

    @cached_property
    def ses(self) -> Ses:
        from idp.adapters.ses import Ses

        region, endpoint = os.environ.get("AWS_REGION") or _REGION, os.environ.get("AWS_ENDPOINT_URL_SESV2") or None
        return Ses(self.settings.mail_from, region=region, endpoint=endpoint)

    @cached_property
    def smtp(self) -> Smtp:
        """SMTP with the password in IDP_SMTP_PASSWORD."""
        return self._smtp(lambda: self.settings.smtp_password)

    @cached_property
    def smtp_in_aws(self) -> Smtp:
        """SMTP with the password in the parameter IDP_SMTP_PASSWORD_PARAMETER of AWS Systems Manager."""
        from idp.adapters.parameter_store import ParameterStore

        store = ParameterStore(region=os.environ.get("AWS_REGION") or _REGION, endpoint=os.environ.get("AWS_ENDPOINT_URL_SSM") or None)
        return self._smtp(lambda: store.read(self.settings.smtp_password_parameter))

    def _smtp(self, password: Callable[[], str]) -> Smtp:
        from idp.adapters.smtp import Smtp
        from idp.domain.mail.smtp_server import parse_smtp_url

        return Smtp(parse_smtp_url(self.settings.smtp_url), self.settings.mail_from, password)

    @cached_property
    def thread_mailer(self) -> ThreadMailer:
        """Sends by SMTP from this process."""
        from idp.services.mail.thread_mailer import ThreadMailer

        return ThreadMailer(self.delivery, self.smtp.submit, self.render_mail, self.new_id, self.journal)

    def wait_for_mails(self) -> None:
        """Return when this process has sent all its mails. A command calls it before it ends: mails that wait at the end are lost."""
        if "thread_mailer" in vars(self):
            self.thread_mailer.wait()
