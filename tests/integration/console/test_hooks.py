"""Hooks in the console: what is set, what came of them, the dry run, and who may switch one (docs/hooks.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from tests.integration.console.admins import sign_in
from tests.integration.console.markup import HOSTILE, check
from tests.support.hooking import ARN, EVERYBODY, hook, remove_hooks
from tests.support.pages import hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.hooks.hook import Hook
    from tests.integration.console.admins import Admin
    from tests.support.people import Person
    from tests.support.world import World

STAFF = f'{EVERYBODY} forbid(principal, action == Action::"sign_in", resource) unless {{ principal.email like "*@staff.example" }};'


@pytest.fixture(autouse=True)
def with_hooks(world: World) -> Iterator[None]:
    """Hooks may be made here, also of one function."""
    service = world.services.hook_service
    service._settings = replace(service._settings, hooks="on", hooks_functions=ARN)  # noqa: SLF001  # read at each check
    yield
    remove_hooks(world.services)


def stored(world: World, made: Hook) -> Hook:
    """Return the hook as stored now."""
    return world.services.hook_service.get(made.name, scope=DEPLOYMENT)


def test_the_list_says_what_decides_about_what_and_where_the_settings_are_from(world: World, admin: Admin) -> None:
    made = hook(world.services, "sign_in", cedar=STAFF, apps=["payroll"])
    hook(world.services, "claims", function=ARN, on_failure="deny", enabled=False)
    page = admin.open("/console/hooks")
    for text in (made.name, ARN, "Sign-ins", "Claims of tokens", "It is refused", "IDP_HOOKS_FUNCTIONS", "payroll"):
        assert text in page.text
    assert "Its function is not allowed" not in page.text.partition(ARN)[0]


def test_a_function_that_rests_and_refusals_without_an_answer_are_told(world: World, admin: Admin) -> None:
    """Those of another hook are not, and after half a minute none rests."""
    made, other = (hook(world.services, "sign_in", function=ARN) for _ in range(2))
    world.services.audit.record("hook.rests", origin=SYSTEM.origin, outcome="failure", target=made.name, reason="function 503")
    person = world.person()
    for answer in ("unavailable", "left"):
        world.services.audit.record(
            "sign_in.failed", origin=SYSTEM.origin, outcome="failure", reason="hook", subject=person.user.id, hook=made.name, answer=answer
        )
    page = admin.open(f"/console/hooks/{made.name}")
    assert "function 503" in page.text
    assert "Its function rests" in page.text
    assert page.text.count('<tr class="failure">') == 2
    assert '<tr class="failure">' not in admin.open(f"/console/hooks/{other.name}").text
    world.clock.advance(31)
    assert "Its function rests" not in admin.open(f"/console/hooks/{made.name}").text


@pytest.mark.parametrize(("email", "counts"), [("ada@staff.example", "allow"), ("ada@other.example", "deny")])
def test_a_dry_run_shows_what_would_count(world: World, admin: Admin, email: str, counts: str) -> None:
    """Nothing but the act is recorded, and what was typed stays."""
    made = hook(world.services, "sign_in", cedar=STAFF, enabled=False)
    page = admin.press(admin.open(f"/console/hooks/{made.name}"), "/dry-run", {"email": email})
    assert page.status == 200
    assert f">{counts}</span>" in page.text
    assert f'value="{email}"' in page.text
    assert stored(world, made) == made


def test_a_dry_run_takes_the_address_of_a_person(world: World, admin: Admin, ada: Person) -> None:
    made = hook(world.services, "sign_in", cedar=STAFF)
    page = admin.press(admin.open(f"/console/hooks/{made.name}"), "/dry-run", {"user_id": f" {ada.email.upper()} "})
    assert page.status == 200
    assert ada.user.id in page.text
    assert ada.email.upper() in page.text  # what was typed stays


@pytest.mark.parametrize(
    "values", [*({"user_id": each} for each in ("usr_none", "#\u0000", "none@other.example", "@")), {"client_id": "none"}]
)
def test_a_wrong_sample_comes_back(world: World, admin: Admin, values: dict[str, str]) -> None:
    made = hook(world.services, "sign_in", cedar=STAFF)
    page = admin.press(admin.open(f"/console/hooks/{made.name}"), "/dry-run", values)
    assert 400 <= page.status < 500
    assert "What would count" not in page.text


def test_a_hook_is_switched_off_and_on_and_an_old_page_changes_nothing(world: World, admin: Admin) -> None:
    made = hook(world.services, "sign_in", cedar=STAFF)
    old = admin.open(f"/console/hooks/{made.name}")
    page = admin.press(old, "/off")
    assert "The hook was switched off." in page.text
    assert stored(world, made).enabled is False
    assert admin.press(page, "/on").status == 200
    assert admin.press(old, "/off").status == 412
    assert stored(world, made).enabled is True


def test_switching_needs_a_confirmation(world: World, admin: Admin) -> None:
    made = hook(world.services, "sign_in", cedar=STAFF)
    page = admin.open(f"/console/hooks/{made.name}")
    admin.later()
    assert "Confirm that it is you" in admin.press(page, "/off").text
    assert stored(world, made).enabled is True


def test_without_all_rights_a_page_has_no_form_and_sending_one_is_refused(world: World, admin: Admin) -> None:
    """A hook decides about every admin. The failures take the right to read events."""
    made = hook(world.services, "sign_in", cedar=STAFF)
    less = sign_in(world, admin_scopes=frozenset({"hooks:read", "hooks:write", "webhooks:read", "webhooks:write"}))
    page = less.open(f"/console/hooks/{made.name}")
    assert page.status == 200
    assert page.forms == []
    assert "takes the right to read audit events" in page.text
    whole, token = admin.open(f"/console/hooks/{made.name}"), hidden(less.open("/console/webhooks/new"), "csrf")
    for act in ("/dry-run", "/off"):
        form = next(each for each in whole.forms if each.action.endswith(act))
        answer = less.browser.http.post(form.action, data={**form.fields, "csrf": token}, headers={"Origin": world.settings.issuer})
        assert answer.status_code == 403
        assert "every scope" in answer.text
    assert stored(world, made).enabled is True


def test_hostile_texts_are_text(world: World, admin: Admin) -> None:
    made = hook(world.services, "sign_in", cedar=f"{STAFF}\n// {HOSTILE[:500]}", description=HOSTILE[:200])
    for path in ("", f"/{made.name}"):
        check(admin.open(f"/console/hooks{path}").text)
    check(admin.press(admin.open(f"/console/hooks/{made.name}"), "/dry-run", {"email": HOSTILE[:200]}).text)


@pytest.mark.parametrize("name", ["none", "Staff", "a" * 200, "%00", "..%2f"])
def test_another_name_is_not_found(admin: Admin, name: str) -> None:
    assert admin.open(f"/console/hooks/{name}").status in {400, 404}
