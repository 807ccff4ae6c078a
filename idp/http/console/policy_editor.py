"""The editor of policies: one form, whose buttons check the text, ask a question about a person, and save a new version.

Each answer is the same page with what was typed. Cedar's engine is loaded by the check and by the question alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid, PreconditionFailed, Unavailable, Unprocessable
from idp.domain.people.user import may_be_user_id
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.policies import NEW, POLICIES, find, rules_text
from idp.http.console.policy_examples import EXAMPLES
from idp.http.console.show import show
from idp.http.request import query
from idp.http.services import services
from idp.services.access.policies import check as check_texts
from idp.verify import strict_json
from idp.verify.decisions import Action, Question, Resource, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TEXTS = ("policies", "schema", "namespace", "rules", "note")
_ASKED = ("who", "action", "resource_type", "resource_id", "resource_properties", "context")
_LONGEST, _LONGEST_NOTE = 2000, 200


def page(request: Request, visit: Visit) -> Response:
    """GET /console/policies/new. `from`: the number of a version to begin with; `example`: a name of `EXAMPLES`."""
    asked, newest = query(request), _newest(request, visit)
    typed: dict[str, str] = {}
    if example := EXAMPLES.get(asked.get("example") or ""):
        typed = {"policies": example.policies, "schema": example.schema}
    elif number := asked.get("from"):
        it = find(request, visit, number)
        typed = {"policies": it.policies, "schema": it.schema, "namespace": it.namespace, "rules": rules_text(it)}
    return _page(request, {**typed, "base": str(newest)})


def check(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/check: every mistake, with its line and column."""
    del visit

    def act() -> Response:
        check_texts(**_texts(sent))
        return _page(request, _typed(sent), fine=True)

    return _answer(request, sent, act)


def ask(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/try: what the typed policies would decide, with the stored roles, groups and attributes of the person or app."""

    def act() -> Response:
        decided = services(request).access_decisions.try_out(_question(request, visit, sent), **_texts(sent), scope=visit.scope)
        return _page(request, _typed(sent), verdict=decided)

    return _answer(request, sent, act)


def save(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/save: a new version, which has no effect until it is published. Another one that was saved meanwhile is told first."""

    def act() -> tuple[str, str]:
        newest = _newest(request, visit)
        if str(newest) != sent.get("base"):
            raise PreconditionFailed("console.policies_saved_meanwhile", number=newest)
        made = services(request).policy_service.create(**_texts(sent), note=sent.get("note") or "", by=visit.by, scope=visit.scope)
        return f"{POLICIES}/{made.number}?done=policies-saved", ""

    return _answer(request, sent, lambda: run_once(request, visit, sent, act), base=lambda: str(_newest(request, visit)))


def _answer(request: Request, sent: Params, act: Callable[[], Response], *, base: Callable[[], str] | None = None) -> Response:
    """Return the response of `act`, or the page again with what was typed and every fault that was found."""
    found: list[Mapping[str, Any]] = []

    def again(*, error: FormError, status: int) -> Response:
        newer = {"base": base()} if base and status == PreconditionFailed.status else {}
        return _page(request, {**_typed(sent), **newer}, problems=found, error=error, status=status)

    def noting() -> Response:
        try:
            return act()
        except Unprocessable as faulty:
            found.extend(faulty.problems)
            raise

    return answer_or_again(noting, again, also=(PreconditionFailed, Unavailable))


def _texts(sent: Params) -> dict[str, Any]:
    """Return the set of policies as a service takes it. Line ends of a form become those of the text."""
    plain = {name: (sent.get(name) or "").replace("\r\n", "\n") for name in ("policies", "schema", "namespace")}
    if len(sent.get("note") or "") > _LONGEST_NOTE:
        raise Invalid("hook.text_too_long", maximum=_LONGEST_NOTE, field="note")
    return {**plain, "rules": _json(sent, "rules") if (sent.get("rules") or "").strip() else None}


def _question(request: Request, visit: Visit, sent: Params) -> Question:
    """Return the question of the form: about a person by address or id, else about the app with this client_id."""
    for name in ("who", "action", "resource_type", "resource_id"):
        if not 0 < len(sent.get(name) or "") <= _LONGEST:
            raise Invalid("console.question_incomplete", field=name)
    type_, id_ = "client", sent.one("who").strip()
    if may_be_user_id(id_) or "@" in id_:
        type_, id_ = "user", id_ if may_be_user_id(id_) else _id_of(request, visit, id_)
    return Question(
        Subject(type_, id_), Action(sent.one("action")),
        Resource(sent.one("resource_type"), sent.one("resource_id"), _json(sent, "resource_properties")), _json(sent, "context"),
    )  # fmt: skip


def _id_of(request: Request, visit: Visit, email: str) -> str:
    try:
        found = services(request).user_service.id_of(email, scope=visit.scope)
    except ValueError:  # no address
        found = None
    if found is None:
        raise Invalid("console.person_unknown", field="who")
    return found


def _json(sent: Params, name: str) -> dict[str, Any]:
    text = sent.get(name) or ""
    try:
        return strict_json.loads(text.encode()) if text.strip() else {}
    except ValueError:
        raise Invalid("console.not_json", field=name) from None


def _newest(request: Request, visit: Visit) -> int:
    found, _ = services(request).policy_service.listing(limit=1, start=None, scope=visit.scope)
    return found[0].number if found else 0


def _typed(sent: Params) -> dict[str, str]:
    return {name: sent.get(name) or "" for name in (*_TEXTS, *_ASKED, "base")}


def _page(request: Request, typed: Mapping[str, str], *, status: int = 200, **context: Any) -> Response:
    texts = {name: typed.get(name, "") for name in (*_TEXTS, *_ASKED, "base")}
    lines = {name: max(12, texts[name].count("\n") + 3) for name in ("policies", "schema")}
    return show(
        request, "policy_editor.html", status=status, at=POLICIES, new=NEW, typed=texts, lines=lines, once=new_key(request),
        examples=[(name, one.title) for name, one in EXAMPLES.items()],
        **{"problems": [], "fine": False, "verdict": None, "error": None, **context},
    )  # fmt: skip


_READ = ("policies:read",)
PAGES = (
    Page(NEW, "GET", page, needs=_READ),
    Page(f"{NEW}/check", "POST", check, needs=_READ),
    Page(f"{NEW}/try", "POST", ask, needs=(*_READ, "users:read", "roles:read", "clients:read")),
    Page(f"{NEW}/save", "POST", save, needs=(*_READ, "policies:write")),
)
