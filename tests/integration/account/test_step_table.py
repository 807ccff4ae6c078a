"""The table of steps: a step that is one row and one module is shown, cannot be skipped, and what it proves is stored."""

from __future__ import annotations

import ast
import inspect
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from starlette.responses import HTMLResponse

from idp.domain.errors import Invalid
from idp.domain.messages import render
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.sessions import sign_in_step
from idp.domain.sessions.sign_in_step import LOGIN, Step, next_step, step_at
from idp.domain.sessions.visitor import Visitor
from idp.http.app import build
from idp.http.sign_in.recovery_codes import RecoveryCodesSaved
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import MethodProved
from tests.support.pages import ISSUER, session_cookie

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

PATH = "/dummy"
MODULE = "idp.http.sign_in.dummy"
METHOD = "swk"
"""Proof of possession of a software-secured key (RFC 8176 §2)."""


class Dummy(StepForm):
    """A step whose secret is the word yes. It does no check that is shared."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        sealed = page_fields(request, asked)["request_field"]
        form = f'<form method="post" action="{PATH}"><input name="request" value="{sealed}"><input name="word"></form>'
        return HTMLResponse(f"<h1>Dummy</h1>{render(error.message) if error else ''}{form}", status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> MethodProved:
        if sent.get("word") != "yes":
            raise Invalid("totp.wrong", field="word")
        return MethodProved(METHOD)


def _is_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    return METHOD not in visitor.session.amr


@pytest.fixture
def with_dummy(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider with the dummy step before consent."""
    module = ModuleType(MODULE)
    vars(module)["FORM"] = Dummy()
    monkeypatch.setitem(sys.modules, MODULE, module)
    *before, consent = sign_in_step.STEPS
    monkeypatch.setattr(sign_in_step, "STEPS", (*before, Step("dummy", _is_due, {PATH: MODULE}), consent))
    world.app = build(world.services)
    return world


def _logged_in(world: World, **client: bool) -> tuple[Browser, Client, Person, Page]:
    """A browser after the password, in front of the step that is due."""
    person, app, browser = world.person(), world.client(**client), world.browser()
    page = browser.submit(world.authorize(browser, app), {"email": person.email, "password": person.password})
    return browser, app, person, page


def test_a_new_step_is_shown_when_it_is_due_and_its_proof_is_stored(with_dummy: World) -> None:
    """After the password the page of the step; after its proof the app has its code, and the session has the method."""
    browser, _, person, page = _logged_in(with_dummy)
    assert "<h1>Dummy</h1>" in page.text
    done = browser.submit(page, {"word": "yes"})
    assert "code" in done.answer
    (session,) = with_dummy.sessions(person)
    assert METHOD in session.amr
    (grant,) = with_dummy.services.grants.of(person.user.id)
    assert METHOD in grant.amr


def test_a_new_step_is_not_shown_again(with_dummy: World) -> None:
    """The next visit has the fact."""
    browser, app, _, page = _logged_in(with_dummy)
    browser.submit(page, {"word": "yes"})
    assert "code" in with_dummy.authorize(browser, app).answer


def test_a_wrong_proof_shows_the_page_again_and_stores_nothing(with_dummy: World) -> None:
    """422, and the session does not get the method."""
    browser, _, person, page = _logged_in(with_dummy)
    again = browser.submit(page, {"word": "no"})
    assert again.status == 422
    assert "<h1>Dummy</h1>" in again.text
    (session,) = with_dummy.sessions(person)
    assert METHOD not in session.amr


@pytest.mark.parametrize(
    "path",
    [
        "/consent",
        "/totp",
        "/recovery-code",
        "/passkey",
        "/enrol",
        "/recovery-codes",
        "/verify-email",
        "/offer-passkey",
        "/upgrade-passkey",
        "/upstream/link",
        "/choose-organization",
    ],
)
def test_a_new_step_cannot_be_skipped_by_the_url_of_another(with_dummy: World, path: str) -> None:
    """H-04: a request sent to another step leads back to this one. No consent is stored, and the app gets nothing."""
    browser, _, person, page = _logged_in(with_dummy, first_party=False)
    sent = {"request": page.forms[0].fields["request"], "decision": "approve", "code": "123456"}
    skipped = browser.http.post(path, data=sent, headers={"Origin": ISSUER})
    assert (skipped.status_code, "<h1>Dummy</h1>" in skipped.text) == (200, True)
    assert not list(with_dummy.services.grants.of(person.user.id))
    assert with_dummy.services.consents.of(person.user.id) == []


def test_a_new_step_does_not_replace_the_first_one(with_dummy: World) -> None:
    """Its form without a session leads to the sign-in."""
    browser, app = with_dummy.browser(), with_dummy.client()
    login = with_dummy.authorize(browser, app)
    sent = {"request": login.forms[0].fields["request"], "word": "yes"}
    answer = browser.http.post(PATH, data=sent, headers={"Origin": ISSUER})
    assert 'name="password"' in answer.text
    assert session_cookie(browser) is None


def test_a_new_step_takes_no_form_of_another_browser_or_site(with_dummy: World) -> None:
    """The endpoint makes this check for each step."""
    browser, _, person, page = _logged_in(with_dummy)
    sent = {"request": page.forms[0].fields["request"], "word": "yes"}
    assert browser.http.post(PATH, data=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert with_dummy.browser().http.post(PATH, data=sent, headers={"Origin": ISSUER}).status_code == 403
    (session,) = with_dummy.sessions(person)
    assert METHOD not in session.amr


def test_a_new_step_is_due_for_an_app_that_wants_no_pages(with_dummy: World) -> None:
    """prompt=none: the app gets an error (OIDC Core §3.1.2.6)."""
    browser, app, _, _ = _logged_in(with_dummy)
    assert with_dummy.authorize(browser, app, prompt="none").answer["error"] == "interaction_required"


def test_a_form_of_a_step_that_is_not_due_counts_for_nothing(with_dummy: World) -> None:
    """The same form is sent twice. The session keeps its id, and the answer is the page that is due."""
    browser, _, person, page = _logged_in(with_dummy, first_party=False)
    asked = browser.submit(page, {"word": "yes"})
    (before,) = with_dummy.sessions(person)
    again = browser.submit(page, {"word": "yes"})
    assert again.has_button("approve")
    assert asked.has_button("approve")
    assert with_dummy.sessions(person) == [before]


def test_an_error_after_the_recovery_codes_leads_to_the_step_that_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes are shown once, so this form has no page to show again."""

    def refuse(*_: object) -> None:
        raise Invalid("totp.wrong")

    monkeypatch.setattr(RecoveryCodesSaved, "prove", refuse)
    browser, _, _, page = _logged_in(world, require_mfa=True)
    sent = {"request": page.forms[0].fields["request"]}
    redirect = browser.http.post("/recovery-codes", data=sent, headers={"Origin": ISSUER})
    assert redirect.status_code == 303
    assert 'action="/enrol' in browser.open(ISSUER + redirect.headers["Location"]).text


def test_a_step_without_a_page_or_a_check_cannot_be_made() -> None:
    """Python refuses to create the instance, and mypy refuses the line."""
    for missing in ("page", "prove"):
        members = {name: getattr(Dummy, name) for name in ("page", "prove") if name != missing}
        with pytest.raises(TypeError, match=missing):
            type("Incomplete", (StepForm,), members)()


def test_the_first_step_is_due_without_a_session() -> None:
    """This holds for each request. The rules of all other steps can rely on a signed-in visitor."""
    assert sign_in_step.STEPS[0] is LOGIN
    assert next_step(AuthorizationRequest(id="r", received_at=0), None) is LOGIN


def test_every_address_belongs_to_one_step() -> None:
    """No two rows have the same path."""
    paths = [path for step in sign_in_step.STEPS for path in step.forms]
    assert len(paths) == len(set(paths))
    assert all(path in step_at(path).forms for path in paths)
    with pytest.raises(LookupError):
        step_at("/nothing")


MODULES = sorted({module for step in sign_in_step.STEPS for module in step.forms.values()})
SHARED = (
    "idp.http.sign_in.rendering", "idp.http.sign_in.endpoint", "idp.http.session_cookie.set_session", "idp.oauth.sign_in.progress",
    "idp.oauth.sign_in.store_proof", "idp.oauth.sign_in.answer",
)  # fmt: skip
"""What stores proofs, chooses the next step and answers: the endpoint's work."""


@pytest.mark.parametrize("module", MODULES)
def test_a_step_imports_no_other_step_and_nothing_that_goes_on(module: str) -> None:
    """docs/design.md, Signing in: a step returns its proof; only the table names it."""
    tree = ast.parse(inspect.getsource(import_module(module)))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [f"{node.module}.{alias.name}" for alias in node.names] + [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert not imported & {*SHARED, *MODULES}
