"""Organisations leave a deployment and come to an empty one: ids stay, and nothing that was given there counts by itself (threats R-14)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.domain_claim import PENDING, DomainClaim
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationProfile
from idp.domain.sessions.request_origin import Origin
from idp.store.organisation_items import MemberItem, MembershipItem
from tests.support.cli import CommandLine
from tests.support.full_deployment import deployment_with_everything

LATER = 4_000_000_000
"""Epoch seconds."""


@pytest.fixture
def old(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """The deployment with two organisations: Edith is in both and administers them, Ada is in one."""
    made = deployment_with_everything(quick_endpoint, table_prefix, tmp_path)
    services = made.services()
    edith = services.users.get(person(made, "edith"))
    assert edith
    event = services.audit.once_part("user.passkey_removed", origin=Origin("198.51.100.7"), subject=edith.id)
    [passkey] = edith.passkeys  # its key is none, so it would be refused
    assert services.passkeys.remove(edith, passkey, now=1, last_factor=True, event=event)
    return made


@pytest.fixture
def new(old: CommandLine, tmp_path: Path) -> CommandLine:
    """The empty deployment."""
    (tmp_path / "new").mkdir()
    made = old.other(prefix=old.prefix + "new", folder=tmp_path / "new")
    made.done("bootstrap", "--json", "--admin-email", "first@new.example")
    return made


def leave(old: CommandLine) -> Path:
    """Export."""
    file = old.folder / "everything.ndjson"
    old.done("export", str(file), "--everything")
    return file


def arrive(new: CommandLine, file: Path, *options: str) -> Any:
    """Import."""
    return new("import", str(file), *options)


def changed(file: Path, type_: str, **members: Any) -> Path:
    """The file with other members in the first line of a type."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    next(line for line in lines if line["type"] == type_).update(members)
    return written(file, lines)


def written(file: Path, lines: list[dict[str, Any]]) -> Path:
    """A file with these lines, and the last one that fits to them."""
    end = {"type": "end", "counts": Counter(line["type"] for line in lines[:-1])}
    file.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in [*lines[:-1], end]))
    return file


def organisation(at: CommandLine, slug: str = "acme") -> OrganisationProfile:
    """The organisation with this slug."""
    found = at.services().organisations.by_slug(slug)
    assert found
    return found


def person(at: CommandLine, name: str) -> str:
    """The id of a person."""
    return at.services().users.id_of(f"{name}@example.com") or ""


def membership(at: CommandLine, name: str, slug: str = "acme") -> Membership | None:
    """The membership of a person."""
    return at.services().memberships.get(person(at, name), organisation(at, slug).id)


def memberships(at: CommandLine, name: str) -> int:
    """What the account says."""
    found = at.services().users.get(person(at, name))
    assert found
    return found.memberships


def stored(at: CommandLine, kind: str) -> list[dict[str, Any]]:
    """The items of a kind, in the order of their keys."""
    found = [raw for raw in at.services().database.scan("directory") if raw["kind"]["S"] == kind]
    return sorted(found, key=lambda raw: (raw["pk"]["S"], raw["sk"]["S"]))


def test_an_organisation_keeps_its_id_and_what_it_demands(old: CommandLine, new: CommandLine) -> None:
    """The slug finds it and lists it, also one that is disabled."""
    services = old.services()
    services.organisation_service.patch(organisation(old, "other-school").id, {"disabled": True}, scope=DEPLOYMENT)
    answer = arrive(new, leave(old), "--with-admins")
    assert answer.status == 0, answer.err
    for slug in ("acme", "other-school"):
        there, here = organisation(old, slug), organisation(new, slug)
        assert here == replace(there, version=1)
    listed, _ = new.services().organisations.listing()
    assert [each.slug for each in listed] == ["acme", "other-school"]


def test_roles_come_with_new_ids_and_members_have_them(old: CommandLine, new: CommandLine) -> None:
    """So does the machine client of the organisation. A role of the same name in the other organisation is another one."""
    arrive(new, leave(old))
    org_id = organisation(new).id
    there, here = (each.services().organisation_roles.model(org_id).roles for each in (old, new))
    assert {name: role.permissions for name, role in here.items()} == {"buyer": ("orders:write",), "viewer": ()}
    other = new.services().organisation_roles.get(organisation(new, "other-school").id, "buyer")
    assert other
    assert len({other.id, there["buyer"].id, here["buyer"].id}) == 3
    ada, client = membership(new, "ada"), new.services().clients.get("acme-sync")
    assert ada
    assert client
    assert ada.roles == {name: here[name].id for name in ("buyer", "viewer")}
    assert (client.org_id, client.roles) == (org_id, {"buyer": here["buyer"].id})


def test_a_membership_is_whole(old: CommandLine, new: CommandLine) -> None:
    """Both items are alike, with a new id, and the organisation and the account count it."""
    arrive(new, leave(old), "--with-admins")
    twins = [[kind.of(raw) for raw in stored(new, kind.kind_name)] for kind in (MemberItem, MembershipItem)]
    members, others = ({(it.org_id, it.user_id): it.membership() for it in each if it} for each in twins)
    assert members == others
    assert len(members) == 3
    there, here = membership(old, "edith"), membership(new, "edith")
    assert there
    assert here
    assert here.id != there.id
    assert replace(here, id="", roles={}) == replace(there, id="", roles={})
    assert [memberships(new, name) for name in ("edith", "ada", "grace")] == [2, 1, 0]
    assert [(each.members, each.admins) for each in (organisation(new), organisation(new, "other-school"))] == [(2, 1), (1, 1)]


def test_no_member_administers_an_organisation_without_the_option(old: CommandLine, new: CommandLine) -> None:
    assert arrive(new, leave(old)).status == 0
    edith = membership(new, "edith")
    assert edith
    assert (edith.admin, edith.admin_scopes, edith.owned) == (False, None, True)
    assert organisation(new).admins == 0


def test_a_domain_has_to_be_proven_again(old: CommandLine, new: CommandLine) -> None:
    """The record of the old deployment proves nothing here, and the domain leads nowhere until then."""
    arrive(new, leave(old))
    services = new.services()
    [claim] = services.organisation_domains.of_organisation(organisation(new).id)
    assert (claim.domain, claim.state, claim.connection_id, claim.proven_at) == ("acme.example", PENDING, "example", 0)
    assert claim.value != "value-of-the-record"
    assert len(claim.value) >= 22
    assert services.organisation_domains.owner("acme.example") is None
    assert not stored(new, "organisation_domain")


def test_a_second_import_changes_nothing(old: CommandLine, new: CommandLine) -> None:
    """Also what an admin changed here stays: a profile, a role, a membership and a value that may be published already."""
    file = leave(old)
    arrive(new, file)
    services, org_id = new.services(), organisation(new).id
    services.organisation_service.patch(org_id, {"name": "Changed"}, scope=DEPLOYMENT)
    services.organisation_role_service.patch(org_id, "buyer", {"permissions": ["orders:read"]}, scope=DEPLOYMENT)
    services.member_service.patch(org_id, person(new, "ada"), {"roles": []}, scope=DEPLOYMENT)
    before = list(services.database.scan("directory"))
    again = arrive(new, file, "--with-admins")
    assert again.status == 0, again.err
    assert "organisation_member: 0 created, 3 there before" in again.out
    assert list(services.database.scan("directory")) == before


def test_a_person_who_was_erased_here_is_no_member_again(old: CommandLine, new: CommandLine) -> None:
    file = leave(old)
    arrive(new, file)
    services, ada = new.services(), person(new, "ada")
    services.user_service.delete(ada, scope=DEPLOYMENT)
    assert organisation(new).members == 1
    assert arrive(new, file).status == 0
    assert organisation(new).members == 1
    assert services.memberships.get(ada, organisation(new).id) is None


def test_an_account_of_this_deployment_does_not_become_a_member(old: CommandLine, new: CommandLine) -> None:
    """Its id is that of a person of the file, who is refused: it may be another person. The membership is refused by name."""
    services, ada = new.services(), person(old, "ada")
    mine = old.services().users.get(ada)
    assert mine
    assert services.users.create(replace(mine, email="mine@new.example", memberships=0, roles={}, groups={}))
    answer = arrive(new, leave(old))
    assert answer.status == 1
    assert f"({organisation(new).id}/{ada}): The account is not the one of this export" in answer.err
    assert services.memberships.of_user(ada) == []
    assert organisation(new).members == 1


def test_a_person_who_is_being_deleted_stays_a_member(old: CommandLine, new: CommandLine) -> None:
    """As there: the deletion can be cancelled. The erasure ends the membership."""
    services = old.services()
    user = services.users.get(person(old, "ada"))
    assert user
    assert services.users.replace(replace(user, disabled=True, deleting_until=services.clock() - 1))
    assert arrive(new, leave(old)).status == 0
    assert membership(new, "ada")
    [due] = new.services().deletions.due(new.services().clock(), limit=10)
    assert new.services().erasure.erase(due, scope=DEPLOYMENT)
    assert organisation(new).members == 1
    assert len(stored(new, "member")) == len(stored(new, "membership")) == 2


def test_an_organisation_that_is_refused_takes_its_lines_with_it(old: CommandLine, new: CommandLine) -> None:
    """Another one has the slug here. Its roles, members, domains and its machine client are refused by name; the other one is whole."""
    services = new.services()
    services.organisation_service.create("acme", "Another one", scope=DEPLOYMENT)
    answer = arrive(new, leave(old))
    assert answer.status == 1
    org_id = organisation(old).id
    assert f"({org_id}): Another organisation has this slug" in answer.err
    assert "(acme-sync): There is no such organisation" in answer.err
    assert answer.err.count("There is no such organisation") == 6
    assert services.organisations.get(org_id) is None
    assert services.clients.get("acme-sync") is None
    assert not [raw for raw in services.database.scan("directory") if raw["pk"]["S"] == f"ORG#{org_id}"]
    assert organisation(new, "other-school").members == 1
    assert memberships(new, "edith") == 1


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("organisation", {"id": "acme"}, "id has the wrong type"),
    ("organisation", {"id": "org_#"}, "id has the wrong type"),
    ("organisation", {"id": "org_other", "slug": "A"}, "1 to 63 of a-z"),
    ("organisation", {"id": "org_other", "slug": "acme"}, "Another organisation has this slug"),
    ("organisation", {"id": "org_other", "slug": "x", "policy": {"nothing": True}}, "session_hours"),
    ("organisation", {"id": "org_other", "slug": "x", "policy": {"session_hours": True}}, "hours"),
    ("organisation", {"id": "org_other", "slug": "x", "metadata": {"x": "y" * 5000}}, "4096"),
    ("organisation_role", {"name": "no name"}, "1 to 64 of a-z"),
    ("organisation_role", {"name": "x", "permissions": "all"}, "at most 100 texts"),
    ("organisation_role", {"org_id": "org_nowhere"}, "There is no such organisation"),
    ("organisation_member", {"admin_scopes": ["clients:write"]}, "OAuth scopes"),
    ("organisation_member", {"admin_scopes": []}, "OAuth scopes"),
    ("organisation_member", {"source": "god"}, "source has the wrong type"),
    ("organisation_member", {"roles": ["reader"]}, "reader"),
    ("organisation_member", {"owned": "yes"}, "owned has the wrong type"),
    ("organisation_member", {"joined_at": LATER * 10}, "joined_at has the wrong type"),
    ("organisation_member", {"user_id": "usr_nobody"}, "not the one of this export"),
    ("organisation_domain", {"domain": "gmail.com"}, "Everybody can get"),
    ("organisation_domain", {"domain": "no domain"}, "domain"),
    ("organisation_domain", {"domain": "x.example", "connection_id": "missing"}, "There is no such connection"),
]


@pytest.mark.parametrize("dry", [False, True])
def test_a_hostile_line_is_refused_by_name(old: CommandLine, new: CommandLine, *, dry: bool) -> None:
    """With its row; the others are written. A dry run finds it, too, but does not know whom the file has."""
    lines = [json.loads(line) for line in leave(old).read_text().splitlines()]
    expected = {}
    for type_, members, says in HOSTILE:
        if not (dry and says.startswith("not the one")):
            expected[len(lines)] = says
            lines.insert(-1, next(line for line in lines if line["type"] == type_) | members)
    report = old.folder / "refused"
    answer = arrive(new, written(old.folder / "hostile", lines), "--with-admins", "--report", str(report), *(["--dry-run"] if dry else []))
    assert "Traceback" not in answer.err
    assert answer.status == 1
    refused = {one["row"]: one["reason"] for one in map(json.loads, report.read_text().splitlines())}
    assert set(refused) == set(expected)
    assert not {row: (says, refused[row]) for row, says in expected.items() if says not in refused[row]}
    assert len(stored(new, "member")) == (0 if dry else 3)


def test_a_dry_run_refuses_the_membership_of_a_person_whom_it_refuses(old: CommandLine, new: CommandLine) -> None:
    """So its numbers are those of the import."""
    file = changed(leave(old), "user", claims=[])
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    refused = next(line["id"] for line in lines if line["type"] == "user")
    affected = sum(line["type"] == "organisation_member" and line["user_id"] == refused for line in lines)
    dry, real = arrive(new, file, "--dry-run"), arrive(new, file)
    for answer in (dry, real):
        assert answer.err.count("not the one of this export") == affected
    assert dry.out == real.out.replace(" imported\n", " would be imported\n", 1).replace(" created,", " would be created,")


def full_of_roles(new: CommandLine, org_id: str) -> None:
    """As many roles as possible."""
    for number in range(100):
        new.services().organisation_role_service.create(org_id, f"r{number}", scope=DEPLOYMENT)


def full_of_domains(new: CommandLine, org_id: str) -> None:
    """As many domains as possible."""
    for number in range(50):
        assert new.services().organisation_domains.create(DomainClaim(org_id, f"d{number}.example", "v"))


def full_of_memberships(new: CommandLine, _: str) -> None:
    """Ada is in as many organisations as possible."""
    services = new.services()
    for number in range(50):
        org = services.organisation_service.create(f"o{number}", "O", scope=DEPLOYMENT)
        services.member_service.add(org.id, person(new, "ada"), scope=DEPLOYMENT)


@pytest.mark.parametrize(
    ("fill", "type_", "says"),
    [
        (full_of_roles, "organisation_role", "100"), (full_of_domains, "organisation_domain", "50"),
        (full_of_memberships, "organisation_member", "50"),
    ],
)  # fmt: skip
def test_the_limits_hold(old: CommandLine, new: CommandLine, fill: Callable[[CommandLine, str], None], type_: str, says: str) -> None:
    """What does not fit is refused, after what it refers to was imported."""
    whole = leave(old)
    lines = [json.loads(line) for line in whole.read_text().splitlines()]
    first = written(whole.with_name("first"), [line for line in lines if line["type"] != type_])
    arrive(new, first)
    fill(new, organisation(new).id)
    answer = arrive(new, whole)
    assert answer.status == 1
    assert says in answer.err
