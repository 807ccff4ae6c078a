"""`idp users import`: its files, its report, its statuses (threats R-10)."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from idp.domain.audit.event import AuditEvent
from idp.services.moving.pace import paced
from idp.store.trail import Trail
from tests.support.cli import CommandLine
from tests.support.exports import csv_of, keycloak, keycloak_user, people


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an admin."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    return made


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """An export of each format, by its name."""
    everybody = people(12, "meadow.example")
    contents = {"csv": csv_of(everybody), "keycloak": keycloak([keycloak_user(each) for each in everybody])}
    made = {}
    for name, content in contents.items():
        made[name] = tmp_path / name
        made[name].write_bytes(content)
    return made


def events(idp: CommandLine) -> list[AuditEvent]:
    """Return today's audit events."""
    services = idp.services()
    now = services.clock() * 1000
    return Trail(services.database).of_all(since=f"{now - 3_600_000:013d}", before=f"{now + 3_600_000:013d}", limit=100).events


@pytest.mark.parametrize("source", ["csv", "keycloak"])
def test_a_file_is_imported_once(idp: CommandLine, files: dict[str, Path], source: str) -> None:
    """It says how many, and what the file had that no option asked for. The second run has nothing to do. One audit event each."""
    dry = idp.done("users", "import", str(files[source]), "--from", source, "--dry-run").out
    assert dry.startswith("12 would be imported\n0 imported before\n0 refused\n")
    assert idp.done("users", "list", "--search", "meadow").out == ""
    done = idp.done("users", "import", str(files[source]), "--from", source)
    assert done.out.startswith("12 imported\n0 imported before\n0 refused\n")
    assert "without authenticators: 3\n" in done.out
    assert "without verified addresses: 12\n" in done.out
    again = idp.done("users", "import", str(files[source]), "--from", source, "--workers", "2", "--rate", "100000")
    assert again.out == "0 imported\n12 imported before\n0 refused\n"
    imports = [event for event in events(idp) if event.type == "users.imported"]
    assert sorted(event.details["created"] for event in imports) == ["0", "12"]
    assert {event.details["source"] for event in imports} == {source}


def test_the_options_are_three(idp: CommandLine, files: dict[str, Path]) -> None:
    """Each brings over what it names."""
    idp.done("roles", "create", "editor")
    idp.done("groups", "create", "staff")
    done = idp.done("users", "import", str(files["csv"]), "--from", "csv", "--trust-verified", "--with-totp", "--with-roles")
    assert done.out == "12 imported\n0 imported before\n0 refused\n"
    user_id = idp.services().users.id_of("person.5@meadow.example") or ""
    user = idp.services().users.get(user_id)
    assert user
    assert (user.email_verified, user.totp_enabled, set(user.roles), set(user.groups), user.admin) == (
        True, True, {"editor"}, {"staff"}, False
    )  # fmt: skip


def test_refused_rows_are_named(idp: CommandLine, tmp_path: Path) -> None:
    """With their line, id and reason; the others are imported; the status is 1. Nothing of a terminal's codes is printed."""
    file = tmp_path / "people.csv"
    file.write_text("id,email,password_hash\n1,ada@example.com,\n2\x1b[31m,bob,\n3,cyd@example.com,secret-text\n", encoding="utf-8")
    answer = idp("users", "import", str(file), "--from", "csv")
    assert answer.status == 1
    assert answer.out.startswith("1 imported\n0 imported before\n2 refused\n")
    assert "row 3 (2\\x1b[31m): " in answer.err
    assert "row 4 (3): " in answer.err
    assert "\x1b[31m" not in answer.err
    assert "secret-text" not in answer.err + answer.out


def test_the_report_is_for_its_owner(idp: CommandLine, tmp_path: Path) -> None:
    """JSON lines, in a file that only its owner may read; standard error has none of it."""
    file, report = tmp_path / "people.csv", tmp_path / "refused.jsonl"
    file.write_text("id,email\n1,bob\n2,ada@example.com\n", encoding="utf-8")
    answer = idp("users", "import", str(file), "--from", "csv", "--report", str(report))
    assert answer.status == 1
    assert answer.err.startswith("People without a password: 1. ")
    assert answer.err.count("\n") == 1
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    (line,) = report.read_text().splitlines()
    told = json.loads(line)
    assert (told["row"], told["id"], told["code"]) == (2, "1", "email.malformed")
    assert told["reason"].endswith(".")


@pytest.mark.parametrize(
    ("source", "content"), [("csv", b"email,admin\n"), ("csv", b""), ("keycloak", b"{}"), ("keycloak", b'{"users": [')]
)
def test_a_file_of_another_kind_is_refused(idp: CommandLine, tmp_path: Path, source: str, content: bytes) -> None:
    """A sentence, no traceback."""
    file = tmp_path / "people"
    file.write_bytes(content)
    answer = idp("users", "import", str(file), "--from", source)
    assert answer.status == 1
    assert answer.out.startswith("0 imported\n")
    assert answer.err.strip().endswith(".")


@pytest.mark.parametrize(
    "arguments",
    [["--from", "ldap"], [], ["--from", "csv", "--rate", "-1"], ["--from", "csv", "--workers", "0"], ["--from", "csv", "--with-admins"]],
)
def test_arguments_that_are_wrong(idp: CommandLine, files: dict[str, Path], arguments: list[str]) -> None:
    """Only finished formats are accepted. There is no option that makes admins."""
    assert idp("users", "import", str(files["csv"]), *arguments).status == 2


def test_a_file_that_is_not_there(idp: CommandLine, tmp_path: Path) -> None:
    assert idp("users", "import", str(tmp_path / "none"), "--from", "csv").status == 2


def test_rows_come_at_the_given_rate() -> None:
    """The first at once, each after its share of a second; a slow reader is not slowed down further."""
    now, pauses = [0.0], list[float]()

    def pause(seconds: float) -> None:
        pauses.append(round(seconds, 3))
        now[0] += seconds

    assert list(paced(range(4), 10, clock=lambda: now[0], pause=pause)) == [0, 1, 2, 3]
    assert pauses == [0.1, 0.1, 0.1]
    now[0] += 100
    assert list(paced(range(3), 0, clock=lambda: now[0], pause=pause)) == [0, 1, 2]
    assert pauses == [0.1, 0.1, 0.1]


@pytest.mark.parametrize("command", [("users", "import", "--from", "csv"), ("import",)])
def test_the_report_does_not_replace_the_export(idp: CommandLine, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Under any name that it has: an export of people who were deleted since cannot be made again."""
    file, other = tmp_path / "people.csv", tmp_path / "link.csv"
    file.write_text("email\nada@example.com\n")
    other.symlink_to(file)
    for report in (file, other):
        refused = idp(*command, str(file), "--report", str(report))
        assert refused.status == 2
        assert refused.err.startswith("--report: ")
    assert file.read_text() == "email\nada@example.com\n"


def test_a_file_of_another_format_is_suspected(idp: CommandLine, tmp_path: Path) -> None:
    """Each row is refused, and the last line says what may be wrong with all of them."""
    file = tmp_path / "users.json"
    file.write_text('{"user_id": "auth0|1"}\n{"user_id": "auth0|2"}\n')
    answer = idp("users", "import", str(file), "--from", "b2c", "--dry-run")
    assert answer.status == 1
    assert "Is it a file of b2c?" in answer.err


def test_passkeys_need_the_ids_of_their_owners(idp: CommandLine, files: dict[str, Path]) -> None:
    refused = idp("users", "import", str(files["keycloak"]), "--from", "keycloak", "--with-passkeys", "--dry-run")
    assert (refused.status, refused.out) == (2, "")
    assert "--keep-ids" in refused.err


def test_a_stopped_import_says_how_to_go_on(idp: CommandLine, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C. The second run imports those who are left."""

    def stop(rows: Iterator[Any], _: int) -> Iterator[Any]:
        yield from islice(rows, 5)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("idp.services.moving.pace.paced", stop)
        stopped = idp("users", "import", str(files["csv"]), "--from", "csv")
    assert stopped.status != 0
    assert "Stopped. The people who were imported stay. Run the same command again" in stopped.err
    again = idp.done("users", "import", str(files["csv"]), "--from", "csv").out
    created, known = (int(line.split()[0]) for line in again.splitlines()[:2])
    assert created + known == 12
