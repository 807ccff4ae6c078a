"""Each migration runs once, in order, and is recorded. A store of a newer release is not changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from idp.cli import migrations_runner
from idp.cli.migrations_runner import MigrationsMissingError, NewerSchemaError
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.connections.connection import Connection
from idp.domain.organisations.profile import OrganisationProfile
from idp.domain.people.user import User
from idp.store import user_items
from idp.store.connections import Connections
from idp.store.issuer_links import IssuerLinks
from idp.store.migrations import Migrations
from idp.store.organisation_items import organisation_item
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from idp.store.database import Database

STEP = '''"""Because."""


def run(database, now):
    """Write down that it ran."""
    with open({log!r}, "a") as log:
        log.write({name!r} + " ")
    if {fails}:
        raise RuntimeError("half way")
'''


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """An empty deployment."""
    return CommandLine(quick_endpoint, table_prefix, tmp_path)


class Steps:
    """A folder of migrations that record that they ran."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "migrations"
        self.folder.mkdir()
        self._log = folder / "log"
        self._log.touch()

    def add(self, *names: str, fails: bool = False, phase: str = "") -> None:
        for name in names:
            said = f"PHASE = {phase!r}\n" if phase else ""
            (self.folder / f"{name}.py").write_text(said + STEP.format(log=str(self._log), name=name, fails=fails))

    @property
    def ran(self) -> list[str]:
        return self._log.read_text().split()


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    """No migration exists yet."""
    return Steps(tmp_path)


def test_migrate_runs_what_this_release_has_and_records_it(idp: CommandLine) -> None:
    """A second run does nothing."""
    assert "3 migrations ran" in idp.done("migrate").out
    assert "Nothing to do" in idp.done("migrate").out
    assert Migrations(idp.services().database).ran() == [path.stem for path in migrations_runner.list_migrations()]


def test_every_migration_of_this_release_says_why_and_may_run_twice(idp: CommandLine) -> None:
    """Each has a docstring, and changes nothing in a store that has its result already."""
    database = idp.services().database
    for path in migrations_runner.list_migrations():
        assert path.read_text().startswith('"""')
    migrations_runner.run(database, 1)
    assert migrations_runner.run(database, 2, ran=[]) == [path.stem for path in migrations_runner.list_migrations()]


def test_connections_that_an_earlier_release_deleted_are_marked(idp: CommandLine) -> None:
    """By the links that are left. A connection that exists has no mark, nor has an issuer that an admin trusts."""
    database = idp.services().database
    store, links = Connections(database), IssuerLinks(database)
    assert store.create(Connection(id="there", type="oidc"))
    for number, connection_id in enumerate(("there", "gone", "gone", "")):
        user = User(id=f"usr_{number}", email=f"ada{number}@example.com", created_at=1, updated_at=1)
        database.batch_write(puts=[user_items.item(user, sharded=False)])
        assert links.create(IssuerLink(user.id, "https://corp.example", "", user.id, 1, connection_id), user)
    assert not store.was_used("gone")
    migrations_runner.run(database, 1)
    assert [store.was_used(name) for name in ("gone", "there", "")] == [True, False, False]


def test_organisations_of_an_earlier_release_are_found_by_their_names(idp: CommandLine) -> None:
    """They have no rows. One that is being deleted gets none. The command does the same again."""
    services = idp.services()
    database = services.database
    there, gone = (OrganisationProfile(f"org_{name}", name, f"{name.title()} Steel") for name in ("north", "south"))
    database.batch_write(puts=[organisation_item(there), organisation_item(replace(gone, deleting_since=1))])

    def found() -> list[str]:
        return [each.id for each in services.organisation_search.find("steel", scope=DEPLOYMENT, limit=9)[0]]

    assert found() == []
    migrations_runner.run(database, 1)
    assert found() == ["org_north"]
    before = contents(database)
    assert "1 organisations are found" in idp.done("organizations", "index").out
    assert contents(database) == before
    assert [each["slug"] for each in idp.done("organizations", "list", "--search", "STEEL", "--json").json] == ["north"]
    assert idp.done("organizations", "list", "--search", "teel", "--json").json == []


def test_they_run_in_the_order_of_their_numbers(idp: CommandLine, steps: Steps) -> None:
    """Only those that did not run before are run."""
    database = idp.services().database
    steps.add("0002_b", "0001_z")
    assert migrations_runner.run(database, 1, folder=steps.folder) == ["0001_z", "0002_b"]
    steps.add("0010_c", "0003_d")
    assert migrations_runner.run(database, 2, folder=steps.folder) == ["0003_d", "0010_c"]
    assert steps.ran == ["0001_z", "0002_b", "0003_d", "0010_c"]


def test_what_contracts_waits_for_the_new_code(idp: CommandLine, steps: Steps) -> None:
    """Expanding migrations run before the deployment, the others after it. A second run does nothing."""
    database = idp.services().database
    steps.add("0001_a")
    steps.add("0002_expand", phase="expand")
    steps.add("0003_contract", phase="contract")
    assert migrations_runner.run(database, 1, folder=steps.folder, before=True) == ["0001_a", "0002_expand"]
    assert migrations_runner.run(database, 1, folder=steps.folder, before=True) == []
    assert migrations_runner.run(database, 2, folder=steps.folder) == ["0003_contract"]


def test_a_release_that_was_not_finished_stops_the_next(idp: CommandLine, steps: Steps) -> None:
    """The unfinished contracting migration comes first and may break the running code, so nothing runs. An unknown phase is refused too."""
    database = idp.services().database
    steps.add("0001_contract", phase="contract")
    steps.add("0002_expand")
    with pytest.raises(migrations_runner.UnfinishedReleaseError, match="0001_contract"):
        migrations_runner.run(database, 1, folder=steps.folder, before=True)
    steps.add("0002_expand", phase="later")
    with pytest.raises(ValueError, match="later"):
        migrations_runner.run(database, 1, folder=steps.folder, before=True)
    assert steps.ran == []


def test_one_that_fails_is_not_recorded_and_runs_again(idp: CommandLine, steps: Steps) -> None:
    """The migrations before it are recorded. Those after it wait."""
    database = idp.services().database
    steps.add("0001_a", "0003_c")
    steps.add("0002_b", fails=True)
    with pytest.raises(RuntimeError, match="half way"):
        migrations_runner.run(database, 1, folder=steps.folder)
    assert Migrations(database).ran() == ["0001_a"]
    steps.add("0002_b")
    assert migrations_runner.run(database, 2, folder=steps.folder) == ["0002_b", "0003_c"]


@pytest.mark.parametrize(
    "command", ["migrate", "bootstrap --json", "users create a@example.com --no-password", "clients create x", "keys rotate", "keys list"]
)
def test_a_newer_schema_is_refused_before_anything_is_done(idp: CommandLine, command: str) -> None:
    """Status 3, and a sentence that names the unknown migration and what to install."""
    idp.done("bootstrap", "--json")
    database = idp.services().database
    Migrations(database).record("9999_of_the_future", 1)
    before = contents(database)
    refused = idp(*command.split())
    assert (refused.status, refused.out) == (3, "")
    assert "9999_of_the_future ran on it" in refused.err
    assert contents(database) == before


def test_an_expanding_migration_of_a_newer_release_can_be_rolled_back(idp: CommandLine, steps: Steps) -> None:
    """Commands of this release run on, and its own migrations too. A contracting one is refused, and one whose phase is not known."""
    idp.done("bootstrap", "--json")
    database = idp.services().database
    ours = [path.stem for path in migrations_runner.list_migrations()]
    steps.add(*ours, "9998_expands")
    steps.add("9999_contracts", phase="contract")
    assert migrations_runner.run(database, 1, folder=steps.folder, before=True) == ["9998_expands"]
    assert idp("migrate").status == 0
    assert idp("keys", "list").status == 0
    assert migrations_runner.run(database, 2, folder=steps.folder) == ["9999_contracts"]
    assert idp("keys", "list").status == 3


def contents(database: Database) -> list[list[str]]:
    """Return all items of each table as sorted JSON."""
    return [
        sorted(json.dumps(item, sort_keys=True, default=repr) for item in database.scan(table)) for table in ("directory", "state", "keys")
    ]


def test_pending_refuses_what_it_does_not_know(steps: Steps) -> None:
    """This holds even if all else is known."""
    steps.add("0001_a")
    assert [path.stem for path in migrations_runner.pending([], steps.folder)] == ["0001_a"]
    assert migrations_runner.pending(["0001_a"], steps.folder) == []
    with pytest.raises(NewerSchemaError, match="0002_b"):
        migrations_runner.pending(["0001_a", "0002_b"], steps.folder)


def test_other_files_are_no_migrations(steps: Steps) -> None:
    """Helpers, caches and drafts are ignored."""
    steps.add("0001_a", "__init__", "helpers", "1_b", "0002-b", "0003_C")
    assert [path.stem for path in migrations_runner.list_migrations(steps.folder)] == ["0001_a"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Without its folder an installation would treat each store as newer."""
    with pytest.raises(MigrationsMissingError, match="There are no migrations in"):
        migrations_runner.list_migrations(tmp_path)
