"""Password hashing: Argon2id, the same effort for known and unknown users, and a limit on parallel hashes."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from idp.domain.errors import Unavailable
from idp.domain.factors.password_policy import normalise
from idp.services.factors.passwords import Passwords
from idp.settings import Settings

CHEAP = Settings(issuer="http://localhost:8000", env="dev", argon2_memory_kib=64, argon2_iterations=1)


@pytest.fixture
def passwords() -> Passwords:
    """Hashing with the cheapest parameters."""
    return Passwords(CHEAP)


def test_a_password_is_stored_as_argon2id_with_the_settings_parameters() -> None:
    """OWASP: Argon2id, 19 MiB, two iterations, one lane unless set higher."""
    encoded = Passwords(Settings(issuer="https://id.example.com")).hash("correct horse")
    assert encoded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "correct horse" not in encoded


def test_the_same_password_hashes_differently_each_time(passwords: Passwords) -> None:
    """Hashes have a salt, so equal passwords of two people are not visible."""
    assert passwords.hash("correct horse") != passwords.hash("correct horse")


@pytest.mark.parametrize("password", ["correct horse", " spaces kept ", "pässwörd", "🔑" * 8, "nul\0inside it", "x" * 1024])
def test_the_whole_password_is_verified(passwords: Passwords, password: str) -> None:
    """ASVS 6.2.8: verified exactly as received. A NUL does not end it, and nothing is cut (G-08)."""
    encoded = passwords.hash(normalise(password))
    assert passwords.verify(encoded, normalise(password))
    assert not passwords.verify(encoded, normalise(password)[:-1])


def test_long_passwords_with_the_same_beginning_differ(passwords: Passwords) -> None:
    """G-08: bcrypt would stop at 72 bytes."""
    assert not passwords.verify(passwords.hash("a" * 72 + "b" * 28), "a" * 72 + "c" * 28)


def test_a_password_typed_in_another_unicode_form_is_the_same(passwords: Passwords) -> None:
    """G-09: set composed, typed decomposed."""
    assert passwords.verify(passwords.hash(normalise("cafe\u0301 noir")), normalise("caf\u00e9 noir"))


@pytest.mark.parametrize("encoded", [None, "", "not a hash", "$argon2id$v=19$m=64,t=1,p=1$", "$2b$12$" + "a" * 53])
def test_without_a_usable_hash_each_password_is_wrong(passwords: Passwords, encoded: str | None) -> None:
    """An unknown user, a user without a password and a damaged item: no exception is raised."""
    assert not passwords.verify(encoded, "")
    assert not passwords.verify(encoded, "correct horse")


def test_an_unknown_user_costs_one_argon2_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """G-02: the same library call as for a known user, with the same parameters, from the first time on."""
    import argon2

    seen: list[argon2.Parameters] = []
    real = argon2.PasswordHasher.verify

    def spy(self: argon2.PasswordHasher, encoded: str | bytes, password: str | bytes) -> bool:
        seen.append(argon2.extract_parameters(str(encoded)))
        return real(self, encoded, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", spy)
    monkeypatch.setattr(argon2.PasswordHasher, "hash", None)  # nothing else is computed
    passwords = Passwords(CHEAP)
    passwords.verify(None, "correct horse")
    monkeypatch.undo()
    assert seen == [argon2.extract_parameters(passwords.hash("any"))]


def test_a_hash_with_old_parameters_needs_a_rehash(passwords: Passwords) -> None:
    """The old hash still verifies."""
    encoded = passwords.hash("correct horse")
    stronger = Passwords(replace(CHEAP, argon2_iterations=2))
    assert not passwords.needs_rehash(encoded)
    assert stronger.needs_rehash(encoded)
    assert stronger.verify(encoded, "correct horse")


def test_too_many_parallel_hashes_are_refused() -> None:
    """G-14: a storm gets 503 with Retry-After. Afterwards everything works again."""
    passwords = Passwords(CHEAP, parallel=1, patience=0.01)
    inside, leave = threading.Event(), threading.Event()

    def occupy() -> None:
        with passwords._place():  # noqa: SLF001  # holds the one place as a long run would
            inside.set()
            leave.wait(60)

    busy = threading.Thread(target=occupy)
    busy.start()
    assert inside.wait(60)
    with pytest.raises(Unavailable) as refused:
        passwords.verify(None, "correct horse")
    assert refused.value.status == 503
    leave.set()
    busy.join()
    assert not passwords.verify(None, "correct horse")
