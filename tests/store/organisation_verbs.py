"""Cases of the methods that write organisations and memberships (see `verbs`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationProfile
from idp.domain.scim.client import ScimClient
from idp.store.account_merges import AccountMerges, Move
from idp.store.database import Database
from idp.store.issuer_links import IssuerLinks
from idp.store.memberships import AlreadyMemberError, LastAdminError, Memberships
from idp.store.organisation_roles import OrganisationRoles
from idp.store.organisations import Organisations, SlugTakenError
from idp.store.scim.clients import ScimClients
from idp.store.users import Users
from tests.store.examples import NOW, membership, new_id, organisation, role, user
from tests.store.verb import Verb
from tests.support.stored import once


def stored_organisation(db: Database) -> OrganisationProfile:
    """An organisation without members."""
    made = organisation()
    assert Organisations(db).create(made)
    return made


def stored_membership(db: Database, **given: object) -> Membership:
    """A member of an organisation of its own."""
    who, org = user(), stored_organisation(db)
    Users(db).create(who)
    made = membership(org, who, **given)
    assert Memberships(db).add(made)
    return made


def seen(org_id: str, user_id: str) -> Callable[[Database], object]:
    """Everything that the writes of a membership change."""

    def effect(db: Database) -> object:
        store = Memberships(db)
        org, who = Organisations(db).get(org_id), Users(db).get(user_id)
        counted = (org.members, org.admins) if org else None
        return store.of_user(user_id), store.of_organisation(org_id), counted, who and who.memberships

    return effect


def delete_scim_client(db: Database) -> Verb:
    """With a mark, by which the end of the organisation finds what the client made."""
    org = stored_organisation(db)
    made = ScimClient(id=f"{org.id}.okta", name="A")
    assert ScimClients(db).create(made)
    return Verb(
        "TransactWriteItems", lambda db: ScimClients(db).delete(made), lambda db: ScimClients(db).former_of_organisation(org.id),
        lambda db: ScimClients(db).delete(replace(made, version=7)),
    )  # fmt: skip


def merge_accounts(db: Database) -> Verb:
    """Two users, a link and a membership: all of it, or nothing."""
    kept, org = user(), stored_membership(db)
    Users(db).create(kept)
    gone = Users(db).get(org.user_id)
    assert gone
    link = IssuerLink(gone.id, "https://corp.example", "", new_id(), NOW)
    assert IssuerLinks(db).create(link, gone)
    gone = Users(db).get(gone.id)
    assert gone

    mine, rival = once(db), once(db)

    def act(db: Database, name: str = "mine") -> bool:
        after, away = replace(kept, version=2, claims={"name": name}), replace(gone, version=gone.version + 1, disabled=True)
        move = Move([(link, replace(link, user_id=kept.id))], [(org, replace(org, id=name, user_id=kept.id))])
        return AccountMerges(db).write((kept, after), (gone, away), move, also=[], event=[mine if name == "mine" else rival])

    return Verb(
        "TransactWriteItems", act,
        lambda db: (Users(db).get(kept.id), Users(db).get(gone.id), IssuerLinks(db).user_of(link.id), Memberships(db).of_user(kept.id)),
        lambda db: act(db, "other"),
    )  # fmt: skip


def create_organisation(db: Database) -> Verb:
    new = organisation()
    return Verb(
        "TransactWriteItems", lambda db: Organisations(db).create(new),
        lambda db: (Organisations(db).get(new.id), Organisations(db).by_slug(new.slug)),
        lambda db: Organisations(db).create(organisation(slug=new.slug)),
    )  # fmt: skip


def replace_organisation(db: Database) -> Verb:
    made = stored_organisation(db)

    def act(db: Database, name: str = "A") -> bool:
        return Organisations(db).replace(replace(made, name=name), was=made) is not None

    return Verb("TransactWriteItems", act, lambda db: Organisations(db).get(made.id), lambda db: act(db, "B"))


def move_slug(db: Database) -> Verb:
    made, mine, others = stored_organisation(db), once(db), once(db)

    def act(db: Database, prefix: str = "x") -> bool:
        wanted, event = replace(made, slug=prefix + made.slug), mine if prefix == "x" else others
        try:
            return Organisations(db).replace(wanted, was=made, also=[event], once=True) is not None
        except SlugTakenError:
            return False

    def effect(db: Database) -> object:
        store = Organisations(db)
        return store.get(made.id), store.by_slug(made.slug), store.by_slug("x" + made.slug)

    return Verb("TransactWriteItems", act, effect, lambda db: act(db, "y"))


def begin_organisations_deletion(db: Database) -> Verb:
    made, mine, others = stored_organisation(db), once(db), once(db)

    def act(db: Database, by: str = "me") -> bool:
        event = mine if by == "me" else others
        return Organisations(db).begin_deletion(made, by=by, now=NOW, also=[event], once=True)

    return Verb("TransactWriteItems", act, lambda db: Organisations(db).get(made.id), lambda db: act(db, "another"))


def add_membership(db: Database) -> Verb:
    who, org = user(), stored_organisation(db)
    Users(db).create(who)
    new = membership(org, who)

    def act(db: Database, of: Membership = new) -> bool:
        try:
            return Memberships(db).add(of)
        except AlreadyMemberError:
            return False

    return Verb("TransactWriteItems", act, seen(org.id, who.id), lambda db: act(db, replace(new, id=new_id())))


def make_organisations_admin(db: Database) -> Verb:
    made, mine, others = stored_membership(db), once(db), once(db)

    def act(db: Database, scopes: str = "users:read") -> bool:
        event = mine if scopes == "users:read" else others
        changed = replace(made, admin=True, admin_scopes=frozenset({scopes}))
        return Memberships(db).replace(changed, was=made, also=[event], once=True) is not None

    return Verb("TransactWriteItems", act, seen(made.org_id, made.user_id), lambda db: act(db, "users:write"))


def remove_membership(db: Database) -> Verb:
    made, mine, others = stored_membership(db, admin=True), once(db), once(db)

    def act(db: Database, event: object = None) -> bool:
        try:
            return Memberships(db).remove(made, also=[mine if event is None else others], once=True)
        except LastAdminError:
            return False

    return Verb("TransactWriteItems", act, seen(made.org_id, made.user_id), lambda db: act(db, "another"))


def leave_organisation(db: Database) -> Verb:
    made = stored_membership(db, admin=True)

    def act(db: Database) -> bool:
        Memberships(db).leave(made.user_id, made.org_id)
        return True

    return Verb("TransactWriteItems", act, seen(made.org_id, made.user_id))


def create_organisation_role(db: Database) -> Verb:
    org, new, mine, others = stored_organisation(db), role(), once(db), once(db)
    return Verb(
        "TransactWriteItems", lambda db: OrganisationRoles(db).create(org.id, new, also=[mine]),
        lambda db: OrganisationRoles(db).get(org.id, new.name),
        lambda db: OrganisationRoles(db).create(org.id, role(name=new.name), also=[others]),
    )  # fmt: skip


def replace_organisation_role(db: Database) -> Verb:
    org, made, mine, others = stored_organisation(db), role(), once(db), once(db)
    OrganisationRoles(db).create(org.id, made)

    def act(db: Database, text: str = "A") -> bool:
        event = mine if text == "A" else others
        return OrganisationRoles(db).replace(org.id, replace(made, description=text), also=[event]) is not None

    return Verb("TransactWriteItems", act, lambda db: OrganisationRoles(db).get(org.id, made.name), lambda db: act(db, "B"))


def delete_organisation_role(db: Database) -> Verb:
    org, made, mine, others = stored_organisation(db), role(), once(db), once(db)
    OrganisationRoles(db).create(org.id, made)
    return Verb(
        "TransactWriteItems", lambda db: OrganisationRoles(db).delete(org.id, made, also=[mine]),
        lambda db: OrganisationRoles(db).get(org.id, made.name), lambda db: OrganisationRoles(db).delete(org.id, made, also=[others]),
    )  # fmt: skip


ALL: list[Callable[[Database], Verb]] = [
    merge_accounts, delete_scim_client,
    create_organisation, replace_organisation, move_slug, begin_organisations_deletion, add_membership, make_organisations_admin,
    remove_membership, leave_organisation, create_organisation_role, replace_organisation_role, delete_organisation_role,
]  # fmt: skip
