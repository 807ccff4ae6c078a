"""The list of people as files: after a confirmation, as an event, for this session and an hour, and without a formula (threats R-13)."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.moving.formats.csv_file import read
from idp.domain.moving.person import ImportedPerson
from idp.services.moving import people_files
from tests.integration.console.admins import Admin, come, sign_in

if TYPE_CHECKING:
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World

PATH = "/console/people/export"


def emails(world: World) -> list[str]:
    """The addresses of all people, also of those whom other tests made."""
    return [raw["email"]["S"] for raw in world.services.database.scan("directory") if raw["kind"]["S"] == "user"]


def begun(admin: Admin, form: str = "csv") -> Page:
    """The page about the first part."""
    return admin.press(admin.open(PATH), "/export", {"format": form})


def links(page: Page) -> dict[str, str]:
    """The addresses of the file and of the next part."""
    found = {name: page.text.partition(f'id="{name}" href="')[2].partition('"')[0] for name in ("download", "next-part")}
    return {name: address.replace("&amp;", "&") for name, address in found.items() if address}


def files(admin: Admin, page: Page) -> list[str]:
    """The content of all parts."""
    found = [admin.browser.http.get(links(page)["download"]).text]
    while following := links(page).get("next-part"):
        page = admin.open(following)
        if file := links(page).get("download"):  # the last part can be empty
            found.append(admin.browser.http.get(file).text)
    return found


def test_a_csv_file_has_each_person_once_and_no_formula(world: World, admin: Admin, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts. The import reads it again."""
    evil = world.person(claims={"name": "=HYPERLINK(1)", "given_name": "a;@x", "phone_number": "+493012345"})
    monkeypatch.setattr(people_files, "IN_A_FILE", max(2, len(emails(world)) // 6))
    found = files(admin, begun(admin))
    assert len(found) > 1
    rows = [row for each in found for row in csv.DictReader(io.StringIO(each, newline=""))]
    stored = emails(world)
    assert sorted(row["email"] for row in rows) == sorted(stored)
    row = next(row for row in rows if row["id"] == evil.user.id)
    assert (row["name"], row["given_name"], row["phone_number"]) == ("'=HYPERLINK(1)", "a;'@x", "+493012345")
    people = [person for each in found for person in read(io.BytesIO(each.encode()))]
    assert {ada.user.id, evil.user.id} <= {person.source_id for person in people if isinstance(person, ImportedPerson)}


def test_each_person_is_exported_also_if_pushed_out_of_a_part_by_a_new_person(
    world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The next part begins where the page said that this one ends."""
    monkeypatch.setattr(people_files, "IN_A_FILE", max(2, len(emails(world)) // 6))
    page = begun(admin)
    stored = emails(world)
    new = [f"0000-{number}-{world.services.new_id()}@example.com".lower() for number in range(2)]
    for each in new:
        world.services.user_service.create(each, None, scope=DEPLOYMENT)
    found = [row["email"] for each in files(admin, page) for row in csv.DictReader(io.StringIO(each, newline=""))]
    assert sorted(found) == sorted(stored + new)


def test_people_with_much_data_make_parts_of_fewer_people(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of Lambda has 6 MB at most."""
    people = [world.person(attributes={"note": [letter * 900] * 4}).email for letter in "abc"]
    stored = len(emails(world))
    largest = max(6000, 60 * stored)
    monkeypatch.setattr(people_files, "LARGEST", largest)
    found = files(admin, begun(admin, "ndjson"))
    assert [len(each.encode()) for each in found if len(each.encode()) > largest] == []
    assert len(found) > 1
    told = [json.loads(line)["email"] for each in found for line in each.splitlines()]
    assert (len(told), set(people) <= set(told)) == (stored, True)


def test_json_lines_have_values_as_they_are_and_no_secret(world: World, admin: Admin, ada: Person) -> None:
    evil = world.person(claims={"name": "=1+1"})
    told = {each["id"]: each for each in map(json.loads, "".join(files(admin, begun(admin, "ndjson"))).splitlines())}
    assert told[evil.user.id]["claims"] == {"name": "=1+1"}
    assert set(told[ada.user.id]) == {
        "id", "email", "email_verified", "disabled", "created_at", "roles", "groups", "claims", "attributes",
    }  # fmt: skip


def test_an_export_is_an_event_of_the_admin(world: World, admin: Admin) -> None:
    """Written before the first part can be read; a page without a begin reads nothing."""
    begun(admin)
    (event,) = [each for each in world.audited("export.made") if each.actor == admin.person.user.id]
    assert event.details["form"] == "people-csv"


def test_an_export_needs_a_confirmation(admin: Admin) -> None:
    form = admin.open(PATH)
    admin.later()
    page = admin.press(form, "/export", {"format": "csv"})
    assert "Confirm that it is you" in page.text
    assert "download" in links(admin.confirm(page))


def test_a_part_is_of_one_session_one_format_and_an_hour(world: World, admin: Admin) -> None:
    address = links(begun(admin))["download"]
    sealed = parse_qs(urlsplit(address).query)["part"][0]
    assert sign_in(world).browser.http.get(address).status_code == 400
    admin.later(30)  # each code counts once
    assert come(world, admin.person).browser.http.get(address).status_code == 400
    for query in (f"format=ndjson&part={sealed}", "format=csv&part=x", "format=csv", f"format=csv&part={'x' * 5000}", f"part={sealed}"):
        assert admin.browser.http.get(f"{PATH}/file?{query}").status_code == 400
    assert admin.browser.http.get(address).status_code == 200
    admin.later(3601)
    assert admin.browser.http.get(address).status_code == 400


@pytest.mark.parametrize("form", ["", "xlsx", "people"])
def test_an_unknown_format_is_refused(admin: Admin, form: str) -> None:
    assert begun(admin, form).status == 422


def test_without_the_right_to_read_people_there_is_no_export(world: World) -> None:
    admin = sign_in(world, admin_scopes=frozenset({"clients:read", "imports:read", "imports:write"}))
    assert admin.open(PATH).status == 403
    assert admin.open(f"{PATH}/file").status == 403
