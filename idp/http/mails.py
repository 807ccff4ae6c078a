"""Mails: Jinja2 templates in `templates/mail`, NAME.txt and NAME.html. The first line of the text is the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.languages import direction
from idp.domain.mail.rendered_mail import RenderedMail
from idp.domain.mail.safe_name import safe_name
from idp.http.catalogue import texts_in
from idp.http.pages import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPED = ("name", "app")
"""What people typed: the name of a person, and the name of an app."""
_ONE_NUMBER = "\u00a0"
"""No-break space: with it "1234 5678" is one number for the bidirectional algorithm (UAX #9, W4). With a space its halves change places."""


def render_mail(name: str, context: Mapping[str, Any]) -> RenderedMail:
    """Render the mail `name`, such as "password_changed".

    `context` has what its templates need, and `lang`, the tag of the recipient's language (`idp/services/mail/recipient_language.py`).
    `name` and `app` in it are made safe first (`idp/domain/mail/safe_name.py`).
    """
    texts = texts_in(context.get("lang", ""))
    safe = {key: safe_name(str(context[key])) for key in _TYPED if key in context}
    values = {**context, **safe, "t": texts.text, "n": texts.count, "lang": texts.language, "dir": direction(texts.language)}
    if values["dir"] == "rtl" and "code" in values:
        values["code"] = values["code"].replace(" ", _ONE_NUMBER)
    subject, _, text = environment().get_template(f"mail/{name}.txt").render(values).strip().partition("\n")
    subject = _header(subject)
    html = environment().get_template(f"mail/{name}.html").render({**values, "subject": subject})
    return RenderedMail(subject, text.strip() + "\n", html)


def _header(subject: str) -> str:
    """The subject without characters that a header line must not have: spaces of other widths become spaces, invisible marks go."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in subject).strip()
