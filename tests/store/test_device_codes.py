"""Device authorizations (RFC 8628): a user code is of one device, an answer is stored once, a poll is one write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.store import keys
from idp.store.database import Database
from idp.store.device_codes import KEPT, DeviceCodeItem, DeviceCodes, item
from tests.store.examples import NOW, device
from tests.store.race import crowd

AT_ONCE = 20


@pytest.fixture
def devices(database: Database) -> DeviceCodes:
    return DeviceCodes(database)


def test_a_device_is_read_as_it_was_written(devices: DeviceCodes) -> None:
    """All members are stored."""
    made = device(resources=("https://a.example", "https://b.example"), authorization_details=({"type": "x", "n": [1]},), scopes=())
    assert devices.create(made)
    assert devices.get(made.user_code) == made
    assert devices.get("BBBBBBBB") is None


def test_a_user_code_is_taken_until_its_device_stops_polling(devices: DeviceCodes) -> None:
    """§6.1 asks for few collisions. Live codes never collide, and an old code never answers for a new one."""
    made = device()
    assert devices.create(made)
    assert not devices.create(replace(made, id="second", created_at=made.expires_at))
    later = replace(made, id="third", created_at=made.expires_at + KEPT, expires_at=made.expires_at + KEPT + 600)
    assert devices.create(later)
    assert not devices.approve(made.user_code, made.id, user_id="u", grant_id="g", now=NOW)
    assert devices.get(made.user_code) == later


@pytest.mark.parametrize("late", [600, 6000])
def test_an_expired_device_authorization_is_not_answered(devices: DeviceCodes, late: int) -> None:
    """From the second of its expiry on, also before TTL removes the item."""
    made = device()
    devices.create(made)
    assert not devices.approve(made.user_code, made.id, user_id="u", grant_id="g", now=NOW + late)
    assert not devices.deny(made.user_code, made.id, user_id="u", now=NOW + late)
    assert not devices.approve("ZZZZZZZZ", made.id, user_id="u", grant_id="g", now=NOW)
    assert devices.get(made.user_code) == made


def test_an_answer_cannot_be_changed(devices: DeviceCodes) -> None:
    """After an approval it cannot be denied, after a denial not approved, also not by another user."""
    yes, no = device(), device()
    devices.create(yes)
    devices.create(no)
    assert devices.approve(yes.user_code, yes.id, user_id="u", grant_id="g", now=NOW)
    assert not devices.deny(yes.user_code, yes.id, user_id="u", now=NOW)
    assert not devices.approve(yes.user_code, yes.id, user_id="v", grant_id="h", now=NOW)
    assert devices.deny(no.user_code, no.id, user_id="u", now=NOW)
    assert not devices.approve(no.user_code, no.id, user_id="u", grant_id="g", now=NOW)
    assert devices.get(yes.user_code) == replace(yes, user_id="u", grant_id="g", address="", user_agent="")
    assert devices.get(no.user_code) == replace(no, denied_by="u", address="", user_agent="")


def test_an_early_poll_lengthens_the_interval(devices: DeviceCodes) -> None:
    """§3.5: the interval grows by five seconds each time, and the wait begins again."""
    made = device()
    devices.create(made)
    assert devices.poll(made, NOW)
    read = devices.get(made.user_code)
    assert read == replace(made, polled_at=NOW)
    assert not devices.poll(read, NOW + 4)
    read = devices.get(made.user_code)
    assert read == replace(made, polled_at=NOW + 4, interval=10)
    assert devices.poll(read, NOW + 14)


def test_a_poll_for_another_device_changes_nothing(devices: DeviceCodes) -> None:
    """The user code belongs to another device by then."""
    made = device()
    devices.create(made)
    assert not devices.poll(replace(made, id="earlier"), NOW)
    assert not devices.poll(replace(made, id="earlier", polled_at=NOW), NOW)
    assert devices.get(made.user_code) == made


@pytest.mark.engines
def test_one_of_concurrent_polls_is_in_time(real: Database) -> None:
    """All polls have the same time: one gets authorization_pending, the others slow_down."""
    devices = DeviceCodes(real)
    for _ in range(10):
        made = device()
        devices.create(made)
        assert sum(crowd(AT_ONCE, lambda _, made=made: devices.poll(made, NOW))) == 1  # type: ignore[misc]  # mypy infers no type of a lambda with a default


@pytest.mark.engines
def test_one_of_concurrent_answers_is_stored(real: Database) -> None:
    """Ten approvals and ten denials of different users: one is stored, and the device gets that one."""
    devices = DeviceCodes(real)
    for _ in range(10):
        made = device()
        devices.create(made)

        def answer(number: int, code: str = made.user_code, id_: str = made.id) -> bool:
            if number % 2:
                return devices.deny(code, id_, user_id=f"u{number}", now=NOW)
            return devices.approve(code, id_, user_id=f"u{number}", grant_id=f"g{number}", now=NOW)

        told = crowd(AT_ONCE, answer)
        assert sum(told) == 1
        read, winner = devices.get(made.user_code), told.index(True)
        assert read is not None
        assert (read.denied_by, read.grant_id) == (f"u{winner}", "") if winner % 2 else ("", f"g{winner}")


@pytest.mark.engines
def test_one_of_concurrent_devices_gets_the_user_code(real: Database) -> None:
    """Of concurrent devices with the same user code, one is stored."""
    devices, made = DeviceCodes(real), device()
    assert sum(crowd(AT_ONCE, lambda n: devices.create(replace(made, id=f"d{n}")))) == 1


def test_an_item_has_a_ttl_after_the_last_late_poll(devices: DeviceCodes) -> None:
    """TTL removes it after late polls got expired_token."""
    made = device()
    devices.create(made)
    assert (item(made).key, item(made).ttl) == (keys.device_code(made.user_code), made.expires_at + KEPT)
    assert DeviceCodeItem.table == "state"
