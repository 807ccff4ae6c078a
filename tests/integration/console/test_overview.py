"""The overview: numbers that were counted, what the settings lack, the age of keys, the newest events. Nothing is scanned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console import gate
from idp.http.console.authority import Authority
from tests.integration.console.admins import Admin, sign_in

if TYPE_CHECKING:
    import pytest

    from tests.support.world import World


def test_without_numbers_the_page_says_so_and_draws_nothing(admin: Admin) -> None:
    page = admin.open("/console")
    assert "No sign-ins were counted in the last 30 days." in page.text
    assert '<svg class="plot"' not in page.text


def test_numbers_are_plots_and_tables(world: World) -> None:
    """In a deployment of its own, because the numbers are those of all tests."""
    other = type(world)(replace(world.settings, table_prefix=f"{world.settings.table_prefix}n")).with_tables()
    now = other.clock()
    counted = {now - now % 3600: {"sign_ins": 7, "sign_ins_failed_wrong_password": 2, "locks": 1, "people_added": 3}}
    assert other.services.statistics_store.add(counted, {"a": now}, now=now) is None
    page = sign_in(other).home
    assert page.text.count('<svg class="plot"') == 4, "sign-ins, and people, of 24 hours and of 30 days"
    assert page.text.count('<td class="num">7</td><td class="num">2</td><td class="num">3</td><td class="num">1</td>') == 2
    assert "In 30 days: 3" in page.text
    assert "They begin at" in page.text
    assert other.services.statistics_store.add({now - now % 3600 - 30 * 86400: {"sign_ins": 1}}, {"b": now}, now=now) is None
    page = sign_in(other).home
    assert "The numbers are some seconds late" in page.text
    assert "They begin at" not in page.text


def test_what_the_settings_lack_is_named(admin: Admin) -> None:
    assert "<code>IDP_SUPPORT</code>" in admin.open("/console").text


def test_an_admin_without_the_scopes_sees_neither_keys_nor_events_nor_numbers(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Age of the signing key" in admin.open("/console").text
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset({"users:read"})))
    page = admin.open("/console")
    assert page.status == 200
    for words in ("Age of the signing key", "What happened last", "were counted"):
        assert words not in page.text
