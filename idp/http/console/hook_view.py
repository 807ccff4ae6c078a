"""What the pages about hooks share: rows, words, and what the audit trail has about one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from idp.domain.audit.filter import AuditFilter
from idp.domain.hooks.hook import ALLOW, CLAIMS, DENY, REGISTRATION, SIGN_IN, WITHOUT_CLAIMS
from idp.domain.texts import marked
from idp.http.account.moment import moment
from idp.http.console.event_words import tell
from idp.http.console.views import HOME
from idp.http.services import services
from idp.services.hooks.asking import FAILED
from idp.services.hooks.breaker import REST

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.hooks.hook import Hook
    from idp.domain.texts import Texts
    from idp.http.console.event_words import Told
    from idp.http.console.visit import Visit

HOOKS = f"{HOME}/hooks"
RESTS = "hook.rests"
_DAYS, _MOST = 7, 100
KINDS: Mapping[str, str] = {
    CLAIMS: marked("Claims of tokens"), REGISTRATION: marked("New accounts"), SIGN_IN: marked("Sign-ins"),
}  # fmt: skip
ON_FAILURE: Mapping[str, str] = {
    DENY: marked("It is refused"), ALLOW: marked("It is allowed"), WITHOUT_CLAIMS: marked("The token has no claims of it"),
}  # fmt: skip


class Row(NamedTuple):
    """A hook in a list. `may_run`: its function is one that the deployment may ask. `rests`: told by the audit trail."""

    hook: Hook
    path: str
    kind: str
    on_failure: str
    may_run: bool
    rests: bool


class Failure(NamedTuple):
    """An event about a hook that gave no usable answer. `why`: in English, or ""."""

    name: str
    told: Told
    why: str


def path_of(name: str) -> str:
    """Return the address of a hook's page."""
    return f"{HOOKS}/{quote(name, safe='')}"


def row(request: Request, it: Hook, texts: Texts, failures: list[Failure]) -> Row:
    """Return a hook as pages show it."""
    s = services(request)
    newest = max((each.told.at.epoch for each in failures if each.name == it.name and each.told.type == RESTS), default=0)
    return Row(
        it, path_of(it.name), texts.text(KINDS[it.kind]) if it.kind in KINDS else it.kind,
        texts.text(ON_FAILURE[it.on_failure]) if it.on_failure in ON_FAILURE else it.on_failure,
        not it.function or it.function in s.settings.hooks_functions.split(), newest + REST > s.clock(),
    )  # fmt: skip


def failures_of(request: Request, visit: Visit, texts: Texts) -> list[Failure] | None:
    """Return what the audit trail has of the last seven days, the newest first. None: the admin may not read it.

    These are functions that rest, and people who were refused because a hook gave no answer. A failure without such an effect is in the
    log and the metric only.
    """
    if not visit.may("audit:read"):
        return None
    s, found = services(request), list[Failure]()
    for type_ in (RESTS, "sign_in.failed", "user.sign_up_refused"):
        page = s.audit_trail.page(
            scope=visit.scope, since=s.clock() - _DAYS * 86400, until=None, place=None, limit=_MOST, wanted=AuditFilter(type_, "failure")
        )
        for event in page.events:
            if event.type == RESTS:
                found.append(Failure(event.target, tell(event, texts, visit), event.reason))
            elif event.reason == "hook" and event.details.get("answer") == FAILED:
                found.append(Failure(str(event.details.get("hook", "")), tell(event, texts, visit), ""))
    return sorted(found, key=lambda each: -each.told.at.epoch)


def moments(it: Hook) -> tuple[object, object]:
    """Return when a hook was made and changed."""
    return moment(it.created_at), moment(it.updated_at)
