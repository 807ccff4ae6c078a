"""Fixtures for tests of the audit chain."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from idp.adapters.dynamodb import DynamoDb
from idp.settings import Settings
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.transport import NoAnswer, Refusal
from idp.wiring import build_services
from tests.support.audited import NOON, Chained
from tests.support.clock import Clock


@pytest.fixture
def chained(quick_endpoint: str, tmp_path: Path) -> Chained:
    """A chain without events, in a deployment with keys."""
    prefix = f"v{uuid.uuid4().hex[:12]}"
    clock = Clock(NOON)
    settings = Settings(issuer="https://id.example", env="dev", table_prefix=prefix, key_file=str(tmp_path / "key"))
    services = build_services(settings, clock=clock)
    transport = DynamoDb(region="us-east-1", endpoint=quick_endpoint, refusal=Refusal, silence=NoAnswer)
    vars(services)["database"] = database = Database(prefix=prefix, transport=transport)
    create_tables(database)
    services.key_rotation.ensure()
    return Chained(database, services.head_signer, clock)
