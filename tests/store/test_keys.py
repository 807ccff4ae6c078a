"""An id from outside addresses no other item and causes no error (threats J-10)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idp.store import (
    access_keys,
    app_keys,
    connection_keys,
    deployment_keys,
    factor_keys,
    hook_keys,
    import_job_keys,
    keys,
    organisation_keys,
    provisioning_keys,
    sign_in_keys,
    signal_keys,
    upstream_token_keys,
    webhook_keys,
)
from idp.store.clients import Clients
from idp.store.database import Database
from idp.store.factors import Factors
from idp.store.grants import Grants
from idp.store.idempotency import Idempotency, Started
from idp.store.keys import Key
from idp.store.scim import keys as scim_keys
from idp.store.sessions import Sessions
from idp.store.throttles import Throttles
from idp.store.users import Users
from tests.store.examples import NOW, client, new_id, user
from tests.support.stored import is_revoked, read_failures

ODD = [
    "", "#", "USER#x", "a#b", "%23", "%", "\0", "/", "a/b", ":", "ü", "\u202e", "😀", "\ud800", " ", "..", "*",
    "x" * 501, "x" * 5000, "ü" * 3000,
]  # fmt: skip
ONE: list[Callable[[str], Key]] = [
    keys.user, keys.email, factor_keys.totp, factor_keys.recovery_codes, app_keys.client, keys.revoked_token, deployment_keys.signing_key,
    deployment_keys.sealing_key, deployment_keys.migration, deployment_keys.first_key, app_keys.authorization_detail_type,
    app_keys.initial_access_token, app_keys.client_document, app_keys.scope_text, keys.device_code, keys.invitation,
    access_keys.role, access_keys.group, factor_keys.credential, sign_in_keys.mail_problem,
    lambda delivery_id: keys.delivery(NOW, delivery_id),
    lambda user_id: keys.deletion(NOW, user_id), scim_keys.client, scim_keys.former, provisioning_keys.provisioning_target,
    upstream_token_keys.waiting_tokens, organisation_keys.organisation, organisation_keys.organisation_slug, organisation_keys.ending,
    organisation_keys.domain, webhook_keys.webhook_endpoint, webhook_keys.webhook_state, hook_keys.hook, signal_keys.signal_stream,
    import_job_keys.job, lambda job_id: import_job_keys.refused(job_id, 7),
]  # fmt: skip
TWO: list[Callable[[str, str], Key]] = [
    keys.consent,
    keys.session,
    keys.grant,
    sign_in_keys.throttle,
    keys.idempotency,
    keys.used_once,
    factor_keys.passkey,
    sign_in_keys.seen_place,
    sign_in_keys.ticket,
    keys.answer_about,
    sign_in_keys.remembered_device,
    scim_keys.user,
    scim_keys.owned,
    scim_keys.group,
    lambda client_id, name: scim_keys.name(client_id, "User", name),
    lambda client_id, external_id: scim_keys.external(client_id, "User", external_id, "usr_a"),
    lambda client_id, group_id: scim_keys.member(client_id, group_id, "usr_a"),
    lambda client_id, group_id: scim_keys.membership("usr_a", client_id, group_id),
    lambda client_id, kind: scim_keys.count(client_id, kind, 0),
    lambda connection_id, digest: connection_keys.upstream_session(connection_id, digest, "u"),
    lambda connection_id, user_id: connection_keys.upstream_session(connection_id, "d", user_id),
    provisioning_keys.provisioned,
    lambda target, mark: provisioning_keys.provision_due(target, NOW, mark),
    provisioning_keys.provision_failed,
    upstream_token_keys.upstream_tokens,
    organisation_keys.member,
    organisation_keys.name,
    organisation_keys.membership,
    organisation_keys.organisation_role,
    organisation_keys.domain_claim,
    organisation_keys.organisation_invitation,
    keys.managed_object,
    lambda endpoint, event: webhook_keys.webhook_event(endpoint, "s", "o", event),
    lambda endpoint, mark: webhook_keys.webhook_due(endpoint, NOW, "s", mark),
    webhook_keys.webhook_rest,
    lambda endpoint, event: webhook_keys.webhook_attempt(endpoint, NOW, event),
    webhook_keys.webhook_dead,
    webhook_keys.webhook_sent,
    signal_keys.signal_subject,
]
NAMES = st.text() | st.sampled_from(ODD) | st.lists(st.sampled_from(["#", "%", "%23", "a", "USER", "EMAIL"]), max_size=4).map("".join)


@given(NAMES, NAMES)
@example("x" * 501, "x" * 5000)
@example("#" * 200, "#" * 200 + "x")
def test_two_names_have_two_components(one: str, other: str) -> None:
    """Encoding keeps different names different and adds no separator."""
    assert (keys.part(one) == keys.part(other)) == (one == other)
    assert "#" not in keys.part(one)
    assert len(keys.part(one)) <= 500


@given(NAMES, NAMES, NAMES, NAMES)
def test_two_pairs_of_names_have_two_keys(a: str, b: str, c: str, d: str) -> None:
    """Also if both are in one key."""
    for key in TWO:
        assert (key(a, b) == key(c, d)) == ((a, b) == (c, d))


@given(NAMES, NAMES, NAMES)
def test_keys_of_two_kinds_are_never_equal(a: str, b: str, c: str) -> None:
    """For any names. DynamoDB allows 2,048 bytes in a partition key and 1,024 in a sort key."""
    made = [key(a) for key in ONE] + [key(b, c) for key in TWO] + [deployment_keys.data_key(), keys.event(keys.user_pk(a), NOW, b)]
    for one, other in permutations(made, 2):
        assert one != other
    assert all(0 < len(key.pk) <= 2048 and 0 < len(key.sk) <= 1024 and key.pk.isascii() and key.sk.isascii() for key in made)


@pytest.mark.parametrize("odd", ODD)
def test_no_name_reaches_another_item_or_an_error(database: Database, odd: str) -> None:
    """Every method that takes a name from outside finds no item."""
    users, clients, factors = Users(database), Clients(database), Factors(database)
    victim = user(email=f"v{abs(hash(odd))}@example.com")
    users.create(victim)
    for name in (odd, f"{victim.id}#{odd}", f"{odd}#{victim.id}", f"{victim.id}/USER", f"USER#{victim.id}"):
        assert users.get(name) is None
        assert users.id_of(name) is None
        assert clients.get(name) is None
        assert factors.totp(name) is None
        assert Sessions(database).get(victim.id, name) is None
        assert Grants(database).get(name, victim.id) is None
        assert not is_revoked(database, name, NOW)
        assert read_failures(database, name, victim.id, NOW).count == 0
    assert users.get(victim.id) == victim


@pytest.mark.parametrize("odd", [name for name in ODD if name != ""])
def test_an_item_under_an_odd_name_is_found_by_it_only(database: Database, odd: str) -> None:
    """An item is found under the name it was written with, and under no other."""
    throttles = Throttles(database)
    first = throttles.fail("odd", odd, NOW)
    assert throttles.fail("odd", odd, NOW) == first + 1
    assert isinstance(Idempotency(database).begin(odd, f"{first}{odd}", "d", NOW, 60), Started)


@pytest.mark.parametrize("odd", [name for name in ODD if name and "\ud800" not in name and len(name) < 300])
def test_a_client_may_have_an_odd_id(database: Database, odd: str) -> None:
    """The client is found by that id only."""
    clients = Clients(database)
    made = client(id=f"{new_id()}{odd}")
    assert clients.create(made)
    assert clients.get(made.id) == made
