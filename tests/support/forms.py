"""A browser without JavaScript. It reads the forms of a page, fills them, presses buttons, and follows redirects up to the app's address.

browser = Browser(httpx.Client(base_url=issuer), stop="https://app.example/cb")
page = browser.open("/authorize?…")
page = browser.submit(page, {"email": "ada@example.com", "password": "…"})
page = browser.submit(page, button="approve")
page.redirected_to                                      # "https://app.example/cb?code=…"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

MOST_REDIRECTS = 12


class Button(NamedTuple):
    """A button of a form: its name and value, and its own address (`formaction`) if it has one."""

    id: str
    name: str
    value: str
    action: str | None


@dataclass
class Form:
    """One form. `fields` contains only what a browser would send."""

    action: str
    method: str
    id: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, set[str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def button(self, wanted: str) -> Button | None:
        """The button with this id or value."""
        return next((b for b in self.buttons if wanted in {b.id, b.value}), None)

    @property
    def names(self) -> set[str]:
        return set(self.fields) | set(self.choices)


class _Reader(HTMLParser):
    """Collects the forms of a page, with the controls outside that name their form by `form=`."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._base = base
        self._open: Form | None = None
        self._loose: list[tuple[str, str, dict[str, str]]] = []
        self._select: tuple[Form, str] | None = None
        self._textarea: tuple[Form, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(urljoin(self._base, at.get("action", "")), at.get("method", "get").lower(), at.get("id", ""))
            self.forms.append(self._open)
        elif tag == "option" and self._select:
            self._option(at)
        elif tag in {"input", "button", "select", "textarea"} and "disabled" not in at:
            if "form" in at:
                self._loose.append((at["form"], tag, at))
            elif self._open is not None:
                self._control(self._open, tag, at)

    def _option(self, at: dict[str, str]) -> None:
        form, name = self._select or (Form("", ""), "")
        form.choices[name].add(at.get("value", ""))
        if "selected" in at or name not in form.fields:
            form.fields[name] = at.get("value", "")

    def _control(self, form: Form, tag: str, at: dict[str, str]) -> None:
        kind, name = at.get("type", "submit" if tag == "button" else "text").lower(), at.get("name", "")
        if tag == "select":
            form.choices[name] = set()
            self._select = (form, name)
        elif tag == "textarea":
            form.fields[name] = ""
            self._textarea = (form, name)
        elif kind in {"submit", "image"}:
            action = urljoin(self._base, at["formaction"]) if "formaction" in at else None
            form.buttons.append(Button(at.get("id", ""), name, at.get("value", ""), action))
        elif kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, set()).add(at.get("value", "on"))
            if "checked" in at:
                form.fields[name] = at.get("value", "on")
        elif name and kind not in {"button", "reset"}:
            form.fields[name] = at.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            form, name = self._textarea
            form.fields[name] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def close(self) -> None:
        super().close()
        for owner, tag, at in self._loose:
            form = next((f for f in self.forms if f.id == owner), None)
            if form is not None:
                self._control(form, tag, at)


@dataclass
class Page:
    """The end of a chain of redirects: a page, or the address of the app to which the browser was sent."""

    response: httpx.Response
    redirected_to: str | None = None

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def forms(self) -> list[Form]:
        reader = _Reader(str(self.response.url))
        reader.feed(self.response.text)
        reader.close()
        return reader.forms

    @property
    def fields(self) -> set[str]:
        """The names of all fields of all forms."""
        return {name for form in self.forms for name in form.names}

    def has_button(self, wanted: str) -> bool:
        return any(form.button(wanted) for form in self.forms)

    @property
    def answer(self) -> dict[str, str]:
        """The query parameters of the redirect to the app."""
        if self.redirected_to is None:
            raise AssertionError(f"not sent to the app, but shown {self}")
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.redirected_to).query, keep_blank_values=True).items()}

    def form(self, values: Mapping[str, str], button: str | None) -> Form:
        """The first form with all these fields and this button."""
        for form in self.forms:
            if set(values) <= form.names and (button is None or form.button(button)):
                return form
        raise AssertionError(f"no form with {sorted(values)} and button {button}: {self}")

    def __str__(self) -> str:
        return f"{self.status} {self.response.request.method} {self.response.url}\n{self.text[:1500]}"


class Browser:
    """A browser whose cookies are those of `http`. An address that begins with `stop` is returned and not opened."""

    def __init__(self, http: httpx.Client, *, stop: str) -> None:
        self.http = http
        self.stop = stop

    def open(self, url: str, params: Mapping[str, str] | None = None) -> Page:
        """Open an address and follow redirects."""
        return self._follow(self.http.get(url, params=params, follow_redirects=False))

    def submit(self, page: Page, values: Mapping[str, str] | None = None, *, button: str | None = None) -> Page:
        """Fill the form that has these fields, press the button (the first one unless named), and follow redirects."""
        values = values or {}
        form = page.form(values, button)
        pressed = form.button(button) if button else next(iter(form.buttons), None)
        sent = {**form.fields, **values}
        action = form.action
        if pressed is not None:
            action = pressed.action or action
            if pressed.name:
                sent[pressed.name] = pressed.value
        # A browser names the page that it sends a form from, not the one it sends it to.
        headers = {"Origin": origin(str(page.response.url)), "Referer": str(page.response.url)}
        if form.method == "get":
            return self._follow(self.http.get(action, params=sent, headers={"Referer": headers["Referer"]}, follow_redirects=False))
        return self._follow(self.http.post(action, data=sent, headers=headers, follow_redirects=False))

    def _follow(self, response: httpx.Response) -> Page:
        for _ in range(MOST_REDIRECTS):
            if not response.has_redirect_location:
                return Page(response)
            target = urljoin(str(response.url), response.headers["Location"])
            if target.startswith(self.stop):
                return Page(response, redirected_to=target)
            response = self.http.get(target, follow_redirects=False)
        raise AssertionError(f"more than {MOST_REDIRECTS} redirects, last from {response.url}")


def origin(url: str) -> str:
    """Scheme and authority of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def sign_in(browser: Browser, page: Page, *, email: str, password: str, code: str | None = None) -> Page:
    """Answer each page of a sign-in: email, password, code, consent. Ends at the app.

    A page that comes a second time is a refusal. It is returned.
    """
    answers = {"email": email, "password": password, **({"code": code} if code is not None else {})}
    asked: set[frozenset[str]] = set()
    while page.redirected_to is None:
        known = {name: answers[name] for name in page.fields & set(answers)}
        step = frozenset(known) or frozenset({"#approve"})
        if step in asked or not (known or page.has_button("approve")):
            return page
        asked.add(step)
        page = browser.submit(page, known) if known else browser.submit(page, button="approve")
    return page
