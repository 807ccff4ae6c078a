"""Each stored event, and its copy for an organisation, expires when the setting for its type says (docs/audit.md, Retention)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.audit.retention import Retention
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

DAYS, RULES = 400, "user:30,user.updated:700,role:7,organization:90"
KINDS = {"event", "organisation_event"}


def test_each_event_expires_by_its_type_and_the_default_counts_for_the_others(
    quick_endpoint: str, table_prefix: str, tmp_path: Path
) -> None:
    """Events of single writes, of transactions and of several at once."""
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path, {"IDP_AUDIT_RETENTION_DAYS": str(DAYS), "IDP_AUDIT_RETENTION": RULES})
    services = idp.services()
    made = services.user_service.create("ada@example.com", None, scope=DEPLOYMENT)
    services.user_service.patch(made.id, {"claims": {"name": "Ada"}}, scope=DEPLOYMENT)
    idp.done("bootstrap", "--json")
    idp.done("roles", "create", "editor")
    org = services.organisation_service.create("acme", "Acme", scope=DEPLOYMENT)
    services.organisation_service.patch(org.id, {"name": "Acme Ltd"}, scope=DEPLOYMENT)
    services.member_service.add(org.id, made.id, scope=DEPLOYMENT)
    expected, found = Retention.of(DAYS, RULES), dict[tuple[str, str], int]()
    for raw in services.database.scan("state"):
        if raw["kind"]["S"] in KINDS:
            at = int(raw["at"]["S"].partition("#")[0]) // 1000
            found[raw["kind"]["S"], raw["type"]["S"]] = int(raw["ttl"]["N"]) - at
    assert found == {key: expected.seconds(key[1]) for key in found}
    types = {type_ for _, type_ in found}
    assert types >= {"user.created", "user.updated", "role.created", "organization.created", "client.created"}, types
    assert {kind for kind, _ in found} == KINDS
    assert len(set(found.values())) == 5, found  # each rule, and the default
