"""Mails: Jinja2 templates in `templates/mail`, NAME.txt and NAME.html. The first line of the text is the subject."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from idp.domain.languages import SHIPPED, direction
from idp.domain.mail.rendered_mail import RenderedMail
from idp.domain.mail.safe_name import safe_name
from idp.http.catalogue import texts_in
from idp.http.pages import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPED = ("name", "app", "organisation")
"""What people typed: the name of a person, and the name of an app."""
_ONE_NUMBER = "\u00a0"
"""No-break space: with it "1234 5678" is one number for the bidirectional algorithm (UAX #9, W4). With a space its halves change places."""
_SIGN_UP = ("sign_up", "sign_up_known", "sign_up_refused")
_ALIKE = {**dict.fromkeys(_SIGN_UP, _SIGN_UP), "password_reset": ("password_reset",), "sign_in_code": ("sign_in_code",)}
"""Mails to addresses that strangers type, and for each the templates of which the address gets one. An account may decide which."""
BRANDING = "branding"
"""The value of the context with the app's branding as JSON."""


def render_mail(name: str, context: Mapping[str, Any], *, theme: str = "") -> RenderedMail:
    """Render the mail `name`, such as "password_changed".

    `context` has what its templates need, and `lang`, the tag of the recipient's language (`idp/services/mail/recipient_language.py`).
    `name`, `app` and `organisation` in it are made safe first (`idp/domain/mail/safe_name.py`). `branding`: that of the app, if any.
    `theme`: the folder of the deployment's theme, or empty.
    """
    if alike := _ALIKE.get(name):
        _load_alike(alike, theme)
    texts = texts_in(context.get("lang", ""))
    safe = {key: safe_name(str(context[key])) for key in _TYPED if key in context}
    values = {
        "footer": "", **context, **safe, "t": texts.text, "n": texts.count, "lang": texts.language, "dir": direction(texts.language),
    }  # fmt: skip
    if values["dir"] == "rtl" and "code" in values:
        values["code"] = values["code"].replace(" ", _ONE_NUMBER)
    branding = str(values.pop(BRANDING, ""))
    if not theme and not branding:
        return _rendered(name, values, "")
    from idp.http.looks.mail_look import in_colours, in_look, looks_of  # a mail without a theme or a branded app does not load it

    looks = looks_of(theme, branding)
    return in_colours(_rendered(name, in_look(looks, values, texts.language), theme), looks)


@cache
def _load_alike(names: tuple[str, ...], theme: str) -> None:
    """Load these templates, and the texts of all languages, with the first such mail of a process.

    Otherwise the first mail to an account would take longer than the mails to other addresses before it, because it has a template of its
    own, or the language of its owner (threats G-01, M-06).
    """
    templates = environment(theme)
    for name in names:
        templates.get_template(f"mail/{name}.txt")
        templates.get_template(f"mail/{name}.html")
    for language in SHIPPED:
        texts_in(language)


def _rendered(name: str, values: dict[str, Any], theme: str) -> RenderedMail:
    templates = environment(theme)
    subject, _, text = templates.get_template(f"mail/{name}.txt").render(values).strip().partition("\n")
    subject = _header(subject)
    html = templates.get_template(f"mail/{name}.html").render({**values, "subject": subject})
    return RenderedMail(subject, text.strip() + "\n" + (f"\n{values['footer']}\n" if values["footer"] else ""), html)


def _header(subject: str) -> str:
    """The subject without characters that a header line must not have: spaces of other widths become spaces, invisible marks go."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in subject).strip()
