"""Fixtures: `acme` and `other`, two organisations of one deployment."""

from __future__ import annotations

import pytest

from tests.integration.admin.isolation.tenants import Tenant, tenant
from tests.support.world import World


@pytest.fixture
def acme(world: World) -> Tenant:
    """The organisation whose admin calls."""
    assert world.admin.is_full_admin
    return tenant(world, "acme")


@pytest.fixture
def other(world: World) -> Tenant:
    """An organisation whose objects no member of `acme` may see."""
    return tenant(world, "other")
