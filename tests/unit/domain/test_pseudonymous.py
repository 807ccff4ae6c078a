"""What an audit event keeps about an erased person (docs/decisions/0008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.audit.event import AuditEvent
from idp.domain.audit.pseudonymous import KEPT_DETAILS, pseudonymous

WHO, ADMIN = "usr_ada", "usr_admin"
EVENT = AuditEvent("e", 1, "user.updated", actor=WHO, subject=WHO, target="t", client_id="c", address="192.0.2.1", request_id="r")


def test_the_act_stays_and_the_network_address_goes() -> None:
    """The id of the request goes, too, because a log line may have it beside the network address."""
    assert pseudonymous(EVENT, WHO) == replace(EVENT, address="", request_id="")


@pytest.mark.parametrize("actor", ["", WHO])
def test_an_act_of_the_person_or_of_a_stranger_loses_its_address(actor: str) -> None:
    """Who failed to sign in is not known: it may have been the person."""
    assert pseudonymous(replace(EVENT, actor=actor), WHO).address == ""


def test_the_address_of_an_admin_who_acted_on_the_person_stays() -> None:
    """It is data of the admin."""
    assert pseudonymous(replace(EVENT, actor=ADMIN), WHO).address == "192.0.2.1"


def test_an_act_of_the_person_on_another_loses_its_address_and_keeps_its_details() -> None:
    """The details are about the other."""
    event = replace(EVENT, subject="usr_other", details={"email": "o@example.com"})
    assert pseudonymous(event, WHO) == replace(event, address="", request_id="")


def test_details_that_are_not_known_to_be_harmless_go() -> None:
    """So a detail of a later release is removed, too."""
    event = replace(EVENT, details={"changed": "email", "account": "hash", "email": "a@example.com", "name": "Ada"})
    assert pseudonymous(event, WHO).details == {"changed": "email"}
    assert not KEPT_DETAILS & {"account", "email", "name", "address"}


def test_it_may_be_done_again() -> None:
    """The second time changes nothing."""
    once = pseudonymous(EVENT, WHO)
    assert pseudonymous(once, WHO) == once
