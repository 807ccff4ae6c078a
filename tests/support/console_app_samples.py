"""Values of the console's templates about apps. `tests.support.console_samples` has those of the other pages."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from idp.domain.looks.palette import derive
from idp.http.console.app_field import CHOICE, CHOICES, FLAG, LINE, LINES, MAYBE, NUMBER, OBJECT, Field

FRAMES = {"app_layout.html", "app_parts.html"}
KINDS = (LINE, LINES, FLAG, CHOICE, CHOICES, MAYBE, NUMBER, OBJECT)


def samples(frame: dict[str, Any], text: str, moment: Any) -> dict[str, dict[str, Any]]:
    """The values of every page about apps, with all optional parts. `frame`: those of each page of the console."""
    app = Record(
        id=text, path="/console/apps/" + text, home="/console/apps/" + text, name=text, kind=text, disabled=True, public=False,
        dynamic=True, created=moment, version=3,
    )  # fmt: skip
    of_app = frame | {"app": app, "tab": "", "tabs": [("", "/console/apps/" + text, text)]}
    fields = [Field(f"field_{kind}", kind, text, text, (text,)) for kind in KINDS]
    typed = dict.fromkeys((field.name for field in fields), text)
    member = Record(name=text, value=text, at=moment, words="")
    chosen = Record(
        id=text, file=text, install=text, run=text, needs="audience", environment=("CLIENT_SECRET", "SESSION_SECRET", "API_URL")
    )
    about: dict[str, dict[str, Any]] = {
        "apps.html": {"words": text, "apps": [app], "following": text, "searched": 500, "later": True},
        "app_overview.html": {
            "kind": "web", "about": text, "issuer": text, "discovery": text, "endpoints": [(text, text)], "grants": [text],
            "methods": [text], "redirect_uris": [text], "scopes": [text], "resources": [text], "introspects": [text], "rights": [text],
            "updated": moment,
        },
        "app_choice.html": {"kinds": [("web", text, text)]},
        "new_app.html": {
            "kind": "mcp", "title_of_kind": text, "about": text, "typed": typed, "once": text, "questions": fields,
            "open_for_agents": text,
        },
        "app_secret.html": {"secret": text, "new": True, "issuer": text},
        "app_secrets.html": {
            "once": text, "keeps_secret": True, "methods": [text], "secrets": [(moment, None), (moment, moment)],
            "overlaps": [(86400, text)],
        },
        "app_edit.html": {"fields": fields, "typed": typed, "theirs": {fields[0].name: text}},
        "app_advanced.html": {"groups": [(text, text, fields, True)], "typed": typed, "theirs": {fields[2].name: text}},
        "app_looks.html": {
            "typed": typed, "theirs": {}, "shown_name": text, "shown_app": text, "name": fields[:1], "shape": fields[1:2],
            "schemes": [("light", fields[2:3], fields[3:4])], "drawn": [("light", derive({}, dark=False), 10)],
        },
        "app_delete.html": {},
        "app_try.html": {
            "callback": text, "registered": False, "obstacle": "", "scopes": [text], "service": True, "person": True,
        },
        "app_tried.html": {"error_code": "", "registered": True, "tokens": [
            Record(title=text, kind="id_token", seconds=60, header=[member], claims=[member]),
            Record(title=text, kind="refresh_token", seconds=None, header=[], claims=[]),
        ]},
        "app_code.html": {
            "chosen": chosen, "title": text, "code": text, "run": text, "missing": "redirect", "fitting": [("express", text)],
            "others": [(text, [("flask", text)])], "redirect": text, "loopback": text, "audience": text, "by_key": True,
        },
    }  # fmt: skip
    return {f"console/{name}": of_app | values for name, values in about.items()}
