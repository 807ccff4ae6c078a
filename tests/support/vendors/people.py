"""The people of an export. What a person is follows from their number, so a test can count them without reading the file."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

NAMES = (
    ("Ada", "Lovelace"), ("Jörg", "Groß-Müller"), ("Søren", "Ångström"), ("Zoë", "d’Arcy O'Neill"),
    ("أمينة", "الزهراء"), ("דוד", "בן גוריון"),
    ("美咲", "高橋"), ("伟", "王"), ("민준", "김"), ("Дмитрий", "Ёлкин"), ("Ελένη", "Παπαδοπούλου"), ("अनन्या", "शर्मा"), ("สมชาย", "ใจดี"),
    ("José María", "de la Cruz"), ("Nguyễn", "Thị Minh"), ("=HYPERLINK(1)", "<b>Tables</b>"),
)  # fmt: skip
PASSWORDS = ("nine wet walruses", "ein näher Fluß", "秘密の川の流れ", "correct horse 'battery' staple")
"""Few, because hashes of real cost take their time. A person has one of them."""


@dataclass(frozen=True)
class Someone:
    """A person. `domain`: that of their address, so that tests with the same tables have other people."""

    number: int
    domain: str

    @property
    def given(self) -> str:
        """The given name."""
        return NAMES[self.number % len(NAMES)][0]

    @property
    def family(self) -> str:
        """The family name."""
        return NAMES[self.number % len(NAMES)][1]

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.given} {self.family}"

    @property
    def id(self) -> str:
        """24 hexadecimal digits."""
        return hashlib.sha256(f"{self.domain} {self.number}".encode()).hexdigest()[:24]

    @property
    def uuid(self) -> str:
        """An id as Cognito has them."""
        digits = hashlib.sha256(f"uuid {self.id}".encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    @property
    def email(self) -> str:
        """The address as it was typed, "" if there is none. Each hundredth has that of the person before, in capitals."""
        if self.number % 50 == 3:
            return ""
        return f"PERSON.{self.number - 1}@{self.domain}" if self.is_second else f"person.{self.number}@{self.domain}"

    @property
    def is_second(self) -> bool:
        """Whether the address is that of another person."""
        return self.number % 100 == 99

    @property
    def verified(self) -> bool:
        """Whether the address is verified there."""
        return self.number % 8 != 6

    @property
    def disabled(self) -> bool:
        """Whether the person may not sign in."""
        return self.number % 20 == 7

    @property
    def only_social(self) -> bool:
        """Whether the person signs in with another provider, and has no password."""
        return self.number % 10 == 4

    @property
    def is_linked(self) -> bool:
        """Whether the person has an account at another provider."""
        return self.number % 10 in {4, 5}

    @property
    def subject(self) -> str:
        """The id at the other provider: digits, as Google has them."""
        return f"1{int(self.id, 16) % 10**20:020d}"

    @property
    def password(self) -> str:
        """The password, "" if there is none."""
        return "" if self.only_social else PASSWORDS[self.number % len(PASSWORDS)]

    @property
    def totp_secret(self) -> str:
        """The key of the authenticator in base32 without padding, "" if there is none."""
        if self.number % 5 != 1 or self.only_social:
            return ""
        return base64.b32encode(hashlib.sha256(self.id.encode()).digest()[:20]).decode()

    @property
    def created(self) -> int:
        """When the account was made there, in epoch seconds."""
        return 1_500_000_000 + self.number * 86_400


@cache
def people(number: int, domain: str) -> tuple[Someone, ...]:
    """Return so many people."""
    return tuple(Someone(each, domain) for each in range(number))


def imported(everyone: tuple[Someone, ...]) -> list[Someone]:
    """Return the people who can be imported: with an address that is theirs alone."""
    return [each for each in everyone if each.email and not each.is_second]
