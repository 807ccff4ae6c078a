"""Django: what `dumpdata` and the table `auth_user` have (threats R-10). The dump is one that Django made."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from typing import Any

import pytest

from idp.domain.moving.formats.django_users import read
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow
from tests.unit.moving.reading import changed, person, refusal, rows

PROGRAM = """
import django
from django.conf import settings
hashers = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("PBKDF2", "PBKDF2SHA1", "Scrypt", "MD5")]
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"], PASSWORD_HASHERS=hashers, USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management import call_command
call_command("migrate", verbosity=0)
staff = Group.objects.create(name="staff")
for name in ("pbkdf2_sha256", "pbkdf2_sha1", "scrypt", "md5"):
    user = User.objects.create(username=name, email=f"{name}@example.com", first_name="Ada", password=make_password("walrus", hasher=name))
    user.groups.add(staff)
User.objects.create(username="none", email="none@example.com", password=make_password(None), is_active=False, is_superuser=True)
for natural in (False, True):
    call_command("dumpdata", "auth.permission", "auth.group", "auth.user", use_natural_foreign_keys=natural)
    print()
"""


@pytest.fixture(scope="module")
def dumps() -> list[bytes]:
    """What the real Django writes: groups by number, and by name."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith(b"[")]


USER: dict[str, Any] = {
    "password": "", "last_login": None, "is_superuser": False, "username": "ada", "first_name": "Ada", "last_name": "Lovelace",
    "email": "Ada@Example.com", "is_staff": False, "is_active": True, "date_joined": "2021-03-04T05:06:07.123Z", "groups": [],
    "user_permissions": [],
}  # fmt: skip
HEAD = b"id,password,last_login,is_superuser,username,first_name,last_name,email,is_staff,is_active,date_joined\n"


def one(model: str = "auth.user", **changes: Any) -> list[dict[str, Any]]:
    """A dump with one user."""
    return [{"model": model, "pk": 7, "fields": changed(USER, changes)}]


@pytest.mark.parametrize("natural", [0, 1])
def test_a_dump_of_the_real_django(dumps: list[bytes], natural: int) -> None:
    """Permissions are passed over. Groups come by their number or by their name."""
    *people, none = rows(read, dumps[natural])
    for found in people:
        assert isinstance(found, ImportedPerson)
        name = found.email.split("@")[0]
        assert found.claims == {"name": "Ada", "given_name": "Ada", "preferred_username": name}
        assert (found.groups, bool(found.password_hash)) == (("staff",), True)
    assert isinstance(none, ImportedPerson)
    assert (none.password_hash, none.disabled, none.left_out) == (None, True, ("admin rights",))
    first = people[0]
    assert isinstance(first, ImportedPerson)
    _, scheme, cost, salt, digest = (first.password_hash or "").split("$")
    iterations = int(cost.split(",")[0].removeprefix("i="))
    raw = hashlib.pbkdf2_hmac("sha256", b"walrus", base64.b64decode(salt + "=="), iterations, 32)
    assert (scheme, base64.b64encode(raw).decode().rstrip("=")) == ("pbkdf2-sha256", digest.rstrip("="))


def test_the_table_as_csv() -> None:
    """PostgreSQL writes t and f, others 1 and 0."""
    for yes, no in (("t", "f"), ("1", "0"), ("True", "False")):
        line = f'7,!x,,{no},ada,Ada,"Love, lace",Ada@Example.com,{yes},{yes},2021-03-04 05:06:07.123+00\n'.encode()
        found = person(read, HEAD + line)
        assert (found.source_id, found.email, found.email_verified, found.disabled) == ("7", "ada@example.com", False, False)
        assert (found.claims["family_name"], found.created_at, found.left_out) == ("Love, lace", 1_614_834_367, ("admin rights",))


def test_a_model_of_ones_own() -> None:
    """Its name ends with "user". Other objects are passed over."""
    assert person(read, one("accounts.CustomUser")).email == "ada@example.com"
    assert rows(read, one("sessions.session")) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": ""}, "moving.email_missing"),
        ({"email": ["a@example.com"]}, "moving.wrong_type"),
        ({"email": "ada"}, "email.malformed"),
        ({"password": 7}, "moving.wrong_type"),
        ({"password": "walrus"}, "foreign_hash.unknown"),
        ({"password": "crypt$$x"}, "foreign_hash.unknown"),
        ({"password": "pbkdf2_sha256$x$salt$aGFzaA=="}, "foreign_hash.malformed"),
        ({"is_active": "true"}, "moving.wrong_type"),
        ({"is_superuser": 1}, "moving.wrong_type"),
        ({"date_joined": "soon"}, "moving.wrong_type"),
        ({"groups": [3]}, "moving.group_unknown"),
        ({"groups": [["a", "b"]]}, "moving.group_unknown"),
        ({"groups": [[7]]}, "moving.group_unknown"),
        ({"groups": "staff"}, "moving.wrong_type"),
    ],
)
def test_a_user_of_django_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    assert refusal(read, one(**changes)) == expected


@pytest.mark.parametrize("element", [7, None, [], {"pk": 1}, {"model": "auth.user", "fields": []}, {"model": 7, "fields": {}}])
def test_an_object_of_another_form_is_refused(element: Any) -> None:
    first, second = rows(read, [element, *one()])
    assert isinstance(first, RefusedRow)
    assert first.reason.id == "moving.not_a_user"
    assert isinstance(second, ImportedPerson)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"7,!,,f\n", "moving.columns_differ"),
        (b"7,!,,maybe,ada,,,ada@example.com,f,t,\n", "moving.wrong_type"),
        (b"7,!,,f,ada,,,,f,t,\n", "moving.email_missing"),
        (b",!,,f,ada,,,ada@example.com,f,t,\n", "moving.no_id"),
        (b"7,!,,f,a\0da,,,ada@example.com,f,t,\n", "moving.nul"),
        (b"7,!,,f,a\xffda,,,ada@example.com,f,t,\n", "moving.not_utf_8"),
        (b'7,!,,f,"ada,,,ada@example.com,f,t,\n', "moving.csv_malformed"),
        (b"7,!,,f," + b"x" * 1_100_000 + b",,,ada@example.com,f,t,\n", "moving.too_long"),
    ],
)
def test_a_line_that_is_refused(line: bytes, expected: str) -> None:
    assert refusal(read, HEAD + line) == expected


@pytest.mark.parametrize("content", [b"", b"{}", b"id,email\n1,a@example.com\n", b"id,id,password,email\n", b"PK\x03\x04", b"\xff"])
def test_a_file_that_is_neither_dump_nor_table(content: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(read, content)
