"""The audit trail in the console: filters, pages, events as they are stored, following, and files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from idp.http.console import audit, audit_export
from idp.services.audit.recorder import SYSTEM
from tests.integration.console.admins import sign_in
from tests.integration.console.markup import HOSTILE, check
from tests.support.pages import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.integration.console.admins import Admin
    from tests.support.people import Person
    from tests.support.world import World


_DAY = 86400
_ahead = [60 * _DAY]
"""Seconds from the clock of a new world to the beginning of the next test: after the events of all tests before it."""


@pytest.fixture(autouse=True)
def own_days(world: World) -> Iterator[None]:
    """Tests share the tables, and the first view shows the newest events."""
    first = world.clock.now
    world.clock.now += _ahead[0]
    yield
    _ahead[0] = world.clock.now - first + 5 * _DAY


def happen(world: World, type_: str = "test.happened", **members: str) -> None:
    """Let an event be recorded."""
    world.services.audit.record(type_, origin=SYSTEM.origin, **members)


def test_the_newest_events_are_listed_in_words_and_as_json(world: World, admin: Admin) -> None:
    happen(world, "key.rotated", actor="usr_me", target="kid-1", alg="EdDSA")
    page = admin.open("/console/audit")
    assert "The signing keys were rotated" in page.text
    assert "&#34;alg&#34;: &#34;EdDSA&#34;" in page.text
    assert "kid-1" in page.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "test.alpha"), ("type", "test"), ("person", "usr_alpha"), ("app", "app-alpha"), ("outcome", "failure"),
        ("request", "req-alpha"), ("actor", "usr_boss"), ("address", "192.0.2.0/24"),
    ],
)  # fmt: skip
def test_each_filter_leaves_the_other_events_out(world: World, admin: Admin, name: str, value: str) -> None:
    """In the list, and in each form of the export, with the pages that say what is in it."""
    happen(world, "other.beta", subject="usr_beta", client_id="app-beta", target="beta-thing")
    origin = SYSTEM.origin._replace(address="192.0.2.7", request_id="req-alpha")
    world.services.audit.record(
        "test.alpha", origin=origin, outcome="failure", subject="usr_alpha", client_id="app-alpha", target="alpha-thing", actor="usr_boss"
    )
    page = admin.browser.open("/console/audit", {name: value, "type" if name != "type" else "app": ""})
    assert "alpha-thing" in page.text
    assert "beta-thing" not in page.text
    admin.later(120)
    export = page.text.partition("/console/audit/export?")[2].partition('"')[0].replace("&amp;", "&")
    begun = admin.open(f"/console/audit/export?{export}")
    assert begun.forms[0].fields[name] == value
    for form in ("ndjson", "ocsf", "cef"):
        files = "".join(parts(admin, form, begun.forms[0].fields))
        assert ("alpha" in files, "beta" in files) == (True, False), form


def test_an_address_finds_the_events_of_the_person(world: World, admin: Admin, ada: Person) -> None:
    happen(world, "test.about", subject=ada.user.id, target="about-ada")
    assert "about-ada" in admin.browser.open("/console/audit", {"person": ada.email}).text
    limited = sign_in(world, admin_scopes=frozenset({"audit:read"}))
    assert "about-ada" in limited.browser.open("/console/audit", {"person": ada.user.id}).text
    assert limited.browser.http.get("/console/audit", params={"person": ada.email}).status_code == 403


def test_an_address_finds_what_the_person_did(world: World, admin: Admin, ada: Person) -> None:
    """An address that belongs to no account finds nothing, and is found by no account without the right to read people."""
    happen(world, "test.done", actor=ada.user.id, target="done-by-ada")
    for typed, found in ((ada.email, True), (ada.user.id, True), ("none@other.example", False), ("@", False)):
        page = admin.browser.open("/console/audit", {"actor": typed, "type": "test.done"})
        assert ("done-by-ada" in page.text) == found, typed
    limited = sign_in(world, admin_scopes=frozenset({"audit:read"}))
    assert "done-by-ada" not in limited.browser.open("/console/audit", {"actor": ada.email, "type": "test.done"}).text


def test_times_are_bounds(world: World, admin: Admin) -> None:
    happen(world, target="in-time")
    day = 86400

    def text(at: int) -> str:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M")

    now = world.clock()
    assert "in-time" in admin.browser.open("/console/audit", {"since": text(now - day), "until": text(now + day), "type": "test"}).text
    assert "in-time" not in admin.browser.open("/console/audit", {"since": text(now + day), "type": "test"}).text
    assert "in-time" not in admin.browser.open("/console/audit", {"until": text(now - day), "type": "test"}).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "yesterday"), ("until", "2026-13-01T00:00"), ("type", "a b"), ("type", HOSTILE), ("outcome", "maybe"), ("address", "x"),
        ("person", "not an @ address"), ("cursor", "x"), ("cursor", "a" * 9000), ("since", "9999999999999"), ("person", HOSTILE),
    ],
)  # fmt: skip
def test_wrong_filters_come_back_with_their_error(admin: Admin, name: str, value: str) -> None:
    answer = admin.browser.http.get("/console/audit", params={name: value})
    assert answer.status_code in ({422, 200} if value == HOSTILE and name == "person" else {400, 422})
    check(answer.text)
    if name == "since":
        assert 'role="alert"' in answer.text


def test_pages_have_each_event_once(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ON_A_PAGE", 3)
    for number in range(8):
        happen(world, "test.paged", target=f"thing-{number}-", client_id="paged")
    found, page = [], admin.browser.open("/console/audit", {"type": "test.paged", "app": "paged"})
    for _ in range(6):
        found += [number for number in range(8) if f"thing-{number}-</code>" in page.text]
        following = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        if not following:
            break
        page = admin.open(following)
    assert sorted(found) == list(range(8))


def test_the_first_view_takes_five_calls_with_few_events_and_with_many(world: World, admin: Admin) -> None:
    for events in (0, 120):
        for _ in range(events):
            happen(world)
        for path in ("/console/audit", f"/console/audit?live={world.clock()}", f"/console/audit?type=test&live={world.clock()}"):
            with recorded(world) as calls:
                assert admin.open(path).status == 200
            assert (path, len(calls) <= 5) == (path, True), calls


def test_the_pages_after_a_short_first_view_have_all_older_events_in_order(world: World) -> None:
    made = list[str]()
    for days in (30, 11, 1, 1, 1):
        happen(world, "test.spread", target=f"spread-{len(made)}-")
        made.append(f"spread-{len(made)}-")
        world.clock.now += days * 86400
    happen(world, "test.spread", target="spread-now-")
    admin = sign_in(world)
    page, found = admin.open("/console/audit"), list[str]()
    assert "the last 4 days" in page.text
    for _ in range(9):
        texts = page.text.split("<code>spread-")[1:]
        found += ["spread-" + text.partition("<")[0] for text in texts]
        following = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        if not following or "spread-0-" in found:
            break
        page = admin.open(following)
    assert found == ["spread-now-", *reversed(made)]


def test_a_cursor_of_other_filters_is_refused(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ON_A_PAGE", 1)
    for _ in range(3):
        happen(world, "test.paged", client_id="paged")
    page = admin.browser.open("/console/audit", {"type": "test.paged"})
    following = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert admin.open(following).status == 200
    assert admin.open(following.replace("test.paged", "test.other")).status == 422
    assert sign_in(world).open(following).status == 422


def test_a_part_of_other_filters_is_refused(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_export, "IN_A_PART", 1)
    for _ in range(3):
        happen(world, "test.parted", actor="usr_a")
    admin.later(120)
    page = admin.browser.open(
        "/console/audit/export", {"part": "1", "format": "ndjson", "since": "2027-01-01T00:00", "type": "test.parted", "actor": "usr_a"}
    )
    following = page.text.partition('id="next-part" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert admin.open(following).status == 200
    for changed in (following.replace("test.parted", "test"), following.replace("usr_a", "usr_b"), following.replace("&actor=usr_a", "")):
        assert admin.open(changed).status == 422


def test_following_ends_by_itself(world: World, admin: Admin) -> None:
    """Else an open page would keep the session from ending."""
    page = admin.open("/console/audit?type=test&live=on")
    assert "data-live" in page.text
    assert "type=test" in str(page.response.url)
    here = str(page.response.url)
    assert "data-live" not in admin.open("/console/audit?type=test").text
    admin.later(audit.LIVE_FOR + 1)
    assert "data-live" not in admin.open(here).text
    for live in ("99999999999999999999", "-1", "x", "²", str(world.clock() + 60)):
        assert "data-live" not in admin.browser.open("/console/audit", {"live": live}).text


def parts(admin: Admin, form: str, fields: Mapping[str, str] | None = None) -> list[str]:
    """Download all parts. The page says how many events each has. `fields`: of its form, with filters."""
    fields = fields or admin.open("/console/audit/export").forms[0].fields
    page = admin.browser.open("/console/audit/export", {**fields, "format": form})
    files = []
    for _ in range(10):
        assert page.status == 200
        if path := page.text.partition('id="download" href="')[2].partition('"')[0].replace("&amp;", "&"):
            answer = admin.browser.http.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-disposition"].startswith('attachment; filename="audit-0000')
            assert answer.headers["cache-control"] == "no-store"
            files.append(answer.text)
        following = page.text.partition('id="next-part" href="')[2].partition('"')[0].replace("&amp;", "&")
        if not following:
            break
        page = admin.open(following)
    return files


@pytest.mark.parametrize(("form", "begin"), [("ndjson", "{"), ("ocsf", "{"), ("cef", "CEF:0|")])
def test_files_have_each_event_once_and_no_line_is_a_formula(
    world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch, form: str, begin: str
) -> None:
    """No line begins as a formula of a spreadsheet, whatever is in a value, and no value makes a line of its own."""
    for number in range(5):
        happen(world, "test.exported", target=f"{form}-{number}-", reason="=cmd|'/c calc'!A1\r\n=1+1", subject="@SUM(1)")
    admin.later(120)
    whole = parts(admin, form)
    monkeypatch.setattr(audit_export, "IN_A_PART", 40)
    files = parts(admin, form)
    assert "".join(files) == "".join(whole)
    lines = "".join(files).splitlines()
    assert all(line.startswith(begin) for line in lines)
    assert all(sum(f"{form}-{number}-" in line for line in lines) == 1 for number in range(5))
    assert all(file.count("\n") <= 40 for file in files)
    if form == "ndjson":
        assert all(json.loads(line) for line in lines)


@pytest.mark.parametrize("query", ["format=csv", "format=ndjson&cursor=x", "format=ndjson&since=x", "format=ndjson&cursor=%00"])
def test_no_file_is_made_of_wrong_input(admin: Admin, query: str) -> None:
    for path in ("/console/audit/export?part=1&", "/console/audit/export/file?"):
        assert admin.browser.http.get(path + query).status_code in {400, 422}


def test_a_format_without_a_value_is_omitted(admin: Admin) -> None:
    """As each parameter is (RFC 6749, 3.1): the file has the format that the form offers first."""
    for query in ("", "?format="):
        answer = admin.browser.http.get(f"/console/audit/export/file{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")


def test_hostile_events_are_text(world: World, admin: Admin) -> None:
    happen(world, "test.hostile", subject=HOSTILE, target=HOSTILE, client_id=HOSTILE, reason=HOSTILE, actor=HOSTILE, changed=HOSTILE)
    for path in ("/console/audit", "/console/audit?type=test.hostile"):
        page = admin.open(path)
        assert "&lt;script&gt;" in page.text
        check(page.text)
