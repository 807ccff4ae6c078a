"""The settings: the value of each, where it is from, what it does. They are changed by a deployment, so the page has no form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from idp.http.console.findings import of_settings
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.services import services
from idp.settings.listing import DEFAULT, listing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.settings.listing import Setting

SETTINGS = f"{HOME}/settings"
_TEXTS = Path(__file__).with_name("setting_texts.json")


class Row(NamedTuple):
    """A setting with its words in English, as docs/settings.md has them (`tools.setting_texts`)."""

    setting: Setting
    unit: str
    meaning: str


def page(request: Request, visit: Visit) -> Response:
    """GET /console/settings."""
    del visit
    words: dict[str, list[str]] = json.loads(_TEXTS.read_text())
    rows = [Row(each, *words.get(each.name, ["", ""])) for each in listing(services(request).settings)]
    return show(
        request, "settings.html", at=SETTINGS, points=of_settings(request), own=[row for row in rows if row.setting.source != DEFAULT],
        defaults=[row for row in rows if row.setting.source == DEFAULT],
    )  # fmt: skip


PAGES = (Page(SETTINGS, "GET", page, needs=("keys:read",)),)
