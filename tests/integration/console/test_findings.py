"""The findings of the last checks on the overview: what is wrong, when it was checked, and what is missing, for admins who may see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.doctor.finding import Finding, ok, skipped, wrong
from idp.http.console import gate
from idp.http.console.authority import Authority
from idp.services.doctor.run import run
from idp.store.findings import FindingsItem, findings_key
from tests.integration.console.admins import Admin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.world import World

OLD = "The last checks are older than three hours."
NEVER = "The deployment was not checked yet."
UNREADABLE = "cannot be read. The next checks replace them."
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> hx-get=/x {{ 7*7 }} {about.__class__} %(x)s"


@pytest.fixture(autouse=True)
def no_findings(world: World) -> Iterator[None]:
    """Tests share the deployment, and its one item."""
    yield
    world.services.database.delete(FindingsItem, findings_key())


def test_before_the_first_check_the_page_says_so(admin: Admin) -> None:
    page = admin.open("/console")
    assert NEVER in page.text
    assert "Run idp doctor to check the rest" in page.text
    assert "Checked:" not in page.text


def test_a_wrong_finding_is_shown_with_what_to_do_and_when_it_was_found(world: World, admin: Admin) -> None:
    found = [wrong("table state, expiry", "Expired items of {table} are never deleted. Switch TTL on.", table="idp-state"),
             ok("schema", "The store has the schema of this release"), skipped("KMS key", "A key file protects the keys")]  # fmt: skip
    world.services.doctors_findings.keep(found, scope=DEPLOYMENT)
    text = admin.open("/console").text
    for words in ("Expired items of idp-state are never deleted. Switch TTL on.", "<code>table state, expiry</code>", "Checked: <time"):
        assert words in text
    assert "2 checks that passed or do not apply" in text
    assert text.index("Expired items") < text.index("<code>IDP_SUPPORT</code>") < text.index("<code>schema</code>")
    assert NEVER not in text
    assert OLD not in text


def test_old_findings_are_shown_and_are_called_old(world: World, admin: Admin) -> None:
    world.services.findings_store.put([wrong("mail", "canary")], world.clock() - 3 * 3600 - 1)
    text = admin.open("/console").text
    assert OLD in text
    assert "canary" in text


WRONG_STATE = json.dumps([{"about": "a", "state": "x", "text": "t", "values": {}}])


@pytest.mark.parametrize("damaged", ["", "[", "{}", "[7]", json.dumps([{"about": 1}]), WRONG_STATE])
def test_a_damaged_item_costs_no_page(world: World, admin: Admin, damaged: str) -> None:
    key = findings_key()
    world.services.database.put(FindingsItem.new(key, checked_at=world.clock(), findings=damaged))
    page = admin.open("/console")
    assert page.status == 200
    assert UNREADABLE in page.text
    assert "What happened last" in page.text


@pytest.mark.parametrize("at", [0, -1, 10**30, 99_999_999_999_999])
def test_a_time_that_cannot_be_shown_costs_no_page(world: World, admin: Admin, at: int) -> None:
    world.services.findings_store.put([wrong("mail", "canary")], at)
    page = admin.open("/console")
    assert page.status == 200
    assert UNREADABLE in page.text
    assert "canary" not in page.text


def test_hostile_texts_are_text(world: World, admin: Admin) -> None:
    """Also as a placeholder, as the name of a check, and as a sentence that is the header of a catalogue."""
    found = [Finding(HOSTILE, "wrong", HOSTILE, {"about": HOSTILE}), ok(HOSTILE, "{x}", x=HOSTILE), Finding("empty", "wrong", "", {})]
    world.services.doctors_findings.keep(found, scope=DEPLOYMENT)
    for language in ("en", "de"):
        text = admin.open(f"/console?ui_locales={language}").text
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert(1)" in text
        assert "Project-Id-Version" not in text
        assert "{{ 7*7 }} {about.__class__}" in text


def test_an_admin_without_the_scope_sees_no_finding_and_causes_no_read(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are still there: they were told to every admin of the deployment before."""
    world.services.doctors_findings.keep([wrong("mail", "canary")], scope=DEPLOYMENT)
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset({"users:read"})))
    text = admin.open("/console").text
    assert "canary" not in text
    assert "Checked:" not in text
    assert "<code>IDP_SUPPORT</code>" in text


def test_the_checks_of_this_deployment_are_kept_and_shown(world: World, admin: Admin) -> None:
    """The run itself, on an engine of one's own. Nothing that it keeps is a secret."""
    counts = run(world.services.doctor_parts, world.services.doctors_findings)
    assert counts["ok"] > 5
    kept = world.services.doctors_findings.last(scope=DEPLOYMENT)
    assert {"table keys", "schema", "RP ID", "signing key RS256", "schedule", "hashing"} <= {each.about for each in kept.findings}
    text = admin.open("/console").text
    assert "<code>sealing keys</code>" in text
    stored = json.dumps([[each.says, dict(each.values)] for each in kept.findings])
    for item in world.services.key_items.load().sealing:
        assert item.key_id not in stored
    assert world.settings.key_file not in stored
