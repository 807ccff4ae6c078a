"""Makes exports of other systems, as their vendors document them, with people who have real hashes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

_SAMPLE = 50
"""Each so manieth person has as many iterations as the vendor has by default, the others few, so that tests are quick."""
_DEFAULT, _QUICK = 27_500, 10


@dataclass(frozen=True)
class Exported:
    """A person in an export."""

    number: int
    domain: str

    @property
    def id(self) -> str:
        """The id in the other system."""
        return f"{self.number:08x}-7a1c-4c0e-9d0a-{hashlib.sha256(self.domain.encode()).hexdigest()[:12]}"

    @property
    def email(self) -> str:
        """The address, as the person once typed it."""
        return f"Person.{self.number}@{self.domain}"

    @property
    def address(self) -> str:
        """The address in canonical form."""
        return self.email.lower()

    @property
    def password(self) -> str:
        """The password: some are not ASCII."""
        return f"walrus {self.number} näht" if self.number % 3 else f"walrus {self.number} sews"

    @property
    def totp_secret(self) -> str:
        """The key of the authenticator as Keycloak keeps it, or ""."""
        return f"{self.number:020d}" if self.number % 5 == 0 else ""

    @property
    def iterations(self) -> int:
        """The iterations of the hash."""
        return _DEFAULT if self.number % _SAMPLE == 0 else _QUICK

    @property
    def salt(self) -> bytes:
        """The salt of the hash."""
        return hashlib.sha256(self.id.encode()).digest()[:16]

    @property
    def digest(self) -> bytes:
        """The hash."""
        return hashlib.pbkdf2_hmac("sha256", self.password.encode(), self.salt, self.iterations, 32)


def people(number: int, domain: str) -> list[Exported]:
    """Return so many people with addresses in this domain."""
    return [Exported(each, domain) for each in range(number)]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def keycloak_user(person: Exported) -> dict[str, Any]:
    """A user of a realm export of Keycloak 26."""
    credentials = [
        {
            "id": f"c-{person.id}", "type": "password", "userLabel": "My password", "createdDate": 1_700_000_000_000 + person.number,
            "secretData": json.dumps({"value": _b64(person.digest), "salt": _b64(person.salt), "additionalParameters": {}}),
            "credentialData": json.dumps(
                {"hashIterations": person.iterations, "algorithm": "pbkdf2-sha256", "additionalParameters": {}}
            ),
        }
    ]  # fmt: skip
    if person.totp_secret:
        data = {"subType": "totp", "digits": 6, "counter": 0, "period": 30, "algorithm": "HmacSHA1"}
        credentials.append(
            {"id": f"o-{person.id}", "type": "otp", "userLabel": "Phone", "createdDate": 1_700_000_000_000,
             "secretData": json.dumps({"value": person.totp_secret}), "credentialData": json.dumps(data)}
        )  # fmt: skip
    return {
        "id": person.id, "username": f"person{person.number}", "firstName": "Per", "lastName": f"Son {person.number}",
        "email": person.email, "emailVerified": True, "attributes": {"locale": ["de"]}, "enabled": person.number % 10 != 9,
        "createdTimestamp": 1_600_000_000_123, "totp": False, "credentials": credentials, "disableableCredentialTypes": [],
        "requiredActions": [], "realmRoles": ["default-roles-meadow", "editor"], "clientRoles": {"account": ["view-profile"]},
        "notBefore": 0, "groups": ["/staff"],
    }  # fmt: skip


def keycloak(users: list[Any], **more: Any) -> bytes:
    """A realm export with these users. Its other members come before and after them, as in real ones."""
    before = {"id": "meadow", "realm": "meadow", "notBefore": 0, "enabled": True, "roles": {"realm": [{"name": 'a "}] \\ b'}]}}
    after = {"scopeMappings": [], "clients": [{"clientId": "account", "attributes": {"post.logout.redirect.uris": "+"}}], **more}
    return json.dumps({**before, "users": users, **after}, indent=2).encode()


def csv_of(people: list[Exported]) -> bytes:
    """Our CSV."""
    rows = [_csv_row(person) for person in people]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _csv_row(person: Exported) -> dict[str, str]:
    notation = f"$pbkdf2-sha256$i={person.iterations},l=32${_b64(person.salt)}${_b64(person.digest)}"
    key = base64.b32encode(person.totp_secret.encode()).decode() if person.totp_secret else ""
    return {
        "id": person.id, "email": person.email, "email_verified": "true", "password_hash": notation, "name": f"=Son {person.number}",
        "disabled": "true" if person.number % 10 == 9 else "", "created_at": "2020-09-13T12:26:40Z", "roles": "editor", "groups": "staff",
        "totp_secret": key,
    }  # fmt: skip
