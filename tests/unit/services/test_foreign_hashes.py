"""Hashes of other systems verify the passwords that these systems accepted, and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import argon2
import pytest
from passlib.hash import sha512_crypt

from idp.domain.factors import foreign_hash
from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import notation
from idp.domain.factors.hash_notations.fields import unpadded
from idp.services.factors.foreign_hashes.acceptance import ForeignHashes
from idp.services.factors.passwords import Passwords
from idp.settings import Settings
from tests.support.foreign_hashes import PUBLISHED, Published

PASSWORDS = Passwords(Settings(issuer="http://localhost:8000", env="dev", argon2_memory_kib=64, argon2_iterations=1))
HASHES = ForeignHashes(PASSWORDS.hash)
SLOW = [each for each in PUBLISHED if not each.label.startswith("wrapped-")]
FAST = [each for each in PUBLISHED if each.label.startswith("wrapped-")]
BCRYPT = "$2b$04$012345678901234567890u"
"""The cheapest cost, and a salt."""


def bcrypt_of(password: str) -> str:
    """Return the bcrypt hash of a short password."""
    import bcrypt

    return bcrypt.hashpw(password.encode(), BCRYPT.encode()).decode()


def _recorded(calls: list[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, which also adds the first argument of each call."""

    def call(*given: Any) -> Any:
        calls.append(given[0])
        return function(*given)

    return call


@pytest.mark.parametrize("it", PUBLISHED, ids=lambda it: f"{it.label} {it.source[:24]}")
def test_a_published_hash_verifies_its_password_only(it: Published) -> None:
    """The password that the source names is right. Another one, a longer one, one without its last character and none are wrong."""
    stored = HASHES.accept(it.text)
    assert PASSWORDS.verify(stored, it.password)
    assert not PASSWORDS.verify(stored, "another password")
    assert not PASSWORDS.verify(stored, f"x{it.password}")
    assert not PASSWORDS.verify(stored, it.password[:8] + "#" + it.password[9:])
    assert not PASSWORDS.verify(stored, "")
    assert PASSWORDS.needs_rehash(stored)


@pytest.mark.parametrize("it", PUBLISHED, ids=lambda it: f"{it.label} {it.source[:24]}")
def test_a_hash_is_stored_in_one_notation(it: Published) -> None:
    """What is stored reads back as the same hash, and storing it again changes nothing."""
    stored = HASHES.accept(it.text)
    assert notation.read(stored).label == it.label
    assert HASHES.accept(stored) == stored
    assert notation.write(notation.read(stored)) == stored


@pytest.mark.parametrize("it", FAST, ids=lambda it: f"{it.label} {it.source[:24]}")
def test_a_fast_hash_is_not_at_rest(it: Published) -> None:
    """Guesses at what is stored cost a run of Argon2id: neither the digest nor its text is in it."""
    digest, stored = notation.read(it.text).digest, HASHES.accept(it.text)
    assert stored.startswith("$wrapped$")
    assert digest
    assert it.text.rpartition("$")[2] not in stored
    assert notation.read(stored).digest == b""


@pytest.mark.parametrize("it", SLOW, ids=lambda it: f"{it.label} {it.source[:24]}")
def test_one_wrong_digit_of_the_digest_is_another_hash(it: Published) -> None:
    """The whole digest is compared."""
    from dataclasses import replace

    good = notation.read(it.text)
    for place in (0, len(good.digest) - 1):
        other = bytearray(good.digest)
        other[place] ^= 0x01
        if it.label.startswith("sha"):
            other[place] = ord("a") if good.digest[place] != ord("a") else ord("b")
        assert not PASSWORDS.verify(notation.write(replace(good, digest=bytes(other))), it.password)


def test_bcrypt_uses_the_first_72_bytes() -> None:
    """The systems that made these hashes truncated. The package raises; a person with a long password must not get a 500."""
    long = "é" * 36 + "the rest is ignored"
    stored = HASHES.accept(bcrypt_of("é" * 36))
    assert PASSWORDS.verify(stored, long)
    assert PASSWORDS.verify(stored, "é" * 36)
    assert not PASSWORDS.verify(stored, "é" * 35)
    assert not PASSWORDS.verify(stored, "é" * 35 + "e")


def test_bcrypt_truncates_in_the_middle_of_a_character() -> None:
    """72 bytes, not characters: a cut character is no error."""
    import bcrypt

    cut = ("a" * 71 + "é").encode()[:72]
    stored = HASHES.accept(bcrypt.hashpw(cut, BCRYPT.encode()).decode())
    assert PASSWORDS.verify(stored, "a" * 71 + "é!")
    assert not PASSWORDS.verify(stored, "a" * 71)


@pytest.mark.parametrize("scheme", ["2a", "2b", "2y"])
def test_the_three_names_of_bcrypt_are_one(scheme: str) -> None:
    """They are stored as $2b$."""
    text = bcrypt_of("a quiet river").replace("$2b$", f"${scheme}$")
    assert PASSWORDS.verify(HASHES.accept(text), "a quiet river")


def test_unused_bits_of_a_bcrypt_salt_are_ignored() -> None:
    """The salt has 22 characters for 16 bytes. Some systems wrote any last character; the package refuses most of them."""
    text = bcrypt_of("a quiet river")
    other = text[:28] + "v" + text[29:]
    assert text[28] == "u"
    assert PASSWORDS.verify(HASHES.accept(other), "a quiet river")


@pytest.mark.parametrize(
    "text",
    [
        bcrypt_of("nul?here"),
        "$sha512-crypt$rounds=10000$saltstring$" + "." * 86,
        "$md5-crypt$TVEiiKNb$SN6/pUaRQS/E8Jh46As2C/",
        "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
    ],
    ids=["bcrypt", "sha512-crypt", "md5-crypt", "phpass"],
)
@pytest.mark.parametrize("typed", ["nul\0here", "\0", "test\0", "x" * 1024, "あ" * 1024, "test12345\0"])
def test_what_a_scheme_cannot_hash_is_wrong(text: str, typed: str) -> None:
    """A NUL ended such passwords elsewhere, and a long one would take long: neither is right, and neither raises."""
    assert not PASSWORDS.verify(HASHES.accept(text), typed)


def test_the_crypt_schemes_take_256_bytes() -> None:
    """R-08: each round hashes the whole password. A longer one is wrong, also if its beginning is right."""
    stored = HASHES.accept(sha512_crypt.using(rounds=10_000).hash("x" * 256))
    assert not stored.startswith("$wrapped$")
    assert PASSWORDS.verify(stored, "x" * 256)
    assert not PASSWORDS.verify(stored, "x" * 257)
    assert not PASSWORDS.verify(stored, "x" * 256 + "\0")


def test_the_empty_password_is_wrong_for_its_own_hash() -> None:
    """Of a fast scheme as of a slow one: the field of the form may be left empty."""
    slow = hashlib.pbkdf2_hmac("sha256", b"", bytes(16), 30_000)
    for text in (f"$pbkdf2-sha256$30000${unpadded(bytes(16))}${unpadded(slow)}", bcrypt_of("")):
        assert not PASSWORDS.verify(HASHES.accept(text), "")


def test_a_password_is_not_searched_for_placeholders() -> None:
    """{SALT} and {PASSWORD} in what was typed, or in the salt, are text."""
    from base64 import b64encode

    def stored(salt: bytes, whole: bytes) -> str:
        fields = (b"{SALT}:{PASSWORD}", salt, hashlib.sha256(whole).digest())
        return HASHES.accept("$sha256$pf=" + "$".join(b64encode(each).decode() for each in fields))

    assert PASSWORDS.verify(stored(b"s", b"s:{SALT}{PASSWORD}"), "{SALT}{PASSWORD}")
    assert PASSWORDS.verify(stored(b"{PASSWORD}", b"{PASSWORD}:secret"), "secret")
    assert not PASSWORDS.verify(stored(b"{PASSWORD}", b"secret:secret"), "secret")


def test_what_was_typed_is_compared_not_its_normal_form() -> None:
    """Another system hashed what people typed. Ours hashes the NFKC form, in which ² is 2."""
    stored = HASHES.accept(bcrypt_of("x²"))
    assert PASSWORDS.verify(stored, "x2", as_typed="x²")
    assert not PASSWORDS.verify(stored, "x2")
    slow = "$argon2id$v=19$m=64,t=1,p=1$"
    other = Passwords(Settings(issuer="http://localhost:8000", env="dev", argon2_memory_kib=64, argon2_iterations=1)).hash("x²")
    assert other.startswith(slow)
    assert PASSWORDS.verify(other, "x2", as_typed="x²")
    assert not PASSWORDS.verify(other, "x2", as_typed="x3")


@pytest.mark.parametrize(
    "label", sorted({each.label for each in PUBLISHED} | {"bcrypt-hex-sha256:4", "wp-bcrypt:4", "wrapped-hmac-sha256:", "apr1:"})
)
def test_a_decoy_runs_the_same_scheme_and_no_password_is_right(label: str) -> None:
    """It has the label that was asked for, so it takes the time of such a hash."""
    made = foreign_hash.decoy(label, lambda size: b"\x07" * size, PASSWORDS.hash("a decoy"))
    assert made.label == label
    assert notation.read(notation.write(made)).label == label
    assert not PASSWORDS.verify(None, "test", decoy=label)
    assert not PASSWORDS.verify(None, "", decoy=label)


def test_the_check_of_a_decoy_is_the_check_of_its_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-09: an unknown address with this label costs one run of that scheme, as a person with such a hash."""
    from idp.services.factors.foreign_hashes import schemes

    seen: list[ForeignHash] = []
    real = schemes.digest
    monkeypatch.setattr(schemes, "digest", _recorded(seen, real))
    PASSWORDS.verify(None, "test", decoy="pbkdf2-sha256:30000,32")
    PASSWORDS.verify("$pbkdf2-sha256$i=30000,l=32$AAAAAAAAAAAAAAAAAAAAAA$" + "A" * 43, "test")
    assert [(it.scheme, it.cost, len(it.salt)) for it in seen] == 2 * [("pbkdf2-sha256", (30000, 32), 16)]


@pytest.mark.parametrize(
    "label", ["", "ours", "bcrypt:", "bcrypt:x", "scrypt:16384", "rot13:1", "bcrypt:31", "wrapped-", ":", "pbkdf2-md4:1,32"]
)
def test_a_label_that_is_not_known_runs_our_own_hash(label: str) -> None:
    """Another release may have written the numbers. The sign-in is refused as any other, and takes one run."""
    assert not PASSWORDS.verify(None, "test", decoy=label)


@pytest.mark.parametrize(
    "text",
    [
        "$2b$31$" + "a" * 53,
        "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHQ=$" + "A" * 43 + "=",
        "$pbkdf2-sha256$i=9999999999,l=32$c2FsdHNhbHQ$" + "A" * 43,
        "$wrapped$pbkdf2-sha256$9999999999,32$c2FsdA==$$argon2id$v=19$m=64,t=1,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$wrapped$md5$$c2FsdA==$e1BBU1NXT1JEfQ==$argon2id$v=19$m=9999999,t=1,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$wrapped$scrypt$7,8,1,32$c2FsdA==$$argon2id$v=19$m=64,t=1,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$firescrypt$ln=30,r=8,p=1$c2FsdA==$" + "A" * 43 + "=$Bw==$" + "A" * 43 + "=",
        "damaged",
        "$",
        "$$$$",
        "{SSHA}",
        "\ud800",
    ],
)
def test_a_monstrous_or_damaged_hash_in_the_store_is_wrong_at_sign_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """R-08: the bounds hold again at the sign-in, also for what came into the store by another way. One run of our own hash is done."""
    runs: list[object] = []
    real = argon2.PasswordHasher.verify
    monkeypatch.setattr(argon2.PasswordHasher, "verify", _recorded(runs, real))
    assert not PASSWORDS.verify(text, "test")
    assert len(runs) == 1


def test_an_import_refuses_what_a_sign_in_would() -> None:
    """The refusal comes with the import's report, not at the sign-in of a person."""
    with pytest.raises(ForeignHashError, match="more than a second"):
        HASHES.accept("$2b$31$" + "a" * 53)


def test_a_hash_of_our_own_parameters_stays() -> None:
    """The export of one deployment is the import of another."""
    own = Passwords(Settings(issuer="https://id.example.com"))
    stored = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
    assert ForeignHashes(own.hash).accept(stored) == stored
    assert not own.needs_rehash(stored)
