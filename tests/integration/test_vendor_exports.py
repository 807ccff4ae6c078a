"""A thousand people of Auth0, Firebase and Cognito are imported, and the report counts each of them (threats R-10)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cli import CommandLine
from tests.support.vendors import auth0, cognito, firebase
from tests.support.vendors.people import Someone, imported, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idp.domain.people.user import User

EVERYBODY = people(1000, "meadow.example")
KEPT = imported(EVERYBODY)
OPTIONS = ("--trust-verified", "--with-totp")


@dataclass(frozen=True, eq=False)
class Export:
    """A file and the one that belongs to it, what is left out of it with `OPTIONS`, and the ids of people there."""

    system: str
    content: bytes
    more: dict[str, bytes]
    left_out: dict[str, int]
    id_of: Callable[[Someone], str]


def _those(rule: Callable[[Someone], Any]) -> int:
    return sum(bool(rule(each)) for each in KEPT)


def _links(name: str) -> str:
    """The words for links that are not mapped."""
    return f"links to {name} (take them: --with-links {name}=CONNECTION_ID)"


def _exports() -> dict[str, Export]:
    social, metadata, custom = (
        _those(rule) for rule in (lambda p: p.only_social, lambda p: p.number % 4 == 0, lambda p: p.number % 25 == 0)
    )
    linked = _those(lambda p: p.is_linked)
    phones, config = _those(lambda p: p.totp_secret), {"hash-config": firebase.CONFIG.encode()}
    of_firebase = {"passwords": social, "custom claims": custom, _links("google.com"): linked}
    of_cognito = {"passwords": len(KEPT), "custom attributes": custom, "malformed claims": custom}
    return {
        "auth0": Export(
            "auth0", auth0.export(EVERYBODY), {"hashes": auth0.hashes(EVERYBODY)},
            {"passwords": social, "user_metadata": metadata, _links("google-oauth2"): linked}, auth0.user_id,
        ),
        "auth0 import file": Export(
            "auth0", auth0.import_file(EVERYBODY), {}, {"passwords": social, "app_metadata": len(KEPT), "phone factors": phones},
            lambda p: f"auth0|{p.id}",
        ),
        "firebase": Export(
            "firebase", firebase.json_file(EVERYBODY), config, of_firebase, lambda p: p.id + "0000"
        ),
        "firebase csv": Export(
            "firebase", firebase.csv_file(EVERYBODY), config, of_firebase, lambda p: p.id + "0000"
        ),
        "cognito": Export("cognito", cognito.list_users(EVERYBODY), {}, of_cognito | {_links("Google"): linked}, lambda p: p.uuid),
        "cognito csv": Export(
            "cognito", cognito.csv_file(EVERYBODY), {}, of_cognito | {"second factors": _those(lambda p: p.number % 5 == 0)},
            lambda p: f"username:person{p.number}",
        ),
    }  # fmt: skip


EXPORTS = _exports()


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an admin."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    return made


def command(export: Export, folder: Path, *options: str) -> list[str]:
    """Write the files and return the command that imports them."""
    arguments = ["users", "import", str(folder / "export"), "--from", export.system, *options]
    (folder / "export").write_bytes(export.content)
    for name, content in export.more.items():
        (folder / name).write_bytes(content)
        arguments += [f"--{name}", str(folder / name)]
    return arguments


@pytest.mark.parametrize("name", EXPORTS)
def test_a_thousand_people_are_counted(idp: CommandLine, tmp_path: Path, name: str) -> None:
    """A dry run and the import say the same, each refused person is named with the reason, and a second run does nothing."""
    export, report = EXPORTS[name], tmp_path / "refused.jsonl"
    arguments = command(export, tmp_path, *OPTIONS, "--report", str(report))
    lost = "".join(f"without {what}: {number}\n" for what, number in sorted(export.left_out.items()))
    dry = idp(*arguments, "--dry-run")
    assert (dry.status, dry.out) == (1, f"{len(KEPT)} would be imported\n0 imported before\n30 refused\n{lost}")
    done = idp(*arguments)
    assert (done.status, done.out) == (1, f"{len(KEPT)} imported\n0 imported before\n30 refused\n{lost}")
    told = [json.loads(line) for line in report.read_text().splitlines()]
    assert Counter(each["code"] for each in told) == {"moving.email_missing": 20, "moving.email_repeated": 10}
    assert {each["id"] for each in told} == {export.id_of(each) for each in EVERYBODY if each not in KEPT}
    again = idp(*arguments)
    assert again.out == f"0 imported\n{len(KEPT)} imported before\n30 refused\n"
    services = idp.services()
    for each in KEPT[::97]:
        check(services.users.get(services.users.id_of(each.email) or ""), each, export)


@pytest.mark.parametrize(("options", "said"), [(["--dry-run"], "Give it at the first import"), ([], "no password to these people")])
def test_an_import_from_auth0_without_the_hashes_says_so(idp: CommandLine, tmp_path: Path, options: list[str], said: str) -> None:
    """The number, and what these people do. A file with the hashes makes the sentence about it needless."""
    export = EXPORTS["auth0"]
    without = idp(*command(replace(export, more={}), tmp_path, *OPTIONS), *options)
    assert f"People without a password: {len(KEPT)}." in without.err
    assert said in without.err
    given = idp(*command(export, tmp_path, *OPTIONS), "--dry-run")
    assert "--hashes" not in given.err


def check(user: User | None, person: Someone, export: Export) -> None:
    """Compare an account with the person."""
    assert user
    assert (user.email_verified, user.disabled, user.admin) == (person.verified, person.disabled, False)
    assert user.claims["name"] == person.name
    assert bool(user.password_hash) == (export.system != "cognito" and not person.only_social)
    assert user.totp_enabled == (export.system == "auth0" and bool(person.totp_secret))
    if export in {EXPORTS[name] for name in ("auth0", "firebase", "firebase csv", "cognito")}:
        assert user.created_at == person.created


def test_hashes_of_firebase_without_parameters_end_the_import(idp: CommandLine, tmp_path: Path) -> None:
    """One sentence, in the dry run already: otherwise people would come without passwords."""
    for options in (("--dry-run",), ()):
        answer = idp(*command(Export("firebase", EXPORTS["firebase"].content, {}, {}, str), tmp_path, *options))
        assert (answer.status, answer.out.splitlines()[0][:2]) == (1, "0 ")
        assert answer.err.strip().endswith("give the file with --hash-config.")
        assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(("system", "option"), [("auth0", "--hash-config"), ("firebase", "--hashes"), ("cognito", "--hashes")])
def test_a_file_of_another_system_is_refused(idp: CommandLine, tmp_path: Path, system: str, option: str) -> None:
    """It would be left out unnoticed."""
    (tmp_path / "more").write_text("x")
    answer = idp(*command(Export(system, b"", {}, {}, str), tmp_path, option, str(tmp_path / "more")))
    assert answer.status != 0
    assert option in answer.err
