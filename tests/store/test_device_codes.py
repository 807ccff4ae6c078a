"""Devices that wait (RFC 8628): a user code is one device's, an answer is given once, a poll is one write."""

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
    """Nothing is lost on the way."""
    made = device(resources=("https://a.example", "https://b.example"), authorization_details=({"type": "x", "n": [1]},), scopes=())
    assert devices.create(made)
    assert devices.get(made.user_code) == made
    assert devices.get("BBBBBBBB") is None


def test_a_user_code_is_taken_until_nobody_polls_for_it(devices: DeviceCodes) -> None:
    """§6.1 asks for few collisions; here there are none among those that live, and an old one is never answered for a new one."""
    made = device()
    assert devices.create(made)
    assert not devices.create(replace(made, id="second", created_at=made.expires_at))
    later = replace(made, id="third", created_at=made.expires_at + KEPT, expires_at=made.expires_at + KEPT + 600)
    assert devices.create(later)
    assert not devices.approve(made.user_code, made.id, user_id="u", grant_id="g", now=NOW)
    assert devices.get(made.user_code) == later


@pytest.mark.parametrize("late", [600, 6000])
def test_what_is_over_is_not_answered(devices: DeviceCodes, late: int) -> None:
    """From the second of its end on, whatever TTL has swept so far."""
    made = device()
    devices.create(made)
    assert not devices.approve(made.user_code, made.id, user_id="u", grant_id="g", now=NOW + late)
    assert not devices.deny(made.user_code, made.id, user_id="u", now=NOW + late)
    assert not devices.approve("ZZZZZZZZ", made.id, user_id="u", grant_id="g", now=NOW)
    assert devices.get(made.user_code) == made


def test_an_answer_stands(devices: DeviceCodes) -> None:
    """Allowed is not denied afterwards, nor the other way round, nor by somebody else."""
    yes, no = device(), device()
    devices.create(yes)
    devices.create(no)
    assert devices.approve(yes.user_code, yes.id, user_id="u", grant_id="g", now=NOW)
    assert not devices.deny(yes.user_code, yes.id, user_id="u", now=NOW)
    assert not devices.approve(yes.user_code, yes.id, user_id="v", grant_id="h", now=NOW)
    assert devices.deny(no.user_code, no.id, user_id="u", now=NOW)
    assert not devices.approve(no.user_code, no.id, user_id="u", grant_id="g", now=NOW)
    assert devices.get(yes.user_code) == replace(yes, user_id="u", grant_id="g")
    assert devices.get(no.user_code) == replace(no, denied_by="u")


def test_polls_move_the_clock_and_early_ones_the_interval(devices: DeviceCodes) -> None:
    """§3.5: five seconds more each time, and the wait begins anew."""
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
    """The user code was given to another one meanwhile."""
    made = device()
    devices.create(made)
    assert not devices.poll(replace(made, id="earlier"), NOW)
    assert not devices.poll(replace(made, id="earlier", polled_at=NOW), NOW)
    assert devices.get(made.user_code) == made


@pytest.mark.engines
def test_of_polls_at_once_one_is_in_time(real: Database) -> None:
    """All that read the same moment: one is told to go on waiting, the others to slow down."""
    devices = DeviceCodes(real)
    for _ in range(10):
        made = device()
        devices.create(made)
        assert sum(crowd(AT_ONCE, lambda _, made=made: devices.poll(made, NOW))) == 1  # type: ignore[misc]


@pytest.mark.engines
def test_of_answers_at_once_one_stands(real: Database) -> None:
    """Ten allow it and ten do not, each somebody else: one is told that it was done, and that is what the device hears."""
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
def test_of_devices_with_one_code_one_begins(real: Database) -> None:
    """A user code that is made twice at once is one device's."""
    devices, made = DeviceCodes(real), device()
    assert sum(crowd(AT_ONCE, lambda n: devices.create(replace(made, id=f"d{n}")))) == 1


def test_an_item_names_its_table_and_its_end(devices: DeviceCodes) -> None:
    """TTL sweeps it, after whoever polls late was told."""
    made = device()
    devices.create(made)
    assert (item(made).key, item(made).ttl) == (keys.device_code(made.user_code), made.expires_at + KEPT)
    assert DeviceCodeItem.table == "state"
