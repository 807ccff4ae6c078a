"""Mails: Jinja2 templates in `templates/mail`, NAME.txt and NAME.html. The first line of the text is the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.mail.rendered_mail import RenderedMail
from idp.domain.mail.safe_name import safe_name
from idp.http.pages import LANGUAGE, environment, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPED = ("name", "app")
"""What people typed: the name of a person, and the name of an app."""


def render_mail(name: str, context: Mapping[str, Any]) -> RenderedMail:
    """Render the mail `name`, such as "password_changed".

    `context` has what its templates need. `name` and `app` in it are made safe first (`idp/domain/mail/safe_name.py`).
    """
    safe = {key: safe_name(str(context[key])) for key in _TYPED if key in context}
    values = {"t": translate, "lang": LANGUAGE, **context, **safe}
    subject, _, text = environment().get_template(f"mail/{name}.txt").render(values).strip().partition("\n")
    html = environment().get_template(f"mail/{name}.html").render({**values, "subject": subject.strip()})
    return RenderedMail(subject.strip(), text.strip() + "\n", html)
