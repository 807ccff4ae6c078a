"""A provider with the admin API, whose uploads go to S3 on loopback."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from idp.services.imports.worker import ImportWorker
from idp.settings import Settings
from tests.support.admin_calls import ISSUER
from tests.support.s3_server import BUCKET, S3Server, s3_server
from tests.support.world import World

KEYS: list[dict[str, Any]] = []
"""The keys that all providers share, since RSA keys take a while to make."""


@dataclass
class Importing:
    """The provider, and S3."""

    world: World
    s3: S3Server

    def create(self, content: bytes, **members: Any) -> dict[str, Any]:
        """Create an import of a CSV file with this content. Returns the answer."""
        answer = self.world.call("POST", "/imports", json={"format": "csv", "size": len(content), "rate": 5000, **members})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def upload(self, made: dict[str, Any], content: bytes, number: int = 0) -> httpx.Response:
        """Send a file to where the answer says."""
        to = made["uploads"][number]
        return httpx.request(to["method"], to["url"], content=content, headers=to["headers"])

    def start(self, job_id: str) -> httpx.Response:
        """Start a job."""
        return self.world.call("POST", f"/imports/{job_id}/start")

    def started(self, content: bytes, **members: Any) -> str:
        """Create, upload and start. Returns the id."""
        made = self.create(content, **members)
        assert self.upload(made, content).status_code == 200
        assert self.start(made["id"]).status_code == 202
        return str(made["id"])

    def worker(self) -> ImportWorker:
        """Return a new worker without pauses."""
        it = self.world.services
        return ImportWorker(it.import_jobs, it.import_bucket, it.importer, it.audit, it.clock, it.new_id, pause=lambda _: None)

    def work(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Run one slice."""
        return self.worker().run(has_time=has_time)

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a job, as the admin API tells it."""
        told: dict[str, Any] = self.world.call("GET", f"/imports/{job_id}").json()
        return told

    def report(self, job_id: str) -> list[dict[str, Any]]:
        """Return the whole report."""
        found, cursor = [], None
        while True:
            page = self.world.call(
                "GET", f"/imports/{job_id}/report", params={"limit": 100} | ({"cursor": cursor} if cursor else {})
            ).json()
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def people(self) -> list[str]:
        """Return the addresses of all people with an address at meadow.example."""
        listed = self.world.services.database.scan("directory")
        return sorted(raw["email"]["S"] for raw in listed if raw["kind"]["S"] == "user" and "meadow" in raw["email"]["S"])


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the key file."""
    return tmp_path_factory.mktemp("imports")


@pytest.fixture
def s3(moto_endpoint: str) -> Iterator[S3Server]:
    """S3 with an empty bucket."""
    with s3_server(moto_endpoint) as server:
        yield server


def _importing(endpoint: str, s3: S3Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Importing:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    monkeypatch.setattr("idp.adapters.s3.time.sleep", lambda _: None)
    settings = Settings(
        issuer=ISSUER, table_prefix="t" + uuid.uuid4().hex[:12], key_file=str(folder / "key"), argon2_memory_kib=8, argon2_iterations=1,
        import_bucket=BUCKET,
    )  # fmt: skip
    return Importing(World(settings, KEYS).begun(), s3)


@pytest.fixture
def importing(quick_endpoint: str, s3: S3Server, key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Importing:
    """On the fastest engine."""
    return _importing(quick_endpoint, s3, key_folder, monkeypatch)


@pytest.fixture
def racing(dynamodb_endpoint: str, s3: S3Server, key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Importing:
    """Once on each real engine."""
    return _importing(dynamodb_endpoint, s3, key_folder, monkeypatch)


def csv(first: int, last: int) -> bytes:
    """Return a file with these people, by number."""
    rows = (f"id-{number},person.{number}@meadow.example\n" for number in range(first, last + 1))
    return ("id,email\n" + "".join(rows)).encode()
