"""A case for every method of the store that writes: what it needs, what it does, and how its effect is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from idp.domain.access.policy_version import LivePolicies, PolicyVersion
from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.connections.kept_tokens import KeptTokens
from idp.domain.declared.managed_object import ManagedObject
from idp.domain.factors.remembered_device import RememberedDevice
from idp.domain.moving.import_job import ImportJob, Problem, Progress, Status
from idp.domain.moving.import_job import Refusal as RefusedRow
from idp.domain.people.consent import Consent
from idp.domain.people.deletion import Deletion
from idp.domain.people.user import User
from idp.domain.provisioning.target import Target
from idp.domain.scim.client import ScimClient
from idp.domain.scim.resources import ScimGroup, ScimUser
from idp.domain.tokens.grant import Grant
from idp.store import import_job_keys, keys, provisioning_keys, sign_in_keys
from idp.store.admins import Admins
from idp.store.clients import Clients
from idp.store.consents import Consents
from idp.store.database import Database
from idp.store.deletions import Deletions
from idp.store.device_codes import DeviceCodes
from idp.store.email_changes import EmailChanges
from idp.store.enrolments import Enrolments
from idp.store.factors import Factors, Totp
from idp.store.grant_outcomes import Redeemed, Rotated
from idp.store.grants import Grants
from idp.store.idempotency import Idempotency, Started
from idp.store.import_job_items import ImportJobItem, ImportRunningItem
from idp.store.import_jobs import ImportJobs
from idp.store.issuer_links import IssuerLinks
from idp.store.managed_objects import ManagedObjects
from idp.store.migrations import Migrations
from idp.store.passkeys import CredentialTakenError, Passkeys, Used
from idp.store.policies import Policies
from idp.store.provisioning import Provisioning
from idp.store.provisioning_items import ProvisionDueItem, ProvisioningStateItem
from idp.store.provisioning_targets import ProvisioningTargets
from idp.store.remembered_devices import RememberedDeviceItem, RememberedDevices
from idp.store.remembered_devices import item as remembered_item
from idp.store.roles import Roles
from idp.store.scim.clients import ScimClients
from idp.store.scim.groups import ScimGroupsStore
from idp.store.scim.members import ScimMembers
from idp.store.scim.people import ScimPeopleStore
from idp.store.seen_places import SeenPlaceItem, SeenPlaces
from idp.store.sessions import Sessions
from idp.store.sessions import item as session_item
from idp.store.throttles import Throttles
from idp.store.tickets import Tickets as TicketStore
from idp.store.tokens import RevokedTokens
from idp.store.upstream_token_keys import upstream_tokens
from idp.store.upstream_tokens import UpstreamTokensItem, UpstreamTokenStore
from idp.store.used_once import Begun, UsedItem, UsedOnce
from idp.store.user_erasures import UserErasures
from idp.store.users import Users
from tests.store import directory_group_verbs, hook_verbs, organisation_verbs, signal_verbs, webhook_verbs
from tests.store.examples import NOW, client, device, grant, new_id, passkey, role, session, user
from tests.store.ticketing import draft, issue, stored, tickets
from tests.store.verb import Verb
from tests.support.stored import is_revoked, once, put_totp, read_failures

LATER = NOW + 86400


def _grant(db: Database, *, redeem: bool) -> Grant:
    made = grant()
    Grants(db).put(made)
    if redeem:
        Grants(db).redeem_code(made, attempt="code", now=NOW, expires_at=LATER)
    return made


def _user(db: Database, **given: object) -> User:
    made = user(**given)
    Users(db).create(made)
    return made


def redeem_code(db: Database) -> Verb:
    made = _grant(db, redeem=False)

    def act(db: Database, attempt: str = "mine") -> bool:
        return isinstance(Grants(db).redeem_code(made, attempt=attempt, now=NOW, expires_at=LATER), Redeemed)

    return Verb("UpdateItem", act, lambda db: Grants(db).get(made.user_id, made.id), lambda db: act(db, "other"))


def rotate(db: Database) -> Verb:
    made = _grant(db, redeem=True)

    def act(db: Database, attempt: str = "mine") -> bool:
        return isinstance(Grants(db).rotate(made, generation=0, attempt=attempt, now=NOW, expires_at=LATER), Rotated)

    return Verb("UpdateItem", act, lambda db: Grants(db).get(made.user_id, made.id), lambda db: act(db, "other"))


def revoke(db: Database) -> Verb:
    made = _grant(db, redeem=True)
    return Verb(
        "UpdateItem",
        lambda db: Grants(db).revoke(made.user_id, made.id, NOW),
        lambda db: Grants(db).get(made.user_id, made.id),
        lambda db: Grants(db).revoke(made.user_id, made.id, NOW),
    )


def end_session(db: Database) -> Verb:
    made = session()
    db.put(session_item(made, retention=1))
    return Verb(
        "UpdateItem",
        lambda db: Sessions(db).end(made.user_id, made.id, NOW) is not None,
        lambda db: Sessions(db).get(made.user_id, made.id),
        lambda db: Sessions(db).end(made.user_id, made.id, NOW) is not None,
    )


def use_totp(db: Database) -> Verb:
    who = new_id()
    put_totp(db, Totp(who, b"sealed", NOW, 1, 0))

    def act(db: Database, attempt: str = "mine") -> bool:
        return Factors(db).use_totp(who, step=2, allowed=9, attempt=attempt)

    return Verb("UpdateItem", act, lambda db: Factors(db).totp(who), lambda db: act(db, "other"))


def use_recovery_code(db: Database) -> Verb:
    who = new_id()
    Factors(db).put_recovery_codes(who, ["aa", "bb"], NOW)

    def act(db: Database, attempt: str = "mine") -> bool:
        return Factors(db).use_recovery_code(who, "aa", attempt=attempt)

    return Verb("UpdateItem", act, lambda db: Factors(db).recovery_codes_left(who), lambda db: act(db, "other"))


def add_passkey(db: Database) -> Verb:
    who = _user(db)
    made = passkey(who)

    def act(db: Database, attempt: str = "mine") -> bool:
        try:
            return Passkeys(db).add(who, made, issued=1, attempt=attempt, recovery=["aa"]) is not None
        except CredentialTakenError:
            return False

    def effect(db: Database) -> object:
        return Users(db).get(who.id), Passkeys(db).of(who.id), Factors(db).recovery_codes_left(who.id)

    return Verb("TransactWriteItems", act, effect, lambda db: act(db, "other"))


def use_passkey(db: Database) -> Verb:
    who = _user(db)
    made = passkey(who)
    Passkeys(db).add(who, made, issued=1, attempt="first")

    def act(db: Database, attempt: str = "mine") -> bool:
        return Passkeys(db).use(made, sign_count=1, backed_up=True, verified=True, issued=2, now=NOW, attempt=attempt) is Used.DONE

    return Verb("UpdateItem", act, lambda db: Passkeys(db).of(who.id), lambda db: act(db, "other"))


def remove_passkey(db: Database) -> Verb:
    who = _user(db)
    made = passkey(who)
    after = Passkeys(db).add(who, made, issued=1, attempt="first", recovery=["aa"])
    assert after

    def effect(db: Database) -> object:
        return Users(db).get(who.id), Passkeys(db).of(who.id), Factors(db).recovery_codes_left(who.id)

    def act(db: Database) -> bool:
        return Passkeys(db).remove(after, made.id, now=NOW, last_factor=True, event=once(db)) is not None

    return Verb("TransactWriteItems", act, effect, act)


def remove_authenticator(db: Database) -> Verb:
    who = _user(db)
    Enrolments(db).enrol(Totp(who.id, b"sealed", NOW, 1, 0), ["aa"])

    def act(db: Database) -> bool:
        return Enrolments(db).remove(who.id, NOW, event=once(db))

    def effect(db: Database) -> object:
        return Users(db).get(who.id), Factors(db).totp(who.id), Factors(db).recovery_codes_left(who.id)

    return Verb("TransactWriteItems", act, effect, act)


def delete_consent(db: Database) -> Verb:
    user_id = f"usr_{new_id()}"
    Consents(db).put(Consent(user_id, "app", ("openid",), NOW))

    def act(db: Database) -> bool:
        return Consents(db).delete(user_id, "app", event=once(db))

    return Verb("TransactWriteItems", act, lambda db: Consents(db).of(user_id), act)


def remove_remembered_device(db: Database) -> Verb:
    user_id, device_id = f"usr_{new_id()}", new_id()
    place = sign_in_keys.remembered_device(user_id, device_id)
    db.put(remembered_item(RememberedDevice(device_id, user_id, 0, 0, NOW, NOW + 60, "", "")))

    def act(db: Database) -> bool:
        return RememberedDevices(db).remove_one(user_id, device_id, event=once(db))

    return Verb("TransactWriteItems", act, lambda db: db.get(RememberedDeviceItem, place) is None, act)


def enrol(db: Database) -> Verb:
    who = _user(db)

    def act(db: Database, sealed: bytes = b"mine") -> bool:
        return Enrolments(db).enrol(Totp(who.id, sealed, NOW, 1, 0), ["aa"])

    return Verb(
        "TransactWriteItems",
        act,
        lambda db: (Users(db).get(who.id), Factors(db).totp(who.id), Factors(db).recovery_codes_left(who.id)),
        lambda db: act(db, b"other"),
    )


def create_user(db: Database) -> Verb:
    new = user()

    def effect(db: Database) -> object:
        return Users(db).get(new.id), Users(db).id_of(new.email)

    return Verb("TransactWriteItems", lambda db: Users(db).create(new), effect, lambda db: Users(db).create(user(email=new.email)))


def create_admin(db: Database) -> Verb:
    new = user(admin=True)

    def effect(db: Database) -> object:
        return Users(db).get(new.id), Users(db).id_of(new.email)

    return Verb("TransactWriteItems", lambda db: Admins(db).create(new), effect, lambda db: Admins(db).create(user(email=new.email)))


def replace_user(db: Database) -> Verb:
    who = _user(db)
    return Verb(
        "UpdateItem",
        lambda db: Users(db).replace(replace(who, claims={"name": "A"})) is not None,
        lambda db: Users(db).get(who.id),
        lambda db: Users(db).replace(replace(who, claims={"name": "B"})) is not None,
    )


def move_email(db: Database) -> Verb:
    who = _user(db)

    def effect(db: Database) -> object:
        return Users(db).get(who.id), Users(db).id_of(who.email), Users(db).id_of(f"x{who.email}")

    return Verb(
        "TransactWriteItems",
        lambda db: Users(db).replace(replace(who, email=f"x{who.email}"), email_was=who.email) is not None,
        effect,
        lambda db: Users(db).replace(replace(who, email=f"y{who.email}"), email_was=who.email) is not None,
    )


def make_admin(db: Database) -> Verb:
    who = _user(db)

    def act(db: Database, name: str = "A") -> bool:
        return Admins(db).replace(replace(who, admin=True, claims={"name": name}), before=who) is not None

    return Verb("TransactWriteItems", act, lambda db: Users(db).get(who.id), lambda db: act(db, "B"))


def reset_factors(db: Database) -> Verb:
    who = _user(db)
    Enrolments(db).enrol(Totp(who.id, b"sealed", NOW, 1, 0), ["aa"])
    found = Users(db).get(who.id)
    assert found

    def effect(db: Database) -> object:
        return Users(db).get(who.id), Factors(db).totp(who.id), Factors(db).recovery_codes_left(who.id)

    return Verb(
        "TransactWriteItems",
        lambda db: Admins(db).reset_factors(found) is not None,
        effect,
        lambda db: Admins(db).reset_factors(replace(found, claims={"name": "B"})) is not None,
    )


def set_password(db: Database) -> Verb:
    who = _user(db)

    def act(db: Database, password_hash: str = "mine") -> bool:
        return Users(db).set_password(who.id, password_hash, was=None, now=NOW, end_everything=True)

    return Verb("UpdateItem", act, lambda db: Users(db).get(who.id), lambda db: act(db, "other"))


def end_everything(db: Database) -> Verb:
    who = _user(db)
    return Verb("UpdateItem", lambda db: Users(db).end_everything(who.id, NOW) is not None, lambda db: Users(db).get(who.id))


def delete_user(db: Database) -> Verb:
    who = _user(db)

    def act(db: Database) -> bool:
        UserErasures(db).delete(who)
        return True

    return Verb("TransactWriteItems", act, lambda db: (Users(db).get(who.id), Users(db).id_of(who.email)))


def begin_deletion(db: Database) -> Verb:
    who, due = _user(db), NOW + 5

    def act(db: Database, attempt: str = "mine") -> bool:
        deletion = Deletion(who.id, due, (who.email,), who.id, own=True, attempt=attempt)
        return db.transact(Deletions(db).new_part(deletion)) is None

    return Verb("TransactWriteItems", act, lambda db: Deletions(db).get(who.id, due), lambda db: act(db, "other"))


def create_client(db: Database) -> Verb:
    new = client()
    return Verb(
        "PutItem", lambda db: Clients(db).create(new), lambda db: Clients(db).get(new.id), lambda db: Clients(db).create(client(id=new.id))
    )


def replace_client(db: Database) -> Verb:
    app = client()
    Clients(db).create(app)
    return Verb(
        "UpdateItem",
        lambda db: Clients(db).replace(replace(app, name="A")) is not None,
        lambda db: Clients(db).get(app.id),
        lambda db: Clients(db).replace(replace(app, name="B")) is not None,
    )


def spread_client(db: Database) -> Verb:
    app = client()
    Clients(db).create(app)
    return Verb(
        "TransactWriteItems",
        lambda db: Clients(db).spread(app, 3) is not None,
        lambda db: Clients(db).get(app.id),
        lambda db: Clients(db).spread(app, 5) is not None,
    )


def replace_spread_client(db: Database) -> Verb:
    app = client()
    Clients(db).create(app)
    spread = Clients(db).spread(app, 3)
    assert spread
    return Verb(
        "TransactWriteItems",
        lambda db: Clients(db).replace(replace(spread, name="A")) is not None,
        lambda db: Clients(db).get(app.id),
        lambda db: Clients(db).replace(replace(spread, name="B")) is not None,
    )


def begin_request(db: Database) -> Verb:
    key = new_id()

    def effect(db: Database) -> object:
        return len(list(db.query_all("state", f"IDEMPOTENCY#app#{key}")))

    def act(db: Database) -> bool:
        return isinstance(Idempotency(db).begin("app", key, "d", NOW, 60), Started)

    return Verb("PutItem", act, effect, act)


def record_migration(db: Database) -> Verb:
    name = f"0001_{new_id()}"
    return Verb(
        "PutItem",
        lambda db: Migrations(db).record(name, NOW),
        lambda db: name in Migrations(db).ran(),
        lambda db: Migrations(db).record(name, NOW + 1),
    )


def revoke_token(db: Database) -> Verb:
    jti = new_id()

    def act(db: Database) -> bool:
        RevokedTokens(db).revoke(jti, LATER)
        return True

    return Verb("PutItem", act, lambda db: is_revoked(db, jti, NOW))


def forget_failures(db: Database) -> Verb:
    who = new_id()
    Throttles(db).fail("account", who, NOW)
    return Verb(
        "UpdateItem",
        lambda db: Throttles(db).succeed("account", who, NOW, seen=1, free=1),
        lambda db: read_failures(db, "account", who, NOW),
    )


def begin_device(db: Database) -> Verb:
    made = device()
    return Verb(
        "PutItem",
        lambda db: DeviceCodes(db).create(made),
        lambda db: DeviceCodes(db).get(made.user_code),
        lambda db: DeviceCodes(db).create(replace(made, id="other")),
    )


def approve_device(db: Database) -> Verb:
    made = device()
    DeviceCodes(db).create(made)

    def act(db: Database, by: str = "mine") -> bool:
        return DeviceCodes(db).approve(made.user_code, made.id, user_id=by, grant_id=by, now=NOW)

    return Verb("UpdateItem", act, lambda db: DeviceCodes(db).get(made.user_code), lambda db: act(db, "other"))


def deny_device(db: Database) -> Verb:
    made = device()
    DeviceCodes(db).create(made)

    def act(db: Database, by: str = "mine") -> bool:
        return DeviceCodes(db).deny(made.user_code, made.id, user_id=by, now=NOW)

    return Verb("UpdateItem", act, lambda db: DeviceCodes(db).get(made.user_code), lambda db: act(db, "other"))


def issue_ticket(db: Database) -> Verb:
    wanted = draft()

    def act(db: Database) -> bool:
        return tickets(db).issue(wanted, None, now=NOW) is not None

    return Verb("UpdateItem", act, lambda db: TicketStore(db).get(wanted.owner, wanted.kind), act)


def use_ticket(db: Database) -> Verb:
    made = issue(db).ticket

    def act(db: Database, attempt: str = "mine") -> bool:
        return tickets(db).use(made, attempt=attempt, now=NOW)

    return Verb("UpdateItem", act, lambda db: stored(db, made), lambda db: act(db, "other"))


def use_ticket_in_a_transaction(db: Database) -> Verb:
    made = issue(db).ticket

    def act(db: Database, attempt: str = "mine") -> bool:
        return db.transact(tickets(db).use_part(made, attempt=attempt, now=NOW)) is None

    return Verb("TransactWriteItems", act, lambda db: stored(db, made), lambda db: act(db, "other"))


def reset_password(db: Database) -> Verb:
    who, made = _user(db), issue(db).ticket

    def act(db: Database, password_hash: str = "mine") -> bool:
        users = Users(db)
        use = tickets(db).use_part(made, attempt=password_hash, now=NOW)
        refused = db.transact(use, users.reset_password_part(who, password_hash, now=NOW))
        return refused is None or users.was_reset(refused[1], password_hash)

    return Verb("TransactWriteItems", act, lambda db: (Users(db).get(who.id), stored(db, made)), lambda db: act(db, "other"))


def create_role(db: Database) -> Verb:
    new = role()
    return Verb(
        "PutItem", lambda db: Roles(db).create(new), lambda db: Roles(db).role(new.name), lambda db: Roles(db).create(role(name=new.name))
    )


def replace_role(db: Database) -> Verb:
    made = role()
    Roles(db).create(made)
    return Verb(
        "PutItem",
        lambda db: Roles(db).replace(replace(made, description="A")) is not None,
        lambda db: Roles(db).role(made.name),
        lambda db: Roles(db).replace(replace(made, description="B")) is not None,
    )


def create_policies(db: Database) -> Verb:
    number = Policies(db).newest() + 1
    new = PolicyVersion(number, note="mine")
    return Verb(
        "PutItem",
        lambda db: Policies(db).create(new, attempt="a"),
        lambda db: Policies(db).get(number),
        lambda db: Policies(db).create(new, attempt="b"),
    )


def publish_policies(db: Database) -> Verb:
    before = Policies(db).live()
    after = LivePolicies(1, before.revision + 1 if before else 1)
    return Verb(
        "PutItem",
        lambda db: Policies(db).publish(after, attempt="a"),
        lambda db: Policies(db).live(),
        lambda db: Policies(db).publish(after, attempt="b"),
    )


def change_email(db: Database) -> Verb:
    made = _user(db)
    ticket = issue(db).ticket
    new = f"{new_id().lower()}@example.com"

    def act(db: Database, attempt: str = "mine") -> bool:
        use = tickets(db).use_part(ticket, attempt=attempt, now=NOW)
        after = replace(made, email=new, updated_at=NOW)
        return EmailChanges(db).change(after, email_was=made.email, now=NOW, use=use, parts=[]) is not None

    return Verb("TransactWriteItems", act, lambda db: (Users(db).get(made.id), Users(db).id_of(made.email)), lambda db: act(db, "other"))


def restore_email(db: Database) -> Verb:
    former, made = f"{new_id().lower()}@example.com", _user(db)
    ticket = issue(db).ticket

    def act(db: Database, attempt: str = "mine") -> bool:
        use = tickets(db).use_part(ticket, attempt=attempt, now=NOW)
        after = replace(made, email=former, updated_at=NOW)
        return EmailChanges(db).restore(after, email_was=made.email, use=use, parts=[]) is not None

    return Verb("TransactWriteItems", act, lambda db: (Users(db).get(made.id), Users(db).id_of(former)), lambda db: act(db, "other"))


def see_place(db: Database) -> Verb:
    user_id, digest = f"usr_{new_id()}", new_id()

    def act(db: Database, attempt: str = "mine") -> bool:
        return SeenPlaces(db).add(user_id, digest, attempt=attempt, now=NOW, parts=[])

    return Verb(
        "TransactWriteItems", act, lambda db: db.get(SeenPlaceItem, sign_in_keys.seen_place(user_id, digest)) is not None,
        lambda db: act(db, "other"),
    )  # fmt: skip


def _due(db: Database) -> tuple[Provisioning, ProvisionDueItem]:
    store, target = Provisioning(db, new_id), new_id()
    store.queue([(target, "usr_1")], now=NOW)
    (due,) = store.due(target, NOW, limit=1)
    return store, due


def claim_account(db: Database) -> Verb:
    _, due = _due(db)

    def act(db: Database) -> bool:
        return Provisioning(db, new_id).claim(due.target_id, due.user_id, now=NOW) is not None

    return Verb("UpdateItem", act, lambda db: Provisioning(db, new_id).accounts(due.target_id, [due.user_id]), act)


def settle_account(db: Database) -> Verb:
    store, due = _due(db)
    mine = store.claim(due.target_id, due.user_id, now=NOW)
    assert mine

    def act(db: Database, have: str = "mine") -> bool:
        return Provisioning(db, new_id).settle(due, replace(mine, have=have), now=NOW)

    return Verb("PutItem", act, lambda db: Provisioning(db, new_id).accounts(due.target_id, [due.user_id]))


def forget_account(db: Database) -> Verb:
    store, due = _due(db)
    mine = store.claim(due.target_id, due.user_id, now=NOW)
    assert mine
    return Verb(
        "DeleteItem",
        lambda db: Provisioning(db, new_id).forget(due, mine, now=NOW),
        lambda db: Provisioning(db, new_id).accounts(due.target_id, [due.user_id]),
    )


def create_target(db: Database) -> Verb:
    new = Target(id=new_id(), base_url="https://app.example/scim")
    return Verb(
        "PutItem",
        lambda db: ProvisioningTargets(db).create(new),
        lambda db: ProvisioningTargets(db).get(new.id),
        lambda db: ProvisioningTargets(db).create(replace(new, base_url="https://other.example/scim")),
    )


def replace_target(db: Database) -> Verb:
    made = Target(id=new_id(), base_url="https://app.example/scim")
    ProvisioningTargets(db).create(made)
    return Verb(
        "PutItem",
        lambda db: ProvisioningTargets(db).replace(replace(made, paused=True)) is not None,
        lambda db: ProvisioningTargets(db).get(made.id),
        lambda db: ProvisioningTargets(db).replace(replace(made, leavers="delete")) is not None,
    )


def label_object(db: Database) -> Verb:
    made = ManagedObject("roles", new_id(), "main", "2026-11-29", 1)
    return Verb(
        "PutItem",
        lambda db: ManagedObjects(db).put(made),
        lambda db: [each for each in ManagedObjects(db).all() if each.id == made.id],
        lambda db: ManagedObjects(db).put(replace(made, manager="other")),
    )


def keep_state(db: Database) -> Verb:
    read = Provisioning(db, new_id).state(new_id())

    def act(db: Database, problem: str = "mine") -> bool:
        state = ProvisioningStateItem.new(provisioning_keys.provisioning_target(read.target_id), target_id=read.target_id, problem=problem)
        return Provisioning(db, new_id).keep_unless_changed(state, now=NOW)

    return Verb("PutItem", act, lambda db: Provisioning(db, new_id).state(read.target_id).problem, lambda db: act(db, "other"))


def create_scim_client(db: Database) -> Verb:
    new = ScimClient(id=new_id(), name="A")
    return Verb(
        "PutItem", lambda db: ScimClients(db).create(new), lambda db: ScimClients(db).get(new.id),
        lambda db: ScimClients(db).create(replace(new, name="B")),
    )  # fmt: skip


def replace_scim_client(db: Database) -> Verb:
    made = ScimClient(id=new_id(), name="A")
    ScimClients(db).create(made)
    return Verb(
        "PutItem",
        lambda db: ScimClients(db).replace(replace(made, name="B")) is not None,
        lambda db: ScimClients(db).get(made.id),
        lambda db: ScimClients(db).replace(replace(made, name="C")) is not None,
    )


def _said(who: User) -> ScimUser:
    return ScimUser(who.id, new_id(), {"userName": who.email}, NOW, NOW)


def create_scim_person(db: Database) -> Verb:
    who = user()
    said = _said(who)

    def act(db: Database) -> bool:
        return Users(db).create(who, also=ScimPeopleStore(db).create_parts(said))

    def effect(db: Database) -> object:
        people = ScimPeopleStore(db)
        return people.read(said.client_id, [who.id]), people.finders.count(said.client_id)

    def rival(db: Database) -> bool:
        other = user()
        return Users(db).create(other, also=ScimPeopleStore(db).create_parts(replace(said, id=other.id)))

    return Verb("TransactWriteItems", act, effect, rival)


def hide_scim_admin(db: Database) -> Verb:
    who = user()
    said = _said(who)
    Users(db).create(who, also=ScimPeopleStore(db).create_parts(said))

    def act(db: Database, name: str = "A") -> bool:
        wanted = replace(who, admin=True, claims={"name": name})
        return Admins(db).replace(wanted, before=who, also=Admins(db).scim_parts(who, wanted)) is not None

    def effect(db: Database) -> object:
        people = ScimPeopleStore(db)
        return people.page(said.client_id, limit=9), people.finders.count(said.client_id)

    return Verb("TransactWriteItems", act, effect, lambda db: act(db, "B"))


def change_scim_person(db: Database) -> Verb:
    who = user()
    said, mine, others = _said(who), once(db), once(db)
    Users(db).create(who, also=ScimPeopleStore(db).create_parts(said))

    def act(db: Database, name: str = "new") -> bool:
        after = replace(said, resource={"userName": f"{name}-{who.email}", "externalId": name})
        changed, event = replace(who, disabled=True, deactivated_by=said.client_id), mine if name == "new" else others
        return Users(db).replace(changed, also=[*ScimPeopleStore(db).change_parts(said, after), event], once=True) is not None

    def effect(db: Database) -> object:
        people = ScimPeopleStore(db)
        names = [people.finders.by_name(said.client_id, name) for name in (said.user_name, f"new-{who.email}", f"other-{who.email}")]
        return people.read(said.client_id, [who.id]), names, people.finders.by_external_id(said.client_id, "new")

    return Verb("TransactWriteItems", act, effect, lambda db: act(db, "other"))


def _group(db: Database) -> ScimGroup:
    made = ScimGroup("grp_" + new_id(), new_id(), "Staff", "ext", 0, NOW, NOW)
    ScimGroupsStore(db).create(made, [once(db)])
    return made


def _group_effect(it: ScimGroup) -> Callable[[Database], object]:
    def effect(db: Database) -> object:
        groups = ScimGroupsStore(db)
        names = [groups.finders.by_name(it.client_id, name) for name in ("staff", "mine", "other")]
        return groups.page(it.client_id, limit=9), groups.read(it.client_id, [it.id]), names, groups.finders.count(it.client_id)

    return effect


def create_scim_group(db: Database) -> Verb:
    made = ScimGroup("grp_" + new_id(), new_id(), "Staff", "ext", 0, NOW, NOW)
    event, other = once(db), once(db)
    return Verb(
        "TransactWriteItems", lambda db: ScimGroupsStore(db).create(made, [event]), _group_effect(made),
        lambda db: ScimGroupsStore(db).create(replace(made, id="grp_" + new_id()), [other]),
    )  # fmt: skip


def rename_scim_group(db: Database) -> Verb:
    made, mine, others = _group(db), once(db), once(db)

    def act(db: Database, name: str = "mine") -> bool:
        event = mine if name == "mine" else others
        return ScimGroupsStore(db).replace(made, replace(made, name=name, external_id=name), [event]) is not None

    return Verb("TransactWriteItems", act, _group_effect(made), lambda db: act(db, "other"))


def delete_scim_group(db: Database) -> Verb:
    made, mine, others = _group(db), once(db), once(db)
    return Verb(
        "TransactWriteItems", lambda db: ScimGroupsStore(db).delete(made, [mine], expected=[made.version]), _group_effect(made),
        lambda db: ScimGroupsStore(db).delete(made, [others], expected=[made.version]),
    )  # fmt: skip


def touch_scim_group(db: Database) -> Verb:
    made = _group(db)

    def act(db: Database, mark: str = "mine") -> bool:
        return ScimGroupsStore(db).touch(made, more=1, mark=mark, now=NOW, expected=[made.version]) is not None

    return Verb("UpdateItem", act, _group_effect(made), lambda db: act(db, "other"))


def touch_scim_group_of_any_version(db: Database) -> Verb:
    made, mark = _group(db), new_id()
    return Verb(
        "UpdateItem", lambda db: ScimGroupsStore(db).touch(made, more=1, mark=mark, now=NOW, expected=None) is not None, _group_effect(made)
    )


def _members_verb(db: Database, *, adds: bool) -> Verb:
    made, people = _group(db), [f"usr_{number}" for number in range(3)]
    if not adds:
        ScimMembers(db).add(made.client_id, made.id, people)

    def act(db: Database) -> bool:
        members = ScimMembers(db)
        (members.add if adds else members.remove)(made.client_id, made.id, people)
        return True

    def effect(db: Database) -> object:
        members = ScimMembers(db)
        return list(members.of(made.client_id, made.id)), [members.groups_of(made.client_id, each) for each in people]

    return Verb("BatchWriteItem", act, effect)


def add_scim_members(db: Database) -> Verb:
    return _members_verb(db, adds=True)


def remove_scim_members(db: Database) -> Verb:
    return _members_verb(db, adds=False)


def _link(who: User, subject: str) -> IssuerLink:
    return IssuerLink(who.id, "https://up.example", "", subject, NOW, "corp")


def create_link(db: Database) -> Verb:
    who, other, subject = _user(db), _user(db), new_id()

    def act(db: Database, owner: User = who) -> bool:
        return IssuerLinks(db).create(_link(owner, subject), owner)

    def effect(db: Database) -> object:
        links = IssuerLinks(db)
        return links.user_of(_link(who, subject).id), links.of(who.id), links.of(other.id), Users(db).get(who.id)

    return Verb("TransactWriteItems", act, effect, lambda db: act(db, other))


def remove_link(db: Database) -> Verb:
    who = _user(db)
    made = _link(who, new_id())
    IssuerLinks(db).create(made, who)
    after = Users(db).get(who.id)
    assert after

    def act(db: Database) -> bool:
        return IssuerLinks(db).unlink(made, after, event=once(db))

    return Verb("TransactWriteItems", act, lambda db: (IssuerLinks(db).user_of(made.id), IssuerLinks(db).of(who.id)), act)


def begin_use(db: Database) -> Verb:
    name = new_id()

    def act(db: Database, attempt: str = "mine") -> bool:
        return UsedOnce(db).begin("logout", name, expires_at=LATER, attempt=attempt) is Begun.FIRST

    return Verb("PutItem", act, lambda db: db.get(UsedItem, keys.used_once("logout", name)) is not None, lambda db: act(db, "other"))


def finish_use(db: Database) -> Verb:
    name = new_id()
    UsedOnce(db).begin("logout", name, expires_at=LATER, attempt="mine")

    def act(db: Database) -> bool:
        UsedOnce(db).finish("logout", name)
        return True

    def effect(db: Database) -> object:
        found = db.get(UsedItem, keys.used_once("logout", name))
        return found and found.open

    return Verb("UpdateItem", act, effect)


def _kept(db: Database, lease: str = "") -> tuple[UpstreamTokenStore, KeptTokens]:
    store = UpstreamTokenStore(db)
    made = KeptTokens(f"usr_{new_id()}", "corp", new_id(), "bound", b"sealed", NOW, NOW, b"sealed too", "bound")
    db.transact(store.keep_part(made))
    if lease:
        assert store.lease(made, attempt=lease, now=NOW, until=LATER)
    return store, made


def lease_tokens(db: Database) -> Verb:
    _, made = _kept(db)

    def act(db: Database, attempt: str = "mine") -> bool:
        return UpstreamTokenStore(db).lease(made, attempt=attempt, now=NOW, until=LATER)

    def effect(db: Database) -> object:
        found = db.get(UpstreamTokensItem, upstream_tokens(made.user_id, made.link_id))
        return found and found.lease

    return Verb("UpdateItem", act, effect, lambda db: act(db, "other"))


def replace_tokens(db: Database) -> Verb:
    _, made = _kept(db, lease="mine")

    def act(db: Database, access: bytes = b"renewed") -> bool:
        return UpstreamTokenStore(db).replace(made._replace(access=access), attempt="mine")

    return Verb("UpdateItem", act, lambda db: UpstreamTokenStore(db).of(made.user_id, "corp"), lambda db: act(db, b"another"))


def _import(db: Database, *, runs: bool = False, holder: str = "") -> ImportJob:
    db.delete(ImportRunningItem, import_job_keys.running())  # of another test
    made = ImportJob(new_id(), "csv", {"people": 5}, {}, dry_run=False, rate=200, created_by="admin", created_at=NOW)
    jobs = ImportJobs(db)
    jobs.create(made)
    if runs or holder:
        assert jobs.start(made, {"people": "etag"}, once(db), now=NOW)
    if holder:
        assert jobs.take(made.id, holder, now=NOW)
    found = jobs.get(made.id)
    assert found
    return found


def _import_effect(it: ImportJob) -> Callable[[Database], object]:
    def effect(db: Database) -> object:
        jobs, found = ImportJobs(db), db.get(ImportJobItem, import_job_keys.job(it.id))
        return found and found.raw(), jobs.running() == it.id, jobs.report(it.id, after=0, limit=9)

    return effect


def create_import(db: Database) -> Verb:
    new = ImportJob(new_id(), "csv", {"people": 5}, {}, dry_run=False, rate=200, created_by="admin", created_at=NOW)
    return Verb(
        "PutItem", lambda db: ImportJobs(db).create(new), _import_effect(new), lambda db: ImportJobs(db).create(replace(new, rate=100))
    )


def start_import(db: Database) -> Verb:
    other, made, mine, others = _import(db), _import(db), once(db), once(db)
    return Verb(
        "TransactWriteItems", lambda db: ImportJobs(db).start(made, {"people": "etag"}, mine, now=NOW), _import_effect(made),
        lambda db: ImportJobs(db).start(other, {"people": "etag"}, others, now=NOW),
    )  # fmt: skip


def take_import(db: Database) -> Verb:
    made = _import(db, runs=True)

    def act(db: Database, holder: str = "mine") -> bool:
        taken = ImportJobs(db).take(made.id, holder, now=NOW)
        assert not taken or taken[1] == 1
        return taken is not None

    return Verb("UpdateItem", act, _import_effect(made), lambda db: act(db, "other"))


def go_on_with_import(db: Database) -> Verb:
    made = _import(db, holder="mine")

    def act(db: Database, holder: str = "mine") -> bool:
        return ImportJobs(db).go_on(made.id, holder, Progress(rows=5, created=5), now=NOW + 1)

    return Verb("UpdateItem", act, _import_effect(made), lambda db: act(db, "other"))


def release_import(db: Database) -> Verb:
    made = _import(db, holder="mine")

    def act(db: Database) -> bool:
        ImportJobs(db).release(made.id, "mine", until=NOW + 60, counted=False)
        return True

    return Verb("UpdateItem", act, _import_effect(made), lambda db: ImportJobs(db).take(made.id, "other", now=NOW) is not None)


def end_import(db: Database) -> Verb:
    made, mine, others = _import(db, holder="mine"), once(db), once(db)
    return Verb(
        "TransactWriteItems",
        lambda db: ImportJobs(db).end(made, mine, Status.FAILED, now=NOW, holder="mine", problem=Problem("a", "b")), _import_effect(made),
        lambda db: ImportJobs(db).end(made, others, Status.CANCELLED, now=NOW),
    )  # fmt: skip


def cancel_import(db: Database) -> Verb:
    made, mine, others = _import(db), once(db), once(db)
    return Verb(
        "TransactWriteItems", lambda db: ImportJobs(db).end(made, mine, Status.CANCELLED, now=NOW), _import_effect(made),
        lambda db: ImportJobs(db).start(made, {"people": "etag"}, others, now=NOW),
    )  # fmt: skip


def refuse_rows(db: Database) -> Verb:
    made = _import(db, holder="mine")

    def act(db: Database) -> bool:
        ImportJobs(db).refuse(made.id, [RefusedRow(row, f"id-{row}", "email", "a", "b") for row in (2, 4)], now=NOW)
        return True

    return Verb("BatchWriteItem", act, _import_effect(made))


TRANSACTIONS = (
    enrol, add_passkey, remove_passkey, remove_authenticator, delete_consent, remove_remembered_device, create_user, create_admin,
    move_email, make_admin, reset_factors, delete_user,
    use_ticket_in_a_transaction, reset_password, change_email, restore_email, see_place, begin_deletion,
    create_scim_person, hide_scim_admin, create_link, remove_link,
    change_scim_person, create_scim_group, rename_scim_group, delete_scim_group,
    start_import, end_import, cancel_import, spread_client, replace_spread_client,
    *organisation_verbs.ALL, *directory_group_verbs.ALL, *webhook_verbs.TRANSACTIONS, *hook_verbs.ALL, *signal_verbs.TRANSACTIONS,
)  # fmt: skip
ALL = (
    *TRANSACTIONS, *webhook_verbs.ALL, *signal_verbs.ALL,
    redeem_code, rotate, revoke, end_session, use_totp, use_passkey, use_recovery_code, replace_user, set_password,
    end_everything,
    create_client, replace_client, begin_request, record_migration, revoke_token, forget_failures,
    begin_device, approve_device, deny_device, create_role, replace_role, create_policies,
    publish_policies, issue_ticket, use_ticket,
    claim_account, settle_account, forget_account, create_target, replace_target, keep_state, label_object,
    create_scim_client, replace_scim_client, begin_use, finish_use, lease_tokens, replace_tokens,
    touch_scim_group, touch_scim_group_of_any_version, add_scim_members, remove_scim_members,
    create_import, take_import, go_on_with_import, release_import, refuse_rows,
)  # fmt: skip
