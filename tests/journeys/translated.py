"""Every page that a journey shows, again in other languages: the same template with the same values, and the texts of each language.

Journeys find fields and buttons by English words. So what the server renders is noted, and rendered once more for each language.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.languages import direction
from idp.domain.message import Message
from idp.domain.messages import render as render_message
from idp.domain.texts import Texts
from idp.http import pages
from idp.http.catalogue import texts_in
from idp.http.form_error import FormError, Sentence
from tests.support.pseudo_locale import PSEUDO
from tools.translation.catalogues import existing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from jinja2 import Environment
    from playwright.sync_api import Page

_NOTED = 40


class Rendered(NamedTuple):
    """One answer of the server: the template, its values, and the page in English."""

    template: Any
    context: dict[str, Any]
    html: str


def other_languages() -> dict[str, Texts]:
    """The texts by name: a pseudo-locale with texts of double length, and each language that has a catalogue."""
    return {"long": PSEUDO, **{language: texts_in(language) for language in existing()}}


class Translated:
    """Notes what is rendered. `again` gives the page of the browser in other languages."""

    def __init__(self) -> None:
        self.noted: list[Rendered] = []
        self._messages: dict[int, Message] = {}
        self._kept: list[Sentence] = []  # so that no id of a sentence is used twice

    @contextmanager
    def noting(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """While this lasts, the pages of all providers in this process are noted."""
        to_text, environment = pages._to_text, pages.environment  # noqa: SLF001  # the test looks over the shoulder of `render`

        def noted_text(value: Any, texts: Texts) -> Any:
            shown = to_text(value, texts)
            if isinstance(shown, Sentence):
                self._kept.append(shown)
                self._messages[id(shown)] = value.message if isinstance(value, FormError) else value
            return shown

        with patch.context() as patched:
            patched.setattr(pages, "_to_text", noted_text)
            patched.setattr(pages, "environment", lambda *folder: _Noting(environment(*folder), self.noted))
            yield

    def again(self, page: Page) -> Iterator[tuple[str, str]]:
        """Yield each language's name, and the HTML of the page that the browser shows, in that language."""
        heading = page.locator("h1").first.inner_text().strip()
        shown = next(one for one in reversed(self.noted) if heading in " ".join(one.html.split()).replace("&#39;", "'"))
        for name, texts in other_languages().items():
            values = {key: self._say(value, texts) for key, value in shown.context.items()}
            told = {"t": texts.text, "n": texts.count, "lang": texts.language, "dir": direction(texts.language)}
            yield name, shown.template.render({**values, **told})

    def _say(self, value: Any, texts: Texts) -> Any:
        message = self._messages.get(id(value)) if isinstance(value, Sentence) else None
        return Sentence(render_message(message, texts), value.field, texts.language) if message else value


class _Noting:
    """The environment of the pages, whose templates note what they render."""

    def __init__(self, source: Environment, noted: list[Rendered]) -> None:
        self._source, self._noted = source, noted

    def get_template(self, name: str) -> _Noted:
        return _Noted(self._source.get_template(name), self._noted)


class _Noted:
    def __init__(self, template: Any, noted: list[Rendered]) -> None:
        self._template, self._noted = template, noted

    def render(self, context: dict[str, Any]) -> str:
        html = str(self._template.render(context))
        self._noted.append(Rendered(self._template, context, html))
        del self._noted[:-_NOTED]
        return html
