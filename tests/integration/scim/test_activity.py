"""Who disabled an account, and who may enable it again by `active` (threats P-13). A refusal is an answer without an error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Throttled
from idp.domain.factors.throttle import FREE
from tests.integration.account.passkeys import visitor
from tests.integration.scim.provisioning import USER

if TYPE_CHECKING:
    import httpx

    from idp.domain.people.user import User
    from tests.integration.scim.provisioning import Directory, Provisioning

NAME = "ada@corp.example"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def _by_path(directory: Directory, id_: str, *, active: object) -> httpx.Response:
    return directory.patch(f"/Users/{id_}", {"op": "Replace", "path": "active", "value": active})


def _without_path(directory: Directory, id_: str, *, active: object) -> httpx.Response:
    return directory.patch(f"/Users/{id_}", {"op": "replace", "value": {f"{USER.upper()}:Active": active, "title": "Dr"}})


def _put(directory: Directory, id_: str, *, active: object) -> httpx.Response:
    return directory.call("PUT", f"/Users/{id_}", {"schemas": [USER], "userName": NAME, "active": active})


def _bulk(directory: Directory, id_: str, *, active: object) -> httpx.Response:
    data = {"Operations": [{"op": "add", "path": "active", "value": active}]}
    done = directory.ok("POST", "/Bulk", {"schemas": [BULK], "Operations": [{"method": "PATCH", "path": f"/Users/{id_}", "data": data}]})
    assert done["Operations"][0]["status"] == "200", done
    return directory.call("GET", f"/Users/{id_}")


WAYS = pytest.mark.parametrize("say", [_by_path, _without_path, _put, _bulk])


def stored(scim: Provisioning, id_: str) -> User:
    found = scim.services.users.get(id_)
    assert found
    return found


def by_admin(scim: Provisioning, id_: str, *, disabled: bool) -> User:
    return scim.services.user_service.patch(id_, {"disabled": disabled}, scope=DEPLOYMENT)


def asked_to_delete(scim: Provisioning, id_: str) -> None:
    seen: Any = visitor(scim, stored(scim, id_))
    scim.services.self_deletion.ask(seen, attempt="a", origin=scim.origin(), now=scim.clock())


@WAYS
def test_active_true_does_not_undo_an_admin_s_disabling(scim: Provisioning, say: Any) -> None:
    """The answer is 200 with `active` false, as often as it is sent, and the write that says nothing else is none."""
    directory = scim.directory()
    made = directory.person(NAME)
    by_admin(scim, made["id"], disabled=True)
    versions = set()
    for value in (True, True, True):
        answer = say(directory, made["id"], active=value)
        assert (answer.status_code, answer.json()["active"]) == (200, False)
        versions.add(stored(scim, made["id"]).version)
    assert stored(scim, made["id"]).disabled
    assert len(versions) == 1, "a repetition writes nothing"
    assert directory.ok("GET", "/Users", params={"filter": f'userName eq "{NAME}" and active eq false'})["totalResults"] == 1
    by_admin(scim, made["id"], disabled=False)
    assert directory.ok("GET", f"/Users/{made['id']}")["active"] is True


@WAYS
def test_active_false_and_true_do_not_undo_an_admin_s_disabling_either(scim: Provisioning, say: Any) -> None:
    """Else a client could take the disabling over, and lift it."""
    directory = scim.directory()
    made = directory.person(NAME)
    by_admin(scim, made["id"], disabled=True)
    for value in (False, True, "False", "True"):
        assert say(directory, made["id"], active=value).json()["active"] is False
    assert stored(scim, made["id"]).disabled


@WAYS
def test_a_client_enables_again_what_it_disabled(scim: Provisioning, say: Any) -> None:
    """The sessions of before stay ended."""
    directory = scim.directory()
    made = directory.person(NAME)
    assert say(directory, made["id"], active=False).json()["active"] is False
    assert (stored(scim, made["id"]).disabled, stored(scim, made["id"]).deactivated_by) == (True, directory.id)
    assert say(directory, made["id"], active=True).json()["active"] is True
    now = stored(scim, made["id"])
    assert (now.disabled, now.deactivated_by, now.security_stamp) == (False, "", 1)


def test_a_person_who_was_made_inactive_becomes_active_by_the_client(scim: Provisioning) -> None:
    directory = scim.directory()
    made = directory.person(NAME, active=False)
    assert stored(scim, made["id"]).deactivated_by == directory.id
    assert _by_path(directory, made["id"], active=True).json()["active"] is True


def test_an_admin_takes_over_what_a_client_disabled(scim: Provisioning) -> None:
    """Disabled by the client, and by the admin again: the client cannot lift it any more. Also after the admin enabled it in between."""
    directory = scim.directory()
    for between in ([], [False]):
        made = directory.person()
        _by_path(directory, made["id"], active=False)
        for disabled in between:
            by_admin(scim, made["id"], disabled=disabled)
        after = by_admin(scim, made["id"], disabled=True)
        assert (after.disabled, after.deactivated_by) == (True, "")
        assert _by_path(directory, made["id"], active=True).json()["active"] is False
        assert stored(scim, made["id"]).disabled


def test_an_admin_enables_what_a_client_disabled_and_the_client_disables_it_again(scim: Provisioning) -> None:
    directory = scim.directory()
    made = directory.person(NAME)
    for _ in range(2):
        _by_path(directory, made["id"], active=False)
        assert not by_admin(scim, made["id"], disabled=False).disabled
    assert _by_path(directory, made["id"], active=True).json()["active"] is True


def test_a_change_of_something_else_says_nothing_about_active(scim: Provisioning) -> None:
    """Of an account that is being deleted, too: only `active` false keeps it disabled after a cancelled deletion."""
    directory = scim.directory()
    made = directory.person(NAME)
    asked_to_delete(scim, made["id"])
    at = f"/Users/{made['id']}"
    for operation in ({"op": "replace", "path": "title", "value": "Dr"}, {"op": "add", "value": {"nickName": "A", "locale": "de"}}):
        told = directory.patch(at, operation)
        assert (told.status_code, told.json()["active"]) == (200, False)
    assert directory.ok("PUT", at, {"userName": NAME, "title": "x"})["active"] is False
    assert stored(scim, made["id"]).deactivated_by == ""
    assert not scim.services.self_deletion.cancel(made["id"], scope=DEPLOYMENT).disabled


@WAYS
def test_active_true_cancels_no_deletion(scim: Provisioning, say: Any) -> None:
    """The owner asked for it. The answer is 200 with `active` false."""
    directory = scim.directory()
    made = directory.person(NAME)
    asked_to_delete(scim, made["id"])
    due = stored(scim, made["id"]).deleting_until
    for _ in range(2):
        answer = say(directory, made["id"], active=True)
        assert (answer.status_code, answer.json()["active"]) == (200, False)
    now = stored(scim, made["id"])
    assert (now.disabled, now.deleting_until) == (True, due)


@WAYS
def test_active_false_holds_after_a_cancelled_deletion(scim: Provisioning, say: Any) -> None:
    """Somebody who leaves asks for the deletion, is deactivated by the directory, and undoes the deletion: the account stays disabled."""
    directory = scim.directory()
    made = directory.person(NAME)
    asked_to_delete(scim, made["id"])
    assert say(directory, made["id"], active=False).json()["active"] is False
    after = scim.services.self_deletion.cancel(made["id"], scope=DEPLOYMENT)
    assert (after.disabled, after.deleting_until, after.deactivated_by) == (True, 0, directory.id)
    assert say(directory, made["id"], active=True).json()["active"] is True


def test_a_client_may_take_back_what_it_said_during_a_deletion(scim: Provisioning) -> None:
    directory = scim.directory()
    made = directory.person(NAME)
    asked_to_delete(scim, made["id"])
    for value in (False, True):
        assert _by_path(directory, made["id"], active=value).json()["active"] is False
    assert not scim.services.self_deletion.cancel(made["id"], scope=DEPLOYMENT).disabled


def test_active_true_ends_no_lock(scim: Provisioning) -> None:
    """Wrong passwords lock the account for a time. It is active all that time, and `active` true changes nothing about it."""
    directory = scim.directory(sets_passwords=True, domains=["corp.example"])
    made = directory.person(NAME, password="correct horse battery staple 27")
    s, origin = scim.services, scim.origin()

    def attempt(password: str) -> None:
        s.sign_in.password(NAME, password, client_id=None, device=None, origin=origin, now=scim.clock())

    for _ in range(FREE):
        with pytest.raises(Invalid):
            attempt("wrong")
    for value in (True, False, True):
        assert _by_path(directory, made["id"], active=value).json()["active"] is value
    with pytest.raises(Throttled):
        attempt("correct horse battery staple 27")


def test_an_erased_person_comes_back_as_another_one_only(scim: Provisioning) -> None:
    """`active` of somebody who is gone is 404, and a new creation has a new id and nothing of the old account."""
    directory = scim.directory()
    made = directory.person(NAME)
    by_admin(scim, made["id"], disabled=True)
    scim.services.user_service.delete(made["id"], scope=DEPLOYMENT)
    assert _by_path(directory, made["id"], active=True).status_code == 404
    again = directory.person(NAME)
    assert (again["id"] != made["id"], again["active"]) == (True, True)


def test_a_client_lifts_nothing_that_another_client_did(scim: Provisioning) -> None:
    """After the id of the client in the item was changed, which no request can do."""
    directory = scim.directory()
    made = directory.person(NAME, active=False)
    user = stored(scim, made["id"])
    assert scim.services.users.replace(replace(user, deactivated_by="other"))
    assert _by_path(directory, made["id"], active=True).json()["active"] is False
