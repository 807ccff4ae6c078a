"""Firebase: `auth:export` as JSON and as CSV, a page of the REST API, and the parameters of the project."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tests.support.vendors.people import Someone

KEY, SEPARATOR, ROUNDS, MEM_COST = hashlib.sha512(b"project").digest(), b"\x07", 8, 14
CONFIG = f"""hash_config {{
  algorithm: SCRYPT,
  base64_signer_key: {base64.b64encode(KEY).decode()},
  base64_salt_separator: {base64.b64encode(SEPARATOR).decode()},
  rounds: {ROUNDS},
  mem_cost: {MEM_COST},
}}
"""
"""As the console shows it."""


@cache
def scrypt_of(password: str) -> tuple[str, str]:
    """Hash and salt as Firebase makes them (the README of firebase/scrypt): the signer key, encrypted under what scrypt makes."""
    salt = hashlib.sha256(password.encode()).digest()[:12]
    key = hashlib.scrypt(password.encode(), salt=salt + SEPARATOR, n=2**MEM_COST, r=ROUNDS, p=1, dklen=64, maxmem=64 * 1024 * 1024)[:32]
    cipher = Cipher(AES(key), CTR(bytes(16))).encryptor()
    return base64.b64encode(cipher.update(KEY) + cipher.finalize()).decode(), base64.b64encode(salt).decode()


def user(person: Someone) -> dict[str, Any]:
    """A user of the JSON file. Those without an address have a number, as Firebase allows."""
    made: dict[str, Any] = {"localId": person.id + "0000", "emailVerified": person.verified, "displayName": person.name}
    if person.email:
        made["email"] = person.email
    else:
        made["phoneNumber"] = f"+4930{person.number:08d}"
    if person.password and person.email:
        made["passwordHash"], made["salt"] = scrypt_of(person.password)
    if person.is_linked:
        google = {"providerId": "google.com", "rawId": person.subject, "displayName": person.name, "photoUrl": "https://lh3.example/a.jpg"}
        made["photoUrl"] = google["photoUrl"]
        made["providerUserInfo"] = [google | ({"email": person.email} if person.email else {})]
    made |= {"lastSignedInAt": str(person.created * 1000 + 500), "createdAt": str(person.created * 1000)}
    if person.disabled:
        made["disabled"] = True
    if person.number % 25 == 0:
        made["customAttributes"] = '{"plan":"free","level":3}'
    return {**made, "providerUserInfo": made.get("providerUserInfo", [])}


def json_file(people: tuple[Someone, ...]) -> bytes:
    """The JSON file."""
    return ('{"users": [' + ",\n".join(json.dumps(user(each), ensure_ascii=False, indent=2) for each in people) + "]}").encode()


def rest_page(people: tuple[Someone, ...]) -> bytes:
    """A page of the REST API: base64 for URLs, all providers, second factors."""
    found = []
    for each in people:
        made = user(each)
        for name in ("passwordHash", "salt"):
            if name in made:
                made[name] = made[name].replace("+", "-").replace("/", "_")
        apple = {"providerId": "apple.com", "rawId": f"000123.{each.id}.0042"}
        own = {"providerId": "password", "rawId": each.email, "federatedId": each.email}
        factor = {"mfaEnrollmentId": "1", "phoneInfo": "+493012345678", "enrolledAt": "2024-01-01T00:00:00Z"}
        found.append({**made, "providerUserInfo": [*made["providerUserInfo"], apple, own], "mfaInfo": [factor]})
    return json.dumps({"kind": "identitytoolkit#DownloadAccountResponse", "users": found, "nextPageToken": "x"}).encode()


def csv_file(people: tuple[Someone, ...]) -> bytes:
    """The CSV file, as the command writes it: cells with a comma are quoted, custom claims too, and a comma ends the line."""
    return "".join(",".join(_cells(user(each))) + ",\n" for each in people).encode()


def _cells(user: dict[str, Any]) -> list[str]:
    cells = [""] * 28
    for at, name in ((0, "localId"), (1, "email"), (3, "passwordHash"), (4, "salt"), (5, "displayName"), (6, "photoUrl")):
        cells[at] = user.get(name, "")
    cells[2] = "true" if user["emailVerified"] else "false"
    for each in user["providerUserInfo"]:
        cells[7:11] = [each["rawId"], each.get("email", ""), each["displayName"], each["photoUrl"]]
    for at, name in ((23, "createdAt"), (24, "lastSignedInAt"), (25, "phoneNumber")):
        cells[at] = user.get(name, "")
    cells[26] = "true" if user.get("disabled") else ""
    cells[27] = user.get("customAttributes", "").replace('"', '""')
    return [f'"{cell}"' if "," in cell else cell for cell in cells]
