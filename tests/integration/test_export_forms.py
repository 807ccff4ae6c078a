"""`idp export FOLDER --form`: Keycloak, Auth0 and SCIM (docs/moving.md)."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idp.cli import export_folder
from idp.domain.moving.formats import keycloak as read_keycloak
from idp.domain.moving.hashes import auth0 as read_auth0
from idp.domain.moving.leaving import auth0
from idp.domain.moving.person import ImportedPerson
from idp.services.moving import other_forms
from tests.support import auth0_import
from tests.support.cli import CommandLine
from tests.support.full_deployment import WORDS, deployment_with_everything, events, secret_texts


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with the demo's users and apps, and one of everything else."""
    return deployment_with_everything(quick_endpoint, table_prefix, tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the export."""
    return tmp_path / "out"


def parsed(folder: Path, pattern: str) -> list[Any]:
    """The files of this pattern, parsed."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob(pattern))]


def everyone(idp: CommandLine) -> set[str]:
    """The ids of all users."""
    return {raw["pk"]["S"].removeprefix("USER#") for raw in idp.services().database.scan("directory") if raw["kind"]["S"] == "user"}


def test_keycloak_gets_people_whom_our_own_import_reads_back(idp: CommandLine, folder: Path) -> None:
    """With password, authenticator, roles and groups; the realm has roles, groups and apps without a digest."""
    idp.done("export", str(folder), "--form", "keycloak", "--realm", "acme", "--with-hashes")
    (realm,) = parsed(folder, "acme-realm.json")
    assert [role["name"] for role in realm["roles"]["realm"]] == ["reader"]
    assert realm["groups"] == [{"name": "staff", "path": "/staff", "realmRoles": ["reader"]}]
    clients = {each["clientId"]: each for each in realm["clients"]}
    assert clients["demo-web"]["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not [each for each in clients.values() if "secret" in each]
    (users,) = parsed(folder, "acme-users-*.json")
    assert (users["realm"], {each["id"] for each in users["users"]}) == ("acme", everyone(idp))
    people = {row.email: row for row in read_keycloak.read(io.BytesIO(json.dumps(users).encode())) if isinstance(row, ImportedPerson)}
    services = idp.services()
    edith, grace = people["edith@example.com"], people["grace@example.com"]
    assert (edith.roles, edith.groups, edith.links != () or edith.left_out) != ((), (), ())
    assert edith.password_hash
    assert services.passwords.verify(edith.password_hash, WORDS)
    credential = services.factors.totp(services.users.id_of(grace.email) or "")
    assert credential
    assert grace.totp


def test_auth0_gets_files_that_fit_its_schema(idp: CommandLine, folder: Path) -> None:
    """One array with all people, and hashes that our own import of this form reads back."""
    idp.done("export", str(folder), "--form", "auth0", "--with-hashes")
    (users,) = parsed(folder, "users-*.json")
    Draft202012Validator(auth0_import.FILE).validate(users)
    assert {each["user_id"] for each in users} == everyone(idp)
    (edith,) = [each for each in users if each["email"] == "edith@example.com"]
    assert idp.services().passwords.verify(read_auth0.convert(edith["custom_password_hash"]), WORDS)
    assert (edith["app_metadata"]["roles"], edith["app_metadata"]["groups"]) == (["reader"], ["staff"])
    assert any("mfa_factors" in each for each in users)


def test_scim_gets_one_resource_a_line(idp: CommandLine, folder: Path) -> None:
    """Groups and people; a person names the groups."""
    idp.done("export", str(folder), "--form", "scim")
    (text,) = [path.read_text("utf-8") for path in folder.glob("resources-*.ndjson")]
    lines = [json.loads(line) for line in text.splitlines()]
    assert {each["id"] for each in lines if each["meta"]["resourceType"] == "User"} == everyone(idp)
    assert [each["displayName"] for each in lines if each["meta"]["resourceType"] == "Group"] == ["staff"]
    (edith,) = [each for each in lines if each.get("userName") == "edith@example.com"]
    assert edith["groups"] == [{"value": "staff", "display": "staff"}]


@pytest.mark.parametrize("form", other_forms.FORMS)
def test_a_form_has_no_secret_without_the_flag(idp: CommandLine, folder: Path, form: str) -> None:
    """No hash, no key of an authenticator, no digest; and the command names how many people lose them."""
    done = idp.done("export", str(folder), "--form", form)
    everywhere = "".join(path.read_text() for path in folder.iterdir()) + done.out + done.err
    secrets = list(secret_texts(idp.services()))
    assert len(secrets) > 10
    assert not [each for each in secrets if each in everywhere]
    assert "passwords whose hash" in done.err
    assert "authenticator apps" in done.err


def test_hashes_in_clear_are_named_and_the_file_is_the_owners_only(idp: CommandLine, folder: Path) -> None:
    """The folder is, too. Digests of apps' secrets, upstream secrets and recovery codes are never in it."""
    done = idp.done("export", str(folder), "--form", "keycloak", "--with-hashes")
    assert "in clear" in done.err
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    everywhere = "".join(path.read_text() for path in folder.iterdir())
    assert "upstream secret" not in everywhere
    for raw in idp.services().database.scan("directory"):
        if raw["kind"]["S"] == "client":
            assert not [each for each in json.loads(raw["metadata"]["S"]).get("secrets", ()) if each["digest"] in everywhere]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--form", "okta"), "keycloak, auth0 and scim"),
        (("--form", "scim", "--with-hashes"), "no place for hashes"),
        (("--form", "keycloak", "--realm", "../x"), "letters, digits"),
        (("--form", "keycloak", "--everything"), "our own form"),
        (("--form", "keycloak", "--with-keys"), "our own form"),
        (("--everything", "--with-hashes"), "encrypted for --to"),
        (("--everything", "--realm", "acme"), "encrypted for --to"),
    ],
)
def test_a_wrong_choice_of_form_writes_nothing(idp: CommandLine, folder: Path, options: tuple[str, ...], says: str) -> None:
    """The status is 2, and there is neither a folder nor an event."""
    refused = idp("export", str(folder), *options)
    assert (refused.status, folder.exists(), events(idp)) == (2, False, [])
    assert says in " ".join(refused.err.split())


def test_a_folder_that_exists_is_not_touched(idp: CommandLine, folder: Path) -> None:
    """Also not a link to one that does not."""
    folder.mkdir()
    assert idp("export", str(folder), "--form", "scim").status == 1
    assert not list(folder.iterdir())
    folder.rmdir()
    folder.symlink_to(folder.with_name("elsewhere"))
    assert idp("export", str(folder), "--form", "scim").status == 1
    assert not folder.with_name("elsewhere").exists()


def test_a_folder_inside_a_missing_one_is_refused_before_the_event(idp: CommandLine, folder: Path) -> None:
    refused = idp("export", str(folder / "missing" / "acme"), "--form", "scim")
    assert refused.status == 2
    assert str(folder / "missing") in refused.err
    assert not events(idp)


def test_the_audit_knows_the_form_and_the_hashes(idp: CommandLine, folder: Path) -> None:
    """Before the first file."""
    idp.done("export", str(folder), "--form", "auth0", "--with-hashes")
    (event,) = events(idp)
    details = (
        json.loads(event["details"]["S"]) if "S" in event["details"] else {name: each["S"] for name, each in event["details"]["M"].items()}
    )
    assert {"form": "auth0", "with_hashes": "true", "encrypted_to": "none"}.items() <= details.items()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One or two people in a file."""
    monkeypatch.setattr(auth0, "LARGEST", 700)


@pytest.mark.usefixtures("small_parts")
def test_auth0s_files_stay_below_the_limit(idp: CommandLine, folder: Path) -> None:
    """Each is a whole array, they are numbered, and each person is in one of them."""
    idp.done("export", str(folder), "--form", "auth0", "--with-hashes")
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == [f"users-{number:05d}.json" for number in range(1, len(files) + 1)]
    assert len(files) > 2
    whole = [each for users in parsed(folder, "*") for each in users]
    assert sorted(each["user_id"] for each in whole) == sorted(everyone(idp))
    assert all(path.stat().st_size <= 700 or len(json.loads(path.read_text())) == 1 for path in files)
    assert auth0_import.LARGEST == 500_000


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("first", [1, 3, 6])
def test_an_interrupted_export_goes_on_at_a_part(idp: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    """Interrupted after some writes and resumed, its files and counts are those of one that was not. Other options are refused."""
    whole = folder.with_name("whole")
    told = idp.done("export", str(whole), "--form", "auth0").err
    real: Callable[..., None] = export_folder._replace
    writes = 0

    def replace(path: Path, content: Any) -> None:
        nonlocal writes
        writes += 1
        if writes > first:
            raise KeyboardInterrupt
        real(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(export_folder, "_replace", replace)
        assert idp("export", str(folder), "--form", "auth0").status != 0
    assert idp("export", str(folder), "--form", "auth0").status == 1
    assert idp("export", str(folder), "--form", "auth0", "--resume", "--with-hashes").status == 2
    assert idp("export", str(folder), "--form", "scim", "--resume").status == 2
    done = idp.done("export", str(folder), "--form", "auth0", "--resume")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {path.name: path.read_bytes() for path in whole.iterdir()}
    assert done.err.replace(str(folder), "") == told.replace(str(whole), "")
    assert idp("export", str(folder), "--form", "auth0", "--resume").status == 1
