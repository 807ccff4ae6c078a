"""Hashes that real systems make are converted, accepted and verified: Django, Werkzeug, libpass, OpenSSL; others by published examples."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import passlib.hash
import pytest
import werkzeug.security
from django.conf import settings as django_settings
from django.contrib.auth import hashers

from idp.domain.factors.foreign_hash import ForeignHashError
from idp.domain.moving.hashes import aspnet, auth0, django, firebase, keycloak
from idp.domain.moving.hashes import werkzeug as werkzeug_hashes
from idp.services.factors.foreign_hashes.acceptance import ForeignHashes
from idp.services.factors.passwords import Passwords
from idp.settings import Settings
from tests.support.foreign_hashes import FIREBASE, FIREBASE_USER

PASSWORDS = Passwords(Settings(issuer="http://localhost:8000", env="dev", argon2_memory_kib=64, argon2_iterations=1))
HASHES = ForeignHashes(PASSWORDS.hash)
TYPED = "Grüße, ein ruhiger Fluß ✓"
DJANGO = "django.contrib.auth.hashers."
DJANGO_HASHERS = ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt", "MD5"]


@pytest.fixture(scope="module", autouse=True)
def _django() -> None:
    """Django with every hasher that it ships, with few rounds for bcrypt."""
    if not django_settings.configured:
        django_settings.configure(PASSWORD_HASHERS=[f"{DJANGO}{name}PasswordHasher" for name in DJANGO_HASHERS])


def verifies(text: str | None, password: str = TYPED) -> bool:
    """Return whether the hash accepts this password and refuses others."""
    assert text is not None
    stored = HASHES.accept(text)
    assert not PASSWORDS.verify(stored, f"{password}!")
    assert not PASSWORDS.verify(stored, password[:-1])
    return PASSWORDS.verify(stored, password)


@pytest.mark.parametrize("name", ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"])
def test_what_django_makes(name: str) -> None:
    """Every hasher of Django, with its own parameters."""
    hasher = hashers.get_hasher(name)
    vars(hasher).update({"rounds": 5} if name.startswith("bcrypt") else {"iterations": 30_000} if name.startswith("pbkdf2") else {})
    made = hasher.encode(TYPED, hasher.salt())
    assert hasher.verify(TYPED, made)
    assert verifies(django.convert(made))


def test_djangos_bcrypt_sha256_takes_more_than_72_bytes() -> None:
    """It hashes first, so the whole password counts."""
    hasher = hashers.get_hasher("bcrypt_sha256")
    vars(hasher).update(rounds=4)
    assert verifies(django.convert(hasher.encode("x" * 100, hasher.salt())), "x" * 100)


@pytest.mark.parametrize("stored", ["", "!", "!" + "a" * 40])
def test_djangos_unusable_password_is_none(stored: str) -> None:
    """`set_unusable_password` writes an exclamation mark and random characters."""
    assert django.convert(stored) is None


@pytest.mark.parametrize(
    "method", ["scrypt", "scrypt:16384:8:1", "pbkdf2", "pbkdf2:sha256:30000", "pbkdf2:sha1:30000", "pbkdf2:sha512:30000"]
)
def test_what_werkzeug_makes(method: str) -> None:
    """The methods of the present release."""
    made = werkzeug.security.generate_password_hash(TYPED, method, salt_length=16)
    assert verifies(werkzeug_hashes.convert(made))


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_what_werkzeug_made_before(name: str) -> None:
    """HMAC under the salt, until release 3."""
    made = hmac.new(b"a1b2c3d4", TYPED.encode(), name).hexdigest()
    assert verifies(werkzeug_hashes.convert(f"{name}$a1b2c3d4${made}"))
    assert verifies(werkzeug_hashes.convert(f"{name}$${hashlib.new(name, TYPED.encode()).hexdigest()}"))


@pytest.mark.parametrize("option", ["-1", "-5", "-6", "-apr1"])
def test_what_openssl_makes(option: str) -> None:
    """`openssl passwd`, as files of passwords of servers have it."""
    done = subprocess.run(["openssl", "passwd", option, "-stdin"], input=TYPED, capture_output=True, text=True, check=True)
    assert verifies(done.stdout.strip())


@pytest.mark.parametrize(
    "made",
    [
        lambda: passlib.hash.ldap_salted_sha1.hash(TYPED),
        lambda: passlib.hash.ldap_salted_sha256.hash(TYPED),
        lambda: passlib.hash.ldap_salted_sha512.hash(TYPED),
        lambda: passlib.hash.ldap_salted_md5.hash(TYPED),
        lambda: passlib.hash.ldap_sha1.hash(TYPED),
        lambda: passlib.hash.ldap_md5.hash(TYPED),
        lambda: passlib.hash.ldap_sha512_crypt.using(rounds=10_000).hash(TYPED),
        lambda: passlib.hash.pbkdf2_sha256.using(rounds=30_000).hash(TYPED),
        lambda: passlib.hash.pbkdf2_sha512.using(rounds=30_000).hash(TYPED),
        lambda: passlib.hash.pbkdf2_sha1.using(rounds=30_000).hash(TYPED),
        lambda: passlib.hash.scrypt.using(rounds=14).hash(TYPED),
        lambda: passlib.hash.phpass.hash(TYPED),
        lambda: passlib.hash.apr_md5_crypt.hash(TYPED),
    ],
)
def test_what_libpass_makes(made: Callable[[], str]) -> None:
    """Flask-Security and other programs store passlib's notation."""
    assert verifies(made())


def test_firebases_published_user() -> None:
    """github.com/firebase/scrypt, README."""
    password, hashed, salt = FIREBASE_USER
    assert verifies(firebase.convert(hashed, salt, firebase.parameters(FIREBASE)), password)


def test_firebases_export_in_the_other_alphabet() -> None:
    """`firebase auth:export` writes base64url in JSON."""
    password, hashed, salt = (each.translate(str.maketrans("+/", "-_")) for each in FIREBASE_USER)
    assert verifies(firebase.convert(hashed, salt, firebase.parameters(FIREBASE)), password)


def test_another_projects_key_makes_another_hash() -> None:
    """The signer key is part of the check."""
    password, hashed, salt = FIREBASE_USER
    other = {**FIREBASE, "base64_signer_key": b64encode(bytes(64)).decode()}
    assert not PASSWORDS.verify(HASHES.accept(firebase.convert(hashed, salt, firebase.parameters(other))), password)


def test_what_the_npm_package_firebase_scrypt_makes(node_clients: Path) -> None:
    """A third program that knows the algorithm."""
    script = """
        import { FirebaseScrypt } from 'firebase-scrypt'
        const [password, salt, p] = JSON.parse(process.argv[1])
        const parameters = { memCost: p.mem_cost, rounds: p.rounds, saltSeparator: p.base64_salt_separator, signerKey: p.base64_signer_key }
        const made = new FirebaseScrypt(parameters)
        console.log(await made.hash(password, salt))"""
    given = json.dumps([TYPED, "c2FsdCBvZiBvbmU=", FIREBASE])
    command = ["node", "--input-type=module", "-e", script, given]
    made = subprocess.run(command, cwd=node_clients, capture_output=True, text=True, check=True).stdout.strip()
    assert verifies(firebase.convert(made, "c2FsdCBvZiBvbmU=", firebase.parameters(FIREBASE)))


@pytest.mark.parametrize(
    "stored",
    [
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
        "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
    ],
    ids=["version 3", "version 2"],
)
def test_the_hashes_in_the_tests_of_aspnet_identity(stored: str) -> None:
    """dotnet/aspnetcore, PasswordHasherTest."""
    assert verifies(aspnet.convert(stored), "my password")


def test_aspnets_present_default() -> None:
    """.NET 7 and later: SHA-512, 100,000 iterations."""
    salt = bytes(range(16))
    head = bytes.fromhex("01 00000002 000186a0 00000010")
    made = head + salt + hashlib.pbkdf2_hmac("sha512", TYPED.encode(), salt, 100_000, 32)
    assert verifies(aspnet.convert(b64encode(made).decode()))


def keycloak_credential(about: Mapping[str, Any], value: str, salt: str) -> dict[str, Any]:
    """Return a credential of a realm export."""
    return {
        "type": "password",
        "credentialData": json.dumps(about),
        "secretData": json.dumps({"value": value, "salt": salt, "additionalParameters": {}}),
    }


def test_a_credential_that_keycloak_exported() -> None:
    """Keycloak 26.7.3, `kc.sh export`: its default, Argon2id with lists of text."""
    more = {"hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}
    about = {"hashIterations": 5, "algorithm": "argon2", "additionalParameters": more}
    given = keycloak_credential(about, "89Ary1DLNJsw9BrGixln6OiRt8IO81m5jAEOLuaVE70=", "8AU2lnPWfvyw6aBQJEFDsA==")
    assert verifies(keycloak.convert(given), "admin")


@pytest.mark.parametrize(
    ("algorithm", "function", "length"),
    [("pbkdf2-sha256", "sha256", 64), ("pbkdf2-sha256", "sha256", 32), ("pbkdf2-sha512", "sha512", 64), ("pbkdf2", "sha1", 64)],
)
def test_keycloaks_length_is_that_of_the_value(algorithm: str, function: str, length: int) -> None:
    """Older exports have 64 bytes under pbkdf2-sha256, newer ones 32."""
    value = hashlib.pbkdf2_hmac(function, TYPED.encode(), b"salt of sixteen.", 27_500, length)
    about = {"hashIterations": 27_500, "algorithm": algorithm, "additionalParameters": {}}
    given = keycloak_credential(about, b64encode(value).decode(), b64encode(b"salt of sixteen.").decode())
    assert verifies(keycloak.convert(given))


def test_keycloaks_export_before_release_8() -> None:
    """The same as members of the credential."""
    value = hashlib.pbkdf2_hmac("sha1", TYPED.encode(), b"salt of sixteen.", 20_000, 64)
    salt = b64encode(b"salt of sixteen.").decode()
    given = {
        "type": "password",
        "hashedSaltedValue": b64encode(value).decode(),
        "salt": salt,
        "hashIterations": 20_000,
        "algorithm": "pbkdf2",
    }
    assert verifies(keycloak.convert(given))


def _auth0() -> dict[str, dict[str, Any]]:
    raw, salt = TYPED.encode(), b"pepper & salt"
    scrypt = hashlib.scrypt(raw, salt=salt, n=16384, r=8, p=1, dklen=64)
    mac = hmac.digest(b"key", raw, "sha256")
    phc = passlib.hash.pbkdf2_sha512.using(rounds=30_000).hash(TYPED).replace("$30000$", "$i=30000,keylen=64$").replace(".", "+")
    return {
        "bcrypt": {"algorithm": "bcrypt", "hash": {"value": passlib_bcrypt(), "encoding": "utf8"}},
        "argon2": {"algorithm": "argon2", "hash": {"value": "$argon2id" + hashers.get_hasher("argon2").encode(TYPED, "saltsaltsalt")[15:]}},
        "pbkdf2": {
            "algorithm": "pbkdf2",
            "hash": {"value": phc},
        },
        "ldap": {"algorithm": "ldap", "hash": {"value": passlib.hash.ldap_salted_sha256.hash(TYPED)}},
        "scrypt": {
            "algorithm": "scrypt",
            "hash": {"value": scrypt.hex(), "encoding": "hex"},
            "salt": {"value": salt.decode(), "encoding": "utf8"},
            "keylen": 64,
            "cost": 16384,
            "blockSize": 8,
            "parallelization": 1,
        },
        "md5": {"algorithm": "md5", "hash": {"value": hashlib.new("md5", raw, usedforsecurity=False).hexdigest(), "encoding": "hex"}},
        "sha1": {
            "algorithm": "sha1",
            "hash": {"value": b64encode(hashlib.new("sha1", salt + raw, usedforsecurity=False).digest()).decode(), "encoding": "base64"},
            "salt": {"value": salt.hex(), "encoding": "hex", "position": "prefix"},
        },
        "sha512": {
            "algorithm": "sha512",
            "hash": {"value": hashlib.sha512(raw + salt).hexdigest(), "encoding": "hex"},
            "salt": {"value": b64encode(salt).decode(), "encoding": "base64", "position": "suffix"},
            "password": {"encoding": "utf8"},
        },
        "hmac": {
            "algorithm": "hmac",
            "hash": {"value": mac.hex(), "encoding": "hex", "digest": "sha256", "key": {"value": "key", "encoding": "utf8"}},
        },
    }


def passlib_bcrypt() -> str:
    """Return a cheap bcrypt hash."""
    import bcrypt

    return bcrypt.hashpw(TYPED.encode(), bcrypt.gensalt(4, b"2a")).decode()


@pytest.mark.parametrize("algorithm", ["bcrypt", "argon2", "pbkdf2", "ldap", "scrypt", "md5", "sha1", "sha512", "hmac"])
def test_auth0s_import_json(algorithm: str) -> None:
    """Every algorithm of `custom_password_hash` but MD4."""
    assert verifies(auth0.convert(_auth0()[algorithm]))


DAMAGED: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    *(
        (django.convert, (text,))
        for text in (
            "x",
            "pbkdf2_sha256$x$salt$AAAA",
            "pbkdf2_sha256$1000$salt",
            "md5$salt$zz",
            "crypt$aa$aajfMKNH1hTm2",
            "scrypt$16384$salt$8$1",
            "sha1$a$" + "0" * 38,
            "pbkdf2_sha512$1$a$b",
            "\ud800",
            "sha1$\ud800$" + "0" * 40 + "$",
        )
    ),
    *(
        (werkzeug_hashes.convert, (text,))
        for text in (
            "",
            "plain$$secret",
            "scrypt:1:2$salt$00",
            "scrypt:x:8:1$salt$" + "00" * 64,
            "pbkdf2:md5:1$s$" + "0" * 32,
            "pbkdf2:sha256:1:1$s$" + "00" * 32,
            "sha256:1$s$" + "00" * 32,
            "pbkdf2:sha256:0$s$" + "00" * 32,
            "sha256$s$zz",
            "sha256$" + "s" * 300 + "$00",
            "md5$a$00",
        )
    ),
    *(
        (keycloak.convert, (given,))
        for given in (
            {},
            {"secretData": "{"},
            {"secretData": "[]"},
            {"secretData": 7},
            {"secretData": "[" * 100_000},
            {"credentialData": "null"},
            keycloak_credential({"algorithm": "pbkdf2-sha256", "hashIterations": "x"}, "A" * 44, "AAAA"),
            keycloak_credential({"algorithm": "bcrypt", "hashIterations": 10}, "A" * 44, "AAAA"),
            keycloak_credential({"algorithm": ["x"]}, "A", "A"),
            keycloak_credential({"algorithm": "pbkdf2", "hashIterations": 1000}, "AAAA", "AAAA"),
            keycloak_credential({"algorithm": "pbkdf2", "hashIterations": -1}, "A" * 44, "AAAA"),
            keycloak_credential({"algorithm": "argon2", "hashIterations": 5}, "A" * 44, "A" * 24),
            keycloak_credential(
                {"algorithm": "argon2", "hashIterations": 5, "additionalParameters": {"memory": "7168"}}, "A" * 44, "A" * 24
            ),
            keycloak_credential({"algorithm": "argon2", "hashIterations": 5, "additionalParameters": {"type": ["x"]}}, "A" * 44, "A" * 24),
        )
    ),
    *(
        (firebase.parameters, (given,))
        for given in (
            {},
            {**FIREBASE, "base64_signer_key": ""},
            {**FIREBASE, "base64_signer_key": "!!"},
            {**FIREBASE, "rounds": "x"},
            {**FIREBASE, "mem_cost": None},
            {**FIREBASE, "algorithm": "BCRYPT"},
            {**FIREBASE, "rounds": -1},
        )
    ),
    *(
        (firebase.convert, (one, two, firebase.parameters(FIREBASE)))
        for one, two in (("", ""), ("AAAA", "AAAA"), ("é", "AAAA"), (FIREBASE_USER[1], "!"))
    ),
    *(
        (aspnet.convert, (text,))
        for text in (
            "",
            "AA==",
            "AQ==",
            "Ag" + "A" * 80,
            "A" * 64,
            "!",
            "AQAAAAMAACcQAAAAEA" + "A" * 68,
            "AQAAAAEAAAAAAAAAEA" + "A" * 68,
            "AQAAAAEAACcQAAAAAA" + "A" * 68,
            "AQAAAAEAACcQ/////w" + "A" * 68,
            "AQAAAAEAACcQAAAAEA" + "A" * 24,
        )
    ),
    *(
        (auth0.convert, (given,))
        for given in (
            {},
            {"algorithm": "md4", "hash": {"value": "00" * 16, "encoding": "hex"}},
            {"algorithm": "bcrypt"},
            {"algorithm": "sha1", "hash": []},
            {"algorithm": "sha1", "hash": {"value": "zz", "encoding": "hex"}},
            {"algorithm": ["sha1"], "hash": {"value": "A"}},
            {"algorithm": "sha1", "hash": {"value": "00" * 20, "encoding": "rot13"}},
            {"algorithm": "sha1", "hash": {"value": 7, "encoding": "hex"}},
            {"algorithm": "sha1", "hash": {"value": "00" * 20, "encoding": "hex"}, "salt": {"value": "s", "position": "middle"}},
            {"algorithm": "sha1", "hash": {"value": "00" * 20, "encoding": "hex"}, "password": {"encoding": "utf16le"}},
            {"algorithm": "sha1", "hash": {"value": "00" * 32, "encoding": "hex"}},
            {"algorithm": "sha224", "hash": {"value": "00" * 28, "encoding": "hex"}},
            {"algorithm": "hmac", "hash": {"value": "00" * 32, "encoding": "hex", "digest": "ripemd160"}},
            {"algorithm": "hmac", "hash": {"value": "00" * 32, "encoding": "hex", "digest": "sha256"}},
            {"algorithm": "scrypt", "hash": {"value": "00" * 64, "encoding": "hex"}, "keylen": 32},
            {"algorithm": "scrypt", "hash": {"value": "00" * 64, "encoding": "hex"}, "cost": 3},
        )
    ),
]


@pytest.mark.parametrize(("convert", "given"), DAMAGED)
def test_what_a_vendor_never_wrote_is_refused(convert: Callable[..., Any], given: tuple[Any, ...]) -> None:
    """Each with ForeignHashError, by the converter or when its text is accepted."""
    with pytest.raises(ForeignHashError):
        HASHES.accept(str(convert(*given)))


def test_a_url_safe_salt_is_not_taken_for_the_standard_alphabet() -> None:
    """Only Firebase writes both."""
    given = {"algorithm": "sha1", "hash": {"value": urlsafe_b64encode(b"\xff" * 20).decode(), "encoding": "base64"}}
    with pytest.raises(ForeignHashError):
        auth0.convert(given)
