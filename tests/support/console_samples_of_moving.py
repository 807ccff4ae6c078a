"""Values of the templates of the console about imports and exports of people: a part of `console_samples`."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from idp.domain.moving.import_job import Refusal
from idp.http.console.import_words import Facts
from idp.services.imports.choices import FLAGS


def samples_of_moving(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    """The values of these pages, with all optional parts. `text` is each text that another person can choose."""
    job = Facts(
        text, "/console/people/imports/" + text, text, text, "good", waits=False, runs=True, dry_run=True, percent=40, rows=4, created=2,
        known=1, refused=1, left_out=[(text, 2)], problem=text, by=text, made=moment, ended=moment,
    )  # fmt: skip
    file = {
        "name": "people", "main": True, "size": 3, "url": "https://uploads.example/", "fields": [("key", text)],
        "origin": "https://uploads.example",
    }  # fmt: skip
    typed = dict.fromkeys(("format", "further", "links", "rate", "dry_run", *FLAGS), text)
    return {
        "imports.html": {
            "typed": typed, "once": text, "fastest": 5000, "on": True, "formats": [(text, text)], "jobs": [job], "may_import": True,
            "may_give_roles": True,
        },
        "import_job.html": {
            "job": job, "format": text, "refusals": [Refusal(3, text, text, text, text)], "later": True, "following": text,
            "may_import": True, "may_cancel": True, "follows": 3, "on": True,
            "files": [file, {**file, "name": "hashes", "main": False}], "complete": True,
        },
        "people_export.html": {
            "most": 2000, "form": text, "forms": [(text, text)], "began": True, "count": 3, "part": 1, "first": Record(email=text),
            "last": Record(email=text), "file": "/console/people/export/file?x=" + text, "next_part": "/console/people/export?x=" + text,
        },
    }  # fmt: skip
