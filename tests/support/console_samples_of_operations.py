"""Values of the templates of the console about webhooks, the audit trail, keys, mails and settings: a part of `console_samples`."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

FRAMES_OF_OPERATIONS = {"delivery_words.html", "signal_parts.html", "webhook_parts.html"}


def samples_of_operations(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    """The values of these pages, with all optional parts. `text` is each text that another person can choose."""
    return _webhooks(text, moment) | _signals(text, moment) | _hooks(text, moment) | _audit(text, moment) | _deployment(text, moment)


def _webhooks(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    endpoint = Record(
        id=text, path="/console/webhooks/" + text, url=text, events=(text,), description=text, org_id=text, off=False, why=text,
        sent=moment, failing=moment, rests=moment, problem=text, earlier_secret_until=moment, created=moment, version=3,
    )  # fmt: skip
    attempt = Record(type=text, event_id=text, attempt=1, status=0, problem=text, took_ms=5)
    dead = Record(type=text, event_id=text, attempts=8, problem=text)
    values = dict.fromkeys(("url", "description", "org_id", "types", "kind-user"), text)
    form = {"typed": values, "theirs": values, "kinds": [("kind-user", "user", text)], "types": [text]}
    here = {"path": "/console/webhooks/" + text, "url": text, "version": 3}
    return {
        "webhooks.html": {"endpoints": [endpoint], "most": 50, "is_sent": False},
        "webhook.html": {
            "endpoint": endpoint, "once": text, "attempts": [(moment, attempt)], "dead": [(moment, dead)], "following": text,
            "following_dead": text, "later": True, "typed": {"since": text, "until": text},
            "org_name": text, "org_path": "/console/organizations/" + text,
        },
        "webhook_new.html": form | {"theirs": {}, "once": text},
        "webhook_edit.html": form | here,
        "webhook_secret.html": here | {"secret": text, "until": moment},
        "webhook_delete.html": here,
    }  # fmt: skip


def _signals(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    stream = Record(
        id=text, path="/console/signals/" + text, client_id=text, app=text, app_path="/console/apps/" + text, push=True, address=text,
        events=(text,), description=text, on=False, status=text, reason=text, waiting=100, more=True, sent=moment, failing=moment,
        problem=text, created=moment, version=3,
    )  # fmt: skip
    return {
        "signal_streams.html": {"streams": [stream], "is_on": False},
        "signal_stream.html": {"stream": stream, "is_on": False},
        "signal_delete.html": {"stream": stream},
    }


def _hooks(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    hook = Record(
        name=text, kind="sign_in", cedar=text, function=text, timeout_ms=1000, on_failure=text, apps=(text,), targets=(text,), enabled=True,
        description=text, version=3,
    )  # fmt: skip
    row = Record(hook=hook, path="/console/hooks/" + text, kind=text, on_failure=text, may_run=False, rests=True)
    setting = Record(name=text, value=text, source="environment")
    done = Record(counts=text, reason=text, took_ms=5, failure=text)
    typed = dict.fromkeys(("user_id", "email", "client_id", "ip_address", "acr", "how"), text)
    return {
        "hooks.html": {"hooks": [row], "settings": [setting], "is_on": False},
        "hook.html": {
            "hook": hook, "row": row, "claims": text, "created": moment, "updated": moment, "is_on": False, "typed": typed,
            "failures": [Record(told=Record(at=moment, what=text, type=text), why=text)], "may_change": True, "done": done,
            "added": text, "told": text,
        },
    }  # fmt: skip


def _audit(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    told = Record(
        at=moment, what=text, type=text, failed=True, reason=text, who=text, subject=text, about="/console/people/" + text, address=text,
        request_id=text, changed=text,
    )  # fmt: skip
    event = Record(id=text, target=text, client_id=text + text)
    typed = dict.fromkeys(("type", "person", "app", "actor", "since", "until", "outcome", "address", "request", "format"), text)
    return {
        "audit.html": {
            "typed": typed, "types": [text], "events": [(told, event, text)], "searched": 1000, "next_page": "/console/audit?x=" + text,
            "first_page": "/console/audit", "later": True, "follows": 10, "live": "/console/audit?live=on", "chained": True,
            "filtered": True, "export": "/console/audit/export", "days": 400, "may_read_people": True, "short": 4,
        },
        "audit_chain.html": {
            "chained": False, "sealed": True, "late": 2, "hour": text, "signed": moment, "shards": [(0, 7, text)], "words": text,
            "verified": Record(first=text, last=text, events=3, faults=2, source=text), "verified_at": moment,
        },
        "audit_export.html": {
            "typed": typed, "forms": [text], "read": True, "most": 2000, "count": 2, "times": [moment, moment], "part": 1,
            "file": "/console/audit/export/file?x=" + text, "next_part": "/console/audit/export?x=" + text,
            "kept": {"app": text},
        },
    }  # fmt: skip


def _deployment(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    key = Record(id=text, alg=text, state="active", days=7, changes=moment, until=moment)
    setting = Record(name=text, value=text, default=text, source="process", is_secret=False, is_set=True)
    row = Record(setting=setting, unit=text, meaning=text)
    return {
        "keys.html": {
            "signing": [key], "past": [key], "sealing": [key], "algorithms": [text], "kms_key": text, "once": text, "rotation_days": 90,
            "hours": 2,
        },
        "mails.html": {
            "sends": True, "sender": text, "by": text, "names": [text], "chosen": text, "languages": [("de", text)], "language": "de",
            "subject": text, "text": text, "to": text, "once": text, "preview": "/console/mails/preview?mail=" + text,
        },
        "settings.html": {"points": [Record(text=text, about=text)], "own": [row], "defaults": [row]},
    }  # fmt: skip
