"""Import of people in the console: a plain form to the bucket, a page for each job, the report, and the end (threats R-19)."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.moving.import_job import LARGEST, LARGEST_FURTHER, Status
from idp.services.imports.worker import ImportWorker
from tests.integration.console.admins import Admin, sign_in
from tests.integration.console.markup import HOSTILE, check
from tests.support.s3_server import BUCKET, S3Server, s3_server
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.moving.import_job import ImportJob
    from idp.settings import Settings
    from tests.support.forms import Page

PATH = "/console/people/imports"
FILE = b"id,email,name\n" + b"".join(b"id-%d,person.%d@orchard.example,=cmd()\n" % (n, n) for n in range(12)) + b"=1+1,nobody,\n"


@pytest.fixture
def s3(moto_endpoint: str) -> Iterator[S3Server]:
    """S3 with an empty bucket."""
    with s3_server(moto_endpoint) as server:
        yield server


@pytest.fixture
def world(settings: Settings, quick_endpoint: str, prepared: set[str], s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> World:
    """The provider with imports, on the fastest engine."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    world = World(replace(settings, import_bucket=BUCKET))
    if quick_endpoint not in prepared:
        world.with_tables()
        prepared.add(quick_endpoint)
    _ = world.services.database  # made while the environment names the engines
    _ = world.services.import_bucket  # as above
    for job in world.services.import_job_service.listing(scope=DEPLOYMENT):  # one job runs at a time, and few wait
        if job.status in {Status.WAITING, Status.RUNNING}:
            world.services.import_job_service.cancel(job.id, scope=DEPLOYMENT, by=world.by)
    return world


def created(admin: Admin, **typed: str) -> Page:
    """The page of a new job for a CSV file."""
    return admin.press(admin.open(PATH), "/imports", {"format": "csv", "rate": "5000", "dry_run": "", **typed})


def upload(page: Page, content: bytes, changed: dict[str, str] | None = None) -> httpx.Response:
    """Send a file as a browser does, by the form of the page."""
    form = next(each for each in page.forms if urlsplit(each.action).port)
    fields = {**{name: value for name, value in form.fields.items() if name != "file"}, **(changed or {})}
    return httpx.post(form.action, data=fields, files={"file": ("people.csv", content, "text/csv")})


def job_of(world: World, page: Page) -> ImportJob:
    """The job of this page, as stored."""
    found = world.services.import_jobs.get(urlsplit(str(page.response.url)).path.rpartition("/")[2])
    assert found
    return found


def work(world: World) -> None:
    """Run one slice."""
    it = world.services
    ImportWorker(it.import_jobs, it.import_bucket, it.importer, it.audit, it.clock, it.new_id, pause=lambda _: None).run(
        has_time=lambda: True
    )


def test_a_file_is_imported_by_plain_forms(world: World, admin: Admin, s3: S3Server) -> None:
    """Create, upload, start, follow, read the report: without any script, and the file does not pass this provider."""
    page = created(admin)
    assert "Start the import" not in page.text
    policy = page.response.headers["content-security-policy"]
    assert f"form-action 'self' {s3.url};" in policy
    answer = upload(page, FILE)
    assert answer.status_code == 303
    back = urlsplit(answer.headers["location"])
    page = admin.open(f"{back.path}?{back.query}")
    assert "Uploaded" in page.text
    page = admin.press(page, "/start")
    job = job_of(world, page)
    assert (job.status, dict(job.files)) == (Status.RUNNING, {"people": len(FILE)})
    assert 'data-live="3"' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert s3.url not in page.response.headers["content-security-policy"]
    work(world)
    page = admin.open(f"{PATH}/{job.id}")
    assert '<progress value="100" max="100"' in page.text
    assert "Finished" in page.text
    assert "data-live" not in page.text
    assert (job_of(world, page).progress.created, job_of(world, page).progress.refused) == (12, 1)
    assert s3.stored() == []
    report = admin.browser.http.get(f"{PATH}/{job.id}/report")
    assert report.headers["content-disposition"] == 'attachment; filename="refused-rows.csv"'
    head, row = csv.reader(io.StringIO(report.text))
    assert (head, row[:3]) == (["row", "id", "field", "reason"], ["14", "'=1+1", ""])


@pytest.mark.parametrize("trial", [True, False])
def test_the_end_of_a_trial_says_that_nothing_was_written_and_leads_on(world: World, admin: Admin, *, trial: bool) -> None:
    page = created(admin, dry_run="1" if trial else "")
    back = urlsplit(upload(page, FILE).headers["location"])
    page = admin.press(admin.open(f"{back.path}?{back.query}"), "/start")
    assert "This was a trial" not in page.text
    work(world)
    page = admin.open(f"{PATH}/{job_of(world, page).id}")
    assert ("This was a trial: nothing was written." in page.text) == trial
    assert (f'class="button small primary" href="{PATH}"' in page.text) == trial


def test_a_form_sends_one_key_of_one_size_for_a_quarter_of_an_hour(admin: Admin, s3: S3Server) -> None:
    """S3 checks the policy: another key, way back or policy is refused, also an empty file and an old form."""
    page, other = created(admin), created(admin)
    keys = [next(each.fields["key"] for each in it.forms if "key" in each.fields) for it in (page, other)]
    for changed in ({"key": keys[1]}, {"success_action_redirect": "https://evil.example/"}, {"policy": "e30="}, {"acl": "public-read"}):
        assert upload(page, FILE, changed).status_code == 403
    assert upload(page, b"").status_code == 403
    s3.ahead = 905
    assert upload(page, FILE).status_code == 403
    assert s3.stored() == []
    s3.ahead = 890
    assert upload(page, FILE).status_code == 303
    assert s3.stored() == [keys[0]]


def test_a_file_has_a_greatest_size(admin: Admin) -> None:
    page = created(admin, format="auth0", further="1")
    forms = [each.fields for each in page.forms if "policy" in each.fields]
    ranges = [next(c for c in json.loads(b64decode(each["policy"]))["conditions"] if isinstance(c, list)) for each in forms]
    assert ranges == [["content-length-range", 1, LARGEST], ["content-length-range", 1, LARGEST_FURTHER]]


def test_a_start_without_the_file_or_with_too_much_is_refused(world: World, admin: Admin, s3: S3Server) -> None:
    """Also by a form that was kept: the size is looked at when the job starts."""
    page = created(admin, format="auth0", further="1")
    job = job_of(world, page)
    form = {**admin.open(PATH).forms[0].fields}
    refused = admin.browser.http.post(f"{PATH}/{job.id}/start", data={"csrf": form["csrf"]}, headers={"Origin": world.settings.issuer})
    assert (refused.status_code, "was not uploaded" in refused.text) == (409, True)
    s3.client.put_object(Bucket=BUCKET, Key=job.key_of("people"), Body=b"[]")
    s3.client.put_object(Bucket=BUCKET, Key=job.key_of("hashes"), Body=b"")
    refused = admin.browser.http.post(f"{PATH}/{job.id}/start", data={"csrf": form["csrf"]}, headers={"Origin": world.settings.issuer})
    assert (refused.status_code, "at least one byte" in refused.text) == (422, True)
    assert job_of(world, page).status is Status.WAITING


def test_cancelling_ends_a_job_and_deletes_its_upload(world: World, admin: Admin, s3: S3Server) -> None:
    page = created(admin)
    upload(page, FILE)
    page = admin.press(admin.open(urlsplit(str(page.response.url)).path), "/cancel")
    assert "The import was cancelled." in page.text
    assert job_of(world, page).status is Status.CANCELLED
    assert s3.stored() == []
    assert page.forms == []


def test_creating_and_starting_need_a_confirmation(world: World, admin: Admin) -> None:
    form = admin.open(PATH)
    admin.later()
    page = admin.press(form, "/imports", {"format": "csv", "rate": "5", "dry_run": "1"})
    assert "Confirm that it is you" in page.text
    page = admin.confirm(page)
    assert job_of(world, page).dry_run
    upload(page, FILE)
    page = admin.open(urlsplit(str(page.response.url)).path)
    admin.later()
    assert "Confirm that it is you" in admin.press(page, "/start").text
    assert job_of(world, page).status is Status.WAITING


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"format": "other"}, "format"),
        ({"format": "csv", "further": "1"}, "csv"),
        ({"rate": "0"}, "5000"),
        ({"rate": "1e3"}, "5000"),
        ({"rate": "٣"}, "5000"),
        ({"links": "google"}, "NAME=CONNECTION_ID"),
        ({"links": "google=nowhere"}, "nowhere"),
        ({"links": "x=" + "y" * 5000}, "NAME=CONNECTION_ID"),
    ],
)
def test_wrong_input_is_answered_with_the_form(admin: Admin, typed: dict[str, str], told: str) -> None:
    page = created(admin, **typed)
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert told in page.text


def test_a_form_that_is_sent_twice_makes_one_job(world: World, admin: Admin) -> None:
    form = admin.open(PATH)
    one, two = (admin.press(form, "/imports", {"format": "csv", "rate": "5"}) for _ in range(2))
    assert job_of(world, one).id == job_of(world, two).id


def test_roles_of_a_file_need_the_right_to_give_roles(world: World) -> None:
    """Otherwise an import would be a way around roles:write."""
    admin = sign_in(world, admin_scopes=frozenset({"imports:read", "imports:write", "users:write"}))
    assert "with_roles" not in admin.open(PATH).text
    assert created(admin, with_roles="1").status == 403


def test_the_file_and_the_start_of_a_job_with_roles_need_the_right_to_give_roles(world: World, admin: Admin) -> None:
    """Otherwise another admin's job would be a way around roles:write: its form would send a file with any roles."""
    page = created(admin, with_roles="1")
    path = urlsplit(str(page.response.url)).path
    other = sign_in(world, admin_scopes=frozenset({"imports:read", "imports:write", "users:write"}))
    shown = other.open(path)
    assert "x-amz-signature" not in shown.text
    assert "Cancel the import" in shown.text
    upload(page, FILE)
    assert 'id="start"' not in other.open(path).text
    token = other.open(PATH).forms[0].fields["csrf"]
    answer = other.browser.http.post(f"{path}/start", data={"csrf": token}, headers={"Origin": world.settings.issuer})
    assert (answer.status_code, "roles:write" in answer.text) == (403, True)
    assert job_of(world, page).status is Status.WAITING
    assert job_of(world, admin.press(admin.open(path), "/start")).status is Status.RUNNING


@pytest.mark.parametrize("held", [{"imports:read"}, {"imports:read", "users:write"}, {"imports:read", "imports:write"}])
def test_an_admin_who_may_only_read_gets_no_form_of_an_upload(world: World, admin: Admin, held: set[str]) -> None:
    page = created(admin)
    path = urlsplit(str(page.response.url)).path
    reader = sign_in(world, admin_scopes=frozenset(held))
    shown = reader.open(path)
    assert "x-amz-signature" not in shown.text
    assert "Go on to the upload" not in reader.open(PATH).text
    token = next(iter(admin.open(PATH).forms)).fields["csrf"]
    for end in ("", "/start"):
        answer = reader.browser.http.post(f"{path if end else PATH}{end}", data={"csrf": token}, headers={"Origin": world.settings.issuer})
        assert answer.status_code == 403


def test_without_a_bucket_the_page_says_what_to_set(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    del world
    plain = World(settings)
    page = sign_in(plain).open(PATH)
    assert "imports=on" in page.text
    assert "Go on to the upload" not in page.text
    del monkeypatch


def test_hostile_texts_of_a_file_are_text(world: World, admin: Admin) -> None:
    """In the report of a page, and no cell of its file begins as a formula."""
    page = created(admin)
    cell = '"' + HOSTILE.replace('"', '""') + '"'
    upload(page, f"id,email,name\n{cell},{cell},{cell}\n".encode())
    job = job_of(world, admin.press(admin.open(urlsplit(str(page.response.url)).path), "/start"))
    work(world)
    page = admin.open(f"{PATH}/{job.id}")
    assert "&lt;script&gt;" in page.text
    check(page.text)
    check(admin.open(PATH).text)


def test_a_job_that_is_not_there_is_not_found(admin: Admin) -> None:
    assert admin.open(f"{PATH}/none").status == 404
    assert admin.browser.http.get(f"{PATH}/none/report").status_code == 404
