"""One act upon many people: choose them, look at them, then act in batches. No list is stored: the form carries the ids of who is left.

So the people are those of the preview, whatever a search would find by then. Each form acts on a bounded number, and once: an old page that
is sent again gets the answer of the first time, whatever happened to its people since.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from idp.domain.access.roles import RoleModel
from idp.domain.errors import Forbidden, IdpError, Invalid, NotFound
from idp.domain.people.user import may_be_user_id
from idp.domain.search_text import LONGEST
from idp.http.console.again import answer_or_again
from idp.http.console.bulk_acts import ACTS, act_on
from idp.http.console.once import new_key
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE, row
from idp.http.console.show import sentence, show
from idp.http.services import services
from idp.services.admin.idempotency import LIFETIME, Answer, Idempotent, digest
from idp.services.people.chosen_people import MOST
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_PATH = f"{PEOPLE}/bulk"
BATCH, SECONDS, SAMPLE = 25, 10, 20
"""People of one form, seconds after which a form ends with fewer, and people whom the preview shows."""
REFUSED = "refused."
"""The beginning of the names of fields that carry who was refused."""
_RUN = re.compile(r"([0-9]{10,11})\.[A-Za-z0-9_~-]{8,52}", re.ASCII)
"""When the preview was shown (epoch seconds), and an id."""


def page(request: Request, visit: Visit) -> Response:
    """GET /console/people/bulk: choose people."""
    return _choose(request, visit, {})


def preview(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/bulk: who they are. `names`: ids and addresses; else `q`, `role` and `group`, which all have to fit."""
    typed = {name: sent.get(name) or "" for name in ("names", "q", "role", "group")}

    def again(*, error: FormError, status: int) -> Response:
        return _choose(request, visit, typed, error=error, status=status)

    def answer() -> Response:
        s, names = services(request), re.split(r"[\s,;]+", typed["names"].strip())
        if any(names):
            found = s.chosen_people.named(names, scope=visit.scope)
        elif typed["q"] or typed["role"] or typed["group"]:
            found = s.chosen_people.fitting(
                typed["q"].strip()[:LONGEST], role=typed["role"] or None, group=typed["group"] or None, scope=visit.scope
            )  # fmt: skip
        else:
            raise Invalid("console.nobody_chosen", field="q")
        if not found.people:
            raise Invalid("console.nobody_found", field="names" if any(names) else "q")
        return _preview(request, visit, [user.id for user in found.people], unknown=found.unknown, more=found.more)

    return answer_or_again(answer, again)


def act(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/bulk/run: act on the next people, and say how far it is."""
    ids, name = _ids(sent), sent.get("act") or ""
    assigned, run = sent.get("assigned") or "", sent.get("run") or ""

    def again(*, error: FormError, status: int) -> Response:
        return _preview(request, visit, ids, error=error, status=status)

    def answer() -> Response:
        if name not in ACTS or not _is_current(run, services(request).clock()):
            raise Invalid("console.act_unknown", field="act")
        if missing := set(ACTS[name].needs) - visit.held:
            raise Forbidden("console.needs_scope", rights=" ".join(sorted(missing)))
        of_role = sent.get("role" if ACTS[name].kind == "roles" else "group") or assigned if ACTS[name].kind else ""
        model = services(request).role_service.model(scope=visit.scope) if ACTS[name].kind else RoleModel()
        if ACTS[name].kind and of_role not in (model.roles if ACTS[name].kind == "roles" else model.groups):
            raise Invalid("console.role_unknown", field="role" if ACTS[name].kind == "roles" else "group")
        if name == "delete" and "started" not in sent and sent.get("number") != str(len(ids)):
            raise Invalid("console.number_of_people", field="number")
        return _run(request, visit, sent, ids, name, of_role, model, run)

    return answer_or_again(answer, again)


def _run(
    request: Request, visit: Visit, sent: Params, ids: list[str], name: str, assigned: str, model: RoleModel, run: str
) -> Response:  # fmt: skip
    """Act on the next people, once for each form of a run, and render how far it is."""
    s = services(request)

    def act_once() -> Answer:
        return Answer(200, json.dumps(_act_on_some(request, visit, sent, ids, name, assigned, model, run)).encode())

    key = digest("bulk", run, name, assigned, str(len(ids)))
    stored = Idempotent(s.idempotency, s.keyring, s.clock).run_once(f"console {visit.by.id}", key, digest(*ids), act_once)
    left, done, unchanged, failures = json.loads(stored.body)
    rest, refused = ids[len(ids) - left :], sum(map(len, failures.values()))
    named = [] if rest else [one for ids_ in failures.values() for one in ids_]
    emails = {user.id: user.email for user in s.chosen_people.named(named[:MOST], scope=visit.scope).people}
    return show(
        request, "bulk_run.html", at=PEOPLE, act=name, assigned=assigned, run=run, rest=rest, done=done, unchanged=unchanged,
        failures=failures, refused=refused, emails=emails, total=done + unchanged + refused + len(rest),
    )  # fmt: skip


def _act_on_some(
    request: Request, visit: Visit, sent: Params, ids: list[str], name: str, assigned: str, model: RoleModel, run: str
) -> tuple[int, int, int, dict[str, list[str]]]:  # fmt: skip
    """Act on the next people. Return how many are left, were changed and were not, and who was refused, of the whole run."""
    s, failures = services(request), _failures(sent)
    done, unchanged = _number(sent, "done"), _number(sent, "unchanged")
    there, ends, rest = s.chosen_people.named(ids[:BATCH], scope=visit.scope), s.clock() + SECONDS, list(ids)
    people = {user.id: user for user in there.people}
    while rest and len(ids) - len(rest) < BATCH and s.clock() < ends:
        user = people.get(rest[0])
        try:
            if user is None:
                raise NotFound("user.unknown")
            changed = act_on(request, visit, name, user, assigned=assigned, model=model, run=run)
        except IdpError as refusal:
            record.note_refusal(refusal)
            failures.setdefault(sentence(request, refusal.message), []).append(rest[0])
        else:
            done, unchanged = done + changed, unchanged + (not changed)
        rest.pop(0)
    return len(rest), done, unchanged, failures


def _choose(
    request: Request, visit: Visit, typed: dict[str, str], *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    model = services(request).role_service.model(scope=visit.scope) if visit.may("roles:read") else RoleModel()
    return show(
        request, "bulk.html", at=PEOPLE, status=status, error=error, typed=typed, most=MOST, roles=sorted(model.roles),
        groups=sorted(model.groups),
    )  # fmt: skip


def _preview(
    request: Request, visit: Visit, ids: list[str], *, unknown: tuple[str, ...] = (), more: bool = False, error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    s = services(request)
    sample = s.chosen_people.named(ids[:SAMPLE], scope=visit.scope).people
    model = s.role_service.model(scope=visit.scope) if visit.may("roles:read", "roles:write") else RoleModel()
    offered = [name for name, each in ACTS.items() if visit.may(*each.needs) and (not each.kind or getattr(model, each.kind))]
    return show(
        request, "bulk_preview.html", at=PEOPLE, status=status, error=error, ids=ids, people=[row(user, visit) for user in sample],
        unknown=unknown, more=more, acts=offered, roles=sorted(model.roles), groups=sorted(model.groups),
        run=f"{s.clock()}.{new_key(request)}",
    )  # fmt: skip


def _ids(sent: Params) -> list[str]:
    """Return the ids of who is left.

    Raises:
        Invalid: there are none, too many, or one has not the form of an id.
    """
    ids = list(dict.fromkeys((sent.get("ids") or "").split()))
    if not 0 < len(ids) <= MOST or not all(map(may_be_user_id, ids)):
        raise Invalid("console.nobody_chosen")
    return ids


def _is_current(run: str, now: int) -> bool:
    """Return whether the answers of this run are still stored, so that none of its forms acts a second time (`now`: epoch seconds)."""
    found = _RUN.fullmatch(run)
    return found is not None and 0 <= now - int(found[1]) < LIFETIME


def _number(sent: Params, name: str) -> int:
    text = sent.get(name) or "0"
    return min(int(text), MOST) if re.fullmatch("[0-9]{1,3}", text, re.ASCII) else 0


def _failures(sent: Params) -> dict[str, list[str]]:
    """Return who was refused in the batches before, by the sentence that says why, as the form carries it."""
    blocks = [value.partition("\n") for name, (value, *_) in sent.every() if name.startswith(REFUSED)]
    return {words.strip(): ids.split()[:MOST] for words, _, ids in blocks}


PAGES = (
    Page(_PATH, "GET", page, ("users:read", "users:write")),
    Page(_PATH, "POST", preview, ("users:read", "users:write")),
    Page(f"{_PATH}/run", "POST", act, ("users:read", "users:write"), fresh=True),
)
