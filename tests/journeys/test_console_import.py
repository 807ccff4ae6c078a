"""Import and export of people in Chromium: by plain forms, also without JavaScript; the bucket is another site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.services.imports.worker import ImportWorker
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import press
from tests.support.s3_server import BUCKET, S3Server, s3_server
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

FILE = b"id,email,name\n1,imported.one@orchard.example,One\n2,nobody,Two\n"


@pytest.fixture(scope="module")
def s3(moto_endpoint: str) -> Iterator[S3Server]:
    """S3 with an empty bucket."""
    with s3_server(moto_endpoint) as server:
        yield server


@pytest.fixture(scope="module")
def running(quick_endpoint: str, s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console and a bucket for imports."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL_S3", s3.url)
        with served_provider(quick_endpoint, folder=folder, console="on", import_bucket=BUCKET) as running:
            _ = running.services.import_bucket  # made while the environment names its address
            yield running


@pytest.mark.parametrize("javascript", [True, False])
def test_people_are_imported(browse: Browse, idp: ServedProvider, gallery: Gallery, *, javascript: bool) -> None:
    """The browser sends the file to the bucket and comes back, still signed in; the page follows the job."""
    page = browse(javascript=javascript)
    open_console(page, idp, idp.person("Dorothy Vaughan", totp=True, admin=True), "/console/people/imports")
    page.get_by_label("Only try it").uncheck()
    press(page, "Go on to the upload")
    if javascript:
        gallery.show(page, "console-import-upload")
    page.locator("input[type=file]").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": FILE})
    press(page, "Upload")
    expect(page.get_by_text("Uploaded")).to_be_visible()
    press(page, "Start the import")
    expect(page.get_by_text("Runs", exact=True)).to_be_visible()
    it = idp.services
    ImportWorker(it.import_jobs, it.import_bucket, it.importer, it.audit, it.clock, it.new_id).run(has_time=lambda: True)
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=15_000)  # the page reads itself again
    expect(page.get_by_role("heading", name="Refused rows")).to_be_visible()
    if javascript:
        gallery.show(page, "console-import")


def test_people_are_exported(browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    """The download is a file of the browser, not a page."""
    page = browse()
    admin = idp.person("Dorothy Vaughan", totp=True, admin=True)
    open_console(page, idp, admin, "/console/people/export")
    press(page, "Begin an export")
    gallery.show(page, "console-export")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "people-00001.csv"
    assert admin.email in download.value.path().read_text(encoding="utf-8")
