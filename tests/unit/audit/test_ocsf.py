"""Which class of OCSF an event becomes."""

from __future__ import annotations

import pytest

from idp.domain.audit.event import AuditEvent
from idp.services.audit.formats import ocsf


@pytest.mark.parametrize(
    ("type_", "type_uid"),
    [
        ("sign_in.succeeded", 300201), ("sign_in.failed", 300201), ("session.ended", 300202), ("refresh_token.replayed", 300299),
        ("user.created", 300101), ("password.changed", 300103), ("password.reset", 300104), ("user.deleted", 300106),
        ("sign_in.locked", 300109), ("factor.added", 300110), ("user.factors_reset", 300111), ("user.unlocked", 300112),
        ("user.updated", 300199), ("email.changed", 300199), ("client.created", 300401), ("policies.published", 300403),
        ("role.deleted", 300404), ("export.made", 300499),
    ],
)  # fmt: skip
def test_an_event_has_the_class_of_its_type(type_: str, type_uid: int) -> None:
    told = ocsf.as_ocsf(AuditEvent("e", 1, type_, subject="usr_a", target="t"))
    assert told["type_uid"] == type_uid
    assert told["metadata"]["event_code"] == type_


@pytest.mark.parametrize("type_", ["user.created", "sign_in.locked", "email.changed"])
def test_an_event_about_a_user_without_one_is_about_an_entity(type_: str) -> None:
    """The classes about users require one."""
    told = ocsf.as_ocsf(AuditEvent("e", 1, type_))
    assert told["class_uid"] == 3004
    assert told["entity"] == {"name": type_.partition(".")[0]}


def test_a_failed_sign_in_without_a_user_says_so() -> None:
    """Authentication requires a user. Of the address there is only a keyed hash."""
    told = ocsf.as_ocsf(AuditEvent("e", 1, "sign_in.failed", "failure", details={"account": "hash"}))
    assert told["user"] == {"name": "unknown", "uid_alt": "hash", "type_id": 0}
    assert (told["status_id"], told["severity_id"]) == (2, 2)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        ("usr_a", {"user": {"uid": "usr_a", "type_id": 1}}), ("app", {"app_uid": "app"}),
        ("system", {"user": {"name": "system", "type_id": 3}}),
        ("", None),
    ],
)  # fmt: skip
def test_the_actor_is_a_user_an_app_or_the_provider(actor: str, expected: object) -> None:
    assert ocsf.as_ocsf(AuditEvent("e", 1, "user.created", actor=actor, client_id="app")).get("actor") == expected


def test_what_ocsf_has_no_attribute_for_is_unmapped() -> None:
    told = ocsf.as_ocsf(AuditEvent("e", 1, "user.updated", target="t", subject="u", client_id="app", details={"changed": "email"}))
    assert told["unmapped"] == {"target": "t", "client_id": "app", "details": {"changed": "email"}}
