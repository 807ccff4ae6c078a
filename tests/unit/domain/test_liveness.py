"""The liveness rule (`idp.domain.tokens.liveness`): each fact that fails ends a grant and a token, and no other module states the rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from idp.domain.apps.client import Client
from idp.domain.organisations.belonging import Belonging
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationProfile
from idp.domain.people.user import User
from idp.domain.tokens.grant import Grant
from idp.domain.tokens.liveness import NotLiveError, TokenFacts, grant_problem, require_live_token

NOW = 1_000
USER = User("u1", "alice@example.com", security_stamp=3)
CLIENT = Client("shop", incarnation="i1", created_at=1)
OTHER = Client("api", incarnation="i2", created_at=1)
GRANT = Grant(
    "g1", "u1", "shop", ("openid",), created_at=10, auth_time=10, acr="", amr=(), session_id="s", security_stamp=3,
    client_stamp=CLIENT.stamp, redeemed_at=20, not_after=NOW + 1,
)  # fmt: skip
TOKEN = TokenFacts(stamp="", issued_at=20, has_grant=True)
OWN_TOKEN = TokenFacts(stamp=CLIENT.stamp, issued_at=20, has_grant=False)
EXCHANGED = TokenFacts(stamp=OTHER.stamp, issued_at=20, has_grant=True)

DEAD_GRANTS = {
    "a grant that was never redeemed": (replace(GRANT, redeemed_at=None), USER, CLIENT, "grant"),
    "a grant that was revoked": (replace(GRANT, revoked_at=30), USER, CLIENT, "grant"),
    "a grant at its end": (replace(GRANT, not_after=NOW), USER, CLIENT, "grant"),
    "a deleted user": (GRANT, None, CLIENT, "user"),
    "a disabled user": (GRANT, replace(USER, disabled=True), CLIENT, "user"),
    "a user who changed the password": (GRANT, replace(USER, security_stamp=4), CLIENT, "user"),
    "a deleted client": (GRANT, USER, None, "client"),
    "a disabled client": (GRANT, USER, replace(CLIENT, disabled=True), "client"),
    "a client that was disabled since": (GRANT, USER, replace(CLIENT, security_stamp=1), "client"),
    "a later client with the same id": (GRANT, USER, replace(CLIENT, incarnation="i9"), "client"),
    "another client": (GRANT, USER, OTHER, "client"),
}


def no_read(client_id: str) -> Client | None:
    """The token's own client holds the grant, so no other client is read."""
    raise AssertionError(client_id)


def problem_of(token: TokenFacts, client: Client | None, user: User | None, grant: Grant | None, *, revoked_until: int | None = None,
               read_client: Callable[[str], Client | None] = no_read) -> str:  # fmt: skip
    with pytest.raises(NotLiveError) as caught:
        require_live_token(token, client, user, grant, NOW, revoked_until=revoked_until, read_client=read_client)
    return caught.value.reason


@pytest.mark.parametrize(("grant", "user", "client", "reason"), DEAD_GRANTS.values(), ids=DEAD_GRANTS)
def test_a_grant_ends_with_each_fact(grant: Grant, user: User | None, client: Client | None, reason: str) -> None:
    """The grant itself and the tokens that depend on it."""
    assert grant_problem(grant, user, client, NOW) == reason
    if client is not OTHER:
        assert problem_of(TOKEN, client, user, grant) == ("client" if client is None else reason)


def test_a_grant_is_live_when_every_fact_holds() -> None:
    """The counterpart of the refusals."""
    assert grant_problem(GRANT, USER, CLIENT, NOW) is None
    assert require_live_token(TOKEN, CLIENT, USER, GRANT, NOW, revoked_until=None, read_client=no_read) is CLIENT
    assert require_live_token(OWN_TOKEN, CLIENT, None, None, NOW, revoked_until=None, read_client=no_read) is None


def test_a_code_about_to_be_redeemed_leaves_its_own_state_to_the_write() -> None:
    """Expiry, single use and revocation are decided by the write; user and client are not."""
    unused = replace(GRANT, redeemed_at=None)
    assert grant_problem(unused, USER, CLIENT, NOW, redeems_code=True) is None
    assert grant_problem(unused, None, CLIENT, NOW, redeems_code=True) == "user"
    assert grant_problem(unused, USER, None, NOW, redeems_code=True) == "client"


ORGANISATION = OrganisationProfile("org_a", "acme", "Acme", security_stamp=2)
MEMBERSHIP = Membership("m1", "org_a", "u1")
BELONGING = Belonging(ORGANISATION, MEMBERSHIP)
FOR_ACME = replace(GRANT, org_id="org_a", membership_id="m1", org_stamp=2)
NOT_THERE: dict[str, Belonging | None] = {
    "no membership": None,
    "a membership that began again": Belonging(ORGANISATION, replace(MEMBERSHIP, id="m2")),
    "a membership of another user": Belonging(ORGANISATION, replace(MEMBERSHIP, user_id="u2")),
    "another organisation": Belonging(replace(ORGANISATION, id="org_b"), replace(MEMBERSHIP, org_id="org_b")),
    "a disabled organisation": Belonging(replace(ORGANISATION, disabled=True), MEMBERSHIP),
    "an organisation that is being deleted": Belonging(replace(ORGANISATION, deleting_since=5), MEMBERSHIP),
    "an organisation that was disabled since": Belonging(replace(ORGANISATION, security_stamp=3), MEMBERSHIP),
}


@pytest.mark.parametrize("belonging", NOT_THERE.values(), ids=NOT_THERE)
def test_a_grant_for_an_organisation_ends_with_the_membership_and_the_organisation(belonging: Belonging | None) -> None:
    """The grant, its code and its tokens."""
    token = TOKEN._replace(org_id="org_a")
    assert grant_problem(FOR_ACME, USER, CLIENT, NOW, belonging=belonging) == "organisation"
    assert grant_problem(replace(FOR_ACME, redeemed_at=None), USER, CLIENT, NOW, belonging=belonging, redeems_code=True) == "organisation"
    with pytest.raises(NotLiveError) as caught:
        require_live_token(token, CLIENT, USER, FOR_ACME, NOW, revoked_until=None, read_client=no_read, belonging=belonging)
    assert caught.value.reason == "organisation"


def test_a_grant_for_an_organisation_is_live_in_its_membership() -> None:
    """The counterpart of the refusals. The belonging does not matter to a grant for none."""
    assert grant_problem(FOR_ACME, USER, CLIENT, NOW, belonging=BELONGING) is None
    assert grant_problem(GRANT, USER, CLIENT, NOW, belonging=BELONGING) is None
    token = TOKEN._replace(org_id="org_a")
    assert require_live_token(token, CLIENT, USER, FOR_ACME, NOW, revoked_until=None, read_client=no_read, belonging=BELONGING) is CLIENT


@pytest.mark.parametrize(("of_token", "grant"), [("", FOR_ACME), ("org_b", FOR_ACME), ("org_a", GRANT)])
def test_a_token_and_its_grant_are_for_the_same_organisation(of_token: str, grant: Grant) -> None:
    """A token that lost the claim would count for the whole deployment."""
    token = TOKEN._replace(org_id=of_token)
    with pytest.raises(NotLiveError) as caught:
        require_live_token(token, CLIENT, USER, grant, NOW, revoked_until=None, read_client=no_read, belonging=BELONGING)
    assert caught.value.reason == "organisation"


OWN_ENDS: dict[str, tuple[str, str, OrganisationProfile | None]] = {
    "a client that joined since": ("", "org_a", ORGANISATION),
    "a client that left since": ("org_a", "", ORGANISATION),
    "a client of another one": ("org_a", "org_b", ORGANISATION),
    "no such organisation": ("org_a", "org_a", None),
    "a disabled organisation": ("org_a", "org_a", replace(ORGANISATION, disabled=True)),
    "another organisation was read": ("org_a", "org_a", replace(ORGANISATION, id="org_b")),
    "an organisation that was disabled since": ("org_a", "org_a", replace(ORGANISATION, security_stamp=3)),
}


@pytest.mark.parametrize(("of_token", "of_client", "organisation"), OWN_ENDS.values(), ids=OWN_ENDS)
def test_a_token_of_a_client_is_for_its_organisation(of_token: str, of_client: str, organisation: OrganisationProfile | None) -> None:
    """While that is live."""
    token, client = OWN_TOKEN._replace(org_id=of_token, org_stamp=2), replace(CLIENT, org_id=of_client)
    with pytest.raises(NotLiveError) as caught:
        require_live_token(token, client, None, None, NOW, revoked_until=None, read_client=no_read, organisation=organisation)
    assert caught.value.reason == "organisation"


def test_a_revoked_token_is_dead_until_its_mark_ends() -> None:
    """The mark counts up to its second, and not in it."""
    assert problem_of(TOKEN, CLIENT, USER, GRANT, revoked_until=NOW + 1) == "revoked"
    assert problem_of(OWN_TOKEN, CLIENT, None, None, revoked_until=NOW + 1) == "revoked"
    assert require_live_token(TOKEN, CLIENT, USER, GRANT, NOW, revoked_until=NOW, read_client=no_read) is CLIENT


def test_a_token_without_its_client_or_grant_is_dead() -> None:
    """The token names a client or a grant that is not stored."""
    assert problem_of(TOKEN, None, USER, GRANT) == "client"
    assert problem_of(TOKEN, CLIENT, USER, None) == "grant"


@pytest.mark.parametrize("client", [replace(CLIENT, disabled=True), replace(CLIENT, security_stamp=1), replace(CLIENT, incarnation="i9")])
def test_a_clients_own_token_ends_with_the_clients_stamp(client: Client) -> None:
    """Disabled now, disabled since, or another client with the same id."""
    assert problem_of(OWN_TOKEN, client, None, None) == "client"


@pytest.mark.parametrize(
    ("client", "holder"),
    [
        (OTHER, None),
        (OTHER, replace(CLIENT, disabled=True)),
        (OTHER, replace(CLIENT, incarnation="i9")),
        (replace(OTHER, incarnation="i9"), CLIENT),
    ],
)
def test_an_exchanged_token_ends_with_either_client(client: Client, holder: Client | None) -> None:
    """The client that has the token, and the client that the user gave the grant to (RFC 8693)."""
    assert problem_of(EXCHANGED, client, USER, GRANT, read_client=lambda _: holder) == "client"
    assert require_live_token(EXCHANGED, OTHER, USER, GRANT, NOW, revoked_until=None, read_client=lambda _: CLIENT) is CLIENT


def test_the_rule_is_stated_in_one_module() -> None:
    """No other module compares a grant's stamp with its user, or asks whether a grant is live in order to decide about a token."""
    root = Path(__file__).resolve().parents[3] / "idp"
    stated = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"accepts\(grant\.security_stamp\)|accepts\(grant\.client_stamp", path.read_text())
    }
    assert stated == {"domain/tokens/liveness.py", "domain/apps/client.py"}
