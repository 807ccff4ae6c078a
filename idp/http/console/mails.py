"""Mails: each one in each language as a preview, a trial to oneself, and who sends them.

A preview is an answer of its own, framed without scripts and without the origin of the provider (`sandbox`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from idp.domain.errors import Invalid
from idp.domain.languages import NAMES
from idp.http.console.again import answer_or_again
from idp.http.console.mail_samples import MAIL
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.language import language_of
from idp.http.mails import render_mail
from idp.http.pages import TEMPLATES
from idp.http.request import query
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.mail.rendered_mail import RenderedMail
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

MAILS = f"{HOME}/mails"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""Of a preview: mails have their style inline. `sandbox` takes scripts, forms and the origin away, also outside of the frame."""
_PARTS = {"code", "facts", "greeting"}
_FIRST = "password_changed"


@cache
def names() -> tuple[str, ...]:
    """Return the names of all mails."""
    return tuple(sorted({path.stem for path in (TEMPLATES / "mail").glob("*.txt")} - _PARTS))


def page(request: Request, visit: Visit) -> Response:
    """GET /console/mails. `mail` and `language`: what is shown."""
    sent = query(request)
    return _page(request, visit, sent.get("mail") or _FIRST, sent.get("language") or language_of(request))


def preview(request: Request, visit: Visit) -> Response:
    """GET …/preview: the mail as HTML, for a frame of the page."""
    del visit
    sent = query(request)
    mail = _render(request, *_checked(request, sent.get("mail") or "", sent.get("language") or ""))
    return HTMLResponse(mail.html, headers={"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"})


def attempt(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/try: send the mail to oneself."""
    name, language = sent.get("mail") or "", sent.get("language") or ""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, name, language, error=error, status=status)

    def act() -> tuple[str, str]:
        _checked(request, name, language)
        user = visit.visitor.user
        services(request).trial_mails.send(user, name, _values(request, language), by=visit.by)
        return f"{MAILS}?mail={name}&language={language}&done=mail-tried", user.id

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def _page(request: Request, visit: Visit, name: str, language: str, *, error: FormError | None = None, status: int = 200) -> Response:
    settings = services(request).settings
    offered = settings.page_languages
    name, language = name if name in names() else _FIRST, language if language in offered else offered[0]
    mail = _render(request, name, language)
    return show(
        request, "mails.html", status=status, at=MAILS, error=error, frame_src=("'self'",), names=names(), chosen=name, language=language,
        languages=[(tag, NAMES.get(tag, tag)) for tag in offered], subject=mail.subject, text=mail.text, once=new_key(request),
        sends=settings.sends_mail, sender=settings.mail_from, by="SMTP" if settings.smtp_url else "SES" if settings.mail_function else "",
        to=visit.visitor.user.email, preview=f"{MAILS}/preview?mail={name}&language={language}",
    )  # fmt: skip


def _checked(request: Request, name: str, language: str) -> tuple[str, str]:
    """Return both, if there are such.

    Raises:
        Invalid: there is no such mail, or the deployment does not have the language.
    """
    if name not in names():
        raise Invalid("console.mail_unknown", field="mail")
    if language not in services(request).settings.page_languages:
        raise Invalid("console.language_unknown", field="language")
    return name, language


def _render(request: Request, name: str, language: str) -> RenderedMail:
    return render_mail(name, _values(request, language), theme=services(request).settings.theme)


def _values(request: Request, language: str) -> dict[str, str]:
    settings = services(request).settings
    return {**MAIL, "brand": settings.brand, "issuer": settings.issuer, "lang": language}


_READ, _WRITE = ("users:read",), ("users:write",)
PAGES = (
    Page(MAILS, "GET", page, _READ),
    Page(f"{MAILS}/preview", "GET", preview, _READ),
    Page(f"{MAILS}/try", "POST", attempt, _WRITE),
)
