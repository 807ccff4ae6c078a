"""Imports of people: the list of jobs, and creating one. They are the jobs of the admin API (docs/moving.md), with its rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Forbidden, Invalid
from idp.domain.moving.import_job import FASTEST, PEOPLE, RATE
from idp.domain.texts import marked
from idp.http.console import person_view
from idp.http.console.again import answer_or_again
from idp.http.console.import_words import facts
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.services import services
from idp.services.imports.choices import FLAGS, LINKS
from idp.services.imports.jobs import NewImport
from idp.services.moving.formats import FORMATS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

IMPORTS = f"{person_view.PEOPLE}/imports"
NAMES = {
    "csv": marked("CSV file"), "idp": marked("Export of this provider"), "auth0": "Auth0", "b2c": "Azure AD B2C",
    "cognito": "Amazon Cognito", "django": "Django", "firebase": "Firebase", "keycloak": "Keycloak", "kratos": "Ory Kratos", "scim": "SCIM",
}  # fmt: skip
"""The formats in the order of the form."""
READ, WRITE = ("imports:read",), ("imports:write", "users:write")
_TYPED = ("format", "further", "links", "rate", "dry_run", *FLAGS)
_LONGEST_LINKS = 4000


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/people/imports."""
    return _page(request, visit, {"rate": str(RATE), "dry_run": "1", "format": "csv"})


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/people/imports: a job that waits for its files."""
    typed = {name: (sent.get(name) or "").strip() for name in _TYPED}

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed, error=error, status=status)

    def act() -> tuple[str, str]:
        if typed["with_roles"] and not visit.may("roles:write"):
            raise Forbidden("console.needs_scope", rights="roles:write")
        made, _ = services(request).import_job_service.create(_asked(typed), by=visit.by, scope=visit.scope)
        return f"{IMPORTS}/{made.id}", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def _asked(typed: dict[str, str]) -> NewImport:
    known, rate = FORMATS.get(typed["format"]), typed["rate"]
    if known is None:
        raise Invalid("moving.format_unknown", field="format", known=", ".join(FORMATS))
    taken = known.needs + known.takes
    if typed["further"] and not taken:
        raise Invalid("moving.file_not_taken", field="further", format=typed["format"])
    if not (rate.isascii() and rate.isdecimal() and 1 <= int(rate[:9]) <= FASTEST):
        raise Invalid("value.out_of_range", field="rate", maximum=FASTEST)
    choices: dict[str, Any] = {name: True for name in FLAGS if typed[name]}
    if links := _links(typed["links"]):
        choices[LINKS] = links
    files = dict.fromkeys((PEOPLE, *(taken if typed["further"] else known.needs)), 0)
    return NewImport(typed["format"], files, choices, dry_run=bool(typed["dry_run"]), rate=int(rate))


def _links(text: str) -> dict[str, str]:
    """Return the id of a connection for each name of a provider: a line has `NAME=ID`."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text[: _LONGEST_LINKS + 1].splitlines())):
        name, _, connection_id = line.rpartition("=")
        if not name or not connection_id or name in found or len(text) > _LONGEST_LINKS:
            raise Invalid("moving.links_malformed", field="links")
        found[name.strip()] = connection_id.strip()
    return found


def _page(request: Request, visit: Visit, typed: dict[str, str], *, error: FormError | None = None, status: int = 200) -> Response:
    s, texts = services(request), texts_of(request)
    return show(
        request, "imports.html", status=status, error=error, at=person_view.PEOPLE, typed=typed, once=new_key(request), fastest=FASTEST,
        on=bool(s.settings.import_bucket), formats=[(name, texts.text(words)) for name, words in NAMES.items()],
        jobs=[facts(each, texts, f"{IMPORTS}/{each.id}") for each in s.import_job_service.listing(scope=visit.scope)],
        may_import=visit.may(*WRITE), may_give_roles=visit.may("roles:write"),
    )  # fmt: skip


PAGES = (
    Page(IMPORTS, "GET", listing, READ),
    Page(IMPORTS, "POST", create, WRITE, fresh=True),
)
