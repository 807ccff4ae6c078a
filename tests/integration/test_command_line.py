"""`idp users`, `idp clients`, `idp keys`: what they change, and what they refuse."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from idp.cli import archive, archive_file
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.domain.factors.password_policy import normalise
from idp.services.apps.clients import ClientService
from tests.support.cli import CommandLine


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an admin."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    return made


def test_a_user_is_created_with_a_password_from_standard_input(idp: CommandLine) -> None:
    """The password is not printed."""
    made = idp(
        "users", "create", "Ada@Example.com", "--password-stdin", "--json", "--claims", '{"name": "Ada"}', stdin="nine wet walruses\n"
    )
    services = idp.services()
    user = services.user_service.get(made.json["id"], scope=DEPLOYMENT)
    assert made.json == {"id": user.id, "email": "ada@example.com"}
    assert (user.claims, user.admin, user.email_verified) == ({"name": "Ada"}, False, False)
    assert services.passwords.verify(user.password_hash, "nine wet walruses")


def test_a_password_that_was_made_is_printed_once(idp: CommandLine) -> None:
    """The printed password works."""
    made = idp.done("users", "create", "ada@example.com", "--generate-password", "--admin", "--email-verified", "--json").json
    user = idp.services().user_service.get(made["id"], scope=DEPLOYMENT)
    assert (user.admin, user.email_verified) == (True, True)
    assert idp.services().passwords.verify(user.password_hash, normalise(made["password"]))


def test_roles_groups_and_those_who_have_them(idp: CommandLine) -> None:
    """An import from nothing: a role, a group that has it, a user with both and with attributes."""
    role = idp.done("roles", "create", "editor", "--permission", "orders:read", "--permission", "orders:write", "--json").json
    assert role == {"name": "editor", "permissions": ["orders:read", "orders:write"]}
    assert idp.done("groups", "create", "sales", "--role", "editor", "--description", "Sellers", "--json").json["roles"] == ["editor"]
    attributes = '{"department": "sales"}'
    given = ("--role", "editor", "--group", "sales", "--attributes", attributes, "--no-password", "--json")
    user = idp.services().user_service.get(idp.done("users", "create", "ada@example.com", *given).json["id"], scope=DEPLOYMENT)
    assert (set(user.roles), set(user.groups), user.attributes) == ({"editor"}, {"sales"}, {"department": "sales"})
    assert idp.done("roles", "list").out == "editor  orders:read orders:write\n"
    assert idp.done("roles", "list", "--json").json == [role]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("roles create Editor", "name: This has to be"), ("roles create editor --permission *", "permissions: This has to be"),
        ("roles create taken", "already"), ("groups create taken --role missing", "roles: There is no role or group called missing"),
        ("users create ada@example.com --no-password --role missing", "roles: There is no role or group called missing"),
        ("users create ada@example.com --no-password --group taken", "groups: There is no role or group called taken"),
        ('users create ada@example.com --no-password --attributes {"a":{}}', "attributes: This has to be"),
        ("users create ada@example.com --no-password --attributes []", "not a JSON object"),
    ],
)  # fmt: skip
def test_what_cannot_be_assigned_is_refused(idp: CommandLine, arguments: str, says: str) -> None:
    """The refusal is a sentence, and nothing is created."""
    idp.done("roles", "create", "taken")
    refused = idp(*arguments.split())
    assert (refused.status, refused.out) == (1 if says == "already" else 2, "")
    assert says in refused.err
    services = idp.services()
    assert set(services.role_service.model(scope=DEPLOYMENT).roles) == {"taken"}
    assert services.role_service.model(scope=DEPLOYMENT).groups == {}
    assert services.users.id_of("ada@example.com") is None


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "says"),
    [
        ("ada@example.com --password-stdin", "short\n", 2, "password: Use at least 15 characters"),
        ("ada@example.com --password-stdin", "123456789qwerty\n", 2, "most common passwords"),
        ("ada@example.com", "", 2, "--password-stdin"),
        ("ada@example.com --no-password --generate-password", "", 2, "contradict each other"),
        ("ada --no-password", "", 2, "name@domain.example"),
        ("admin@example.com --no-password", "", 1, "already belongs to a user"),
        ("ada@example.com --no-password --claims []", "", 2, "not a JSON object"),
        ('ada@example.com --no-password --claims {"sub":"x"}', "", 2, "claims.sub"),
    ],
)
def test_what_is_no_user_is_refused(idp: CommandLine, arguments: str, stdin: str, status: int, says: str) -> None:
    """The refusal is a sentence with status 2 for a wrong argument, and standard output is empty."""
    refused = idp("users", "create", *arguments.split(), stdin=stdin)
    assert (refused.status, refused.out) == (status, "")
    assert says in refused.err
    assert idp.services().users.id_of("ada@example.com") is None


def test_a_new_password_ends_what_the_old_one_began(idp: CommandLine) -> None:
    """Sessions and grants end too."""
    idp("users", "set-password", "admin@example.com", "--password-stdin", stdin="nine wet walruses\n")
    services = idp.services()
    user = services.user_service.get(services.users.id_of("admin@example.com") or "", scope=DEPLOYMENT)
    assert services.passwords.verify(user.password_hash, "nine wet walruses")
    assert user.security_stamp == 1
    assert idp("users", "set-password", "nobody@example.com", "--generate-password").status == 1


def test_apps_of_every_kind_are_registered(idp: CommandLine) -> None:
    """The kinds are a web app, a single-page app, a native app and a service."""
    web = idp.done(
        "clients", "create", "Shop", "--redirect-uri", "https://a.example/cb", "--redirect-uri", "https://b.example/cb", "--json"
    )
    spa = idp.done("clients", "create", "App", "--public", "--redirect-uri", "https://c.example/", "--client-id", "spa", "--json")
    native = idp.done("clients", "create", "Phone", "--public", "--native", "--redirect-uri", "com.example.app:/cb", "--json")
    job = idp.done("clients", "create", "Job", "--service", "--resource", "https://api.example", "--scope", "a b", "--json")
    assert set(web.json) == {"client_id", "client_secret", "redirect_uris"}
    assert set(spa.json) == set(native.json) == {"client_id", "redirect_uris"}
    assert set(job.json) == {"client_id", "client_secret"}
    service = idp.services().client_service
    assert service.get(web.json["client_id"], scope=DEPLOYMENT).redirect_uris == ("https://a.example/cb", "https://b.example/cb")
    assert (service.get("spa", scope=DEPLOYMENT).is_public, service.get(native.json["client_id"], scope=DEPLOYMENT).is_native) == (
        True,
        True,
    )
    made = service.get(job.json["client_id"], scope=DEPLOYMENT)
    assert (made.grant_types, made.resources, made.scopes) == (("client_credentials",), ("https://api.example",), ("a", "b"))


def test_an_app_whose_id_tokens_tell_name_and_email(idp: CommandLine, tmp_path: Path) -> None:
    """An option or a member of the file sets this. Without it only UserInfo has these claims."""
    common = ("--redirect-uri", "https://a.example/cb", "--json")
    file = tmp_path / "apps.json"
    file.write_text(json.dumps({"client_name": "Cluster", "redirect_uris": ["https://a.example/cb"], "id_token_claims": True}))
    made = [
        idp.done("clients", "create", "Cluster", "--id-token-claims", *common).json["client_id"],
        idp.done("clients", "create", "--from", str(file), "--json").json["client_id"],
        idp.done("clients", "create", "Shop", *common).json["client_id"],
    ]
    service = idp.services().client_service
    assert [service.get(client_id, scope=DEPLOYMENT).id_token_claims for client_id in made] == [True, True, False]


def test_more_metadata_is_given_as_json(idp: CommandLine) -> None:
    """The members have the names of the admin API."""
    more = '{"redirect_uris": ["https://a.example/cb"], "require_pkce": false, "contacts": ["me@a.example"]}'
    made = idp.services().client_service.get(
        idp.done("clients", "create", "Shop", "--first-party", "--metadata", more, "--json").json["client_id"], scope=DEPLOYMENT
    )
    assert (made.first_party, made.require_pkce, made.contacts) == (True, False, ("me@a.example",))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("Shop", "redirect_uris: "),
        ("Shop --redirect-uri nonsense", "redirect_uris: "),
        ("Shop --public --service", "--public and --service contradict"),
        ("Shop --client-id admin-client --redirect-uri https://a.example/", "exists already"),
        ("Shop --metadata {}x", "--metadata is not a JSON object"),
        ('Shop --metadata {"sekret":1}', "sekret: "),
    ],
)
def test_what_is_no_app_is_refused(idp: CommandLine, arguments: str, says: str) -> None:
    """The refusal names the wrong member."""
    refused = idp("clients", "create", *arguments.split())
    assert (refused.status, refused.out) == (1 if says == "exists already" else 2, "")
    assert says in refused.err


def test_a_new_secret_leaves_the_old_one_its_overlap(idp: CommandLine) -> None:
    """At most two secrets are valid."""
    idp.done("clients", "rotate-secret", "admin-client", "--overlap", "60")
    assert len(idp.services().client_service.get("admin-client", scope=DEPLOYMENT).secrets) == 2
    refused = idp("clients", "rotate-secret", "nobody")
    assert (refused.status, refused.err) == (1, "There is no app with the client_id nobody.\n")


def test_keys_are_listed_rotated_and_revoked(idp: CommandLine) -> None:
    """One key of each algorithm signs, before and after."""
    before = {key.kid: key for key in idp.services().key_rotation.listing()}
    assert all(kid in idp.done("keys", "list").out for kid in before)
    refused = idp("keys", "rotate")
    assert (refused.status, "Nothing was rotated" in refused.err, "rotate at once" in refused.err) == (1, True, True)
    assert {key.kid: key for key in idp.services().key_rotation.listing()} == before
    idp.done("keys", "rotate", "--alg", "RS256", "--at-once")
    after = {key.kid: key for key in idp.services().key_rotation.listing()}
    assert [key.state for key in after.values() if key.alg == "RS256"].count("active") == 1
    [retiring] = [kid for kid, key in after.items() if key.state == "retiring"]
    assert before[retiring].state == "active"
    idp.done("keys", "revoke", retiring, "--yes")
    assert {key.kid: key.state for key in idp.services().key_rotation.listing()}[retiring] == "revoked"
    assert idp("keys", "revoke", retiring, "--yes").status == 1
    assert idp("keys", "rotate", "--alg", "HS256").status == 2
    assert idp("keys", "rotate", "--kind", "sealing", "--at-once").status == 2
    was = {key.kid for key in idp.services().key_rotation.listing() if key.state == "active"}
    assert len(idp.done("keys", "rotate", "--at-once").out.splitlines()) == len(was)
    assert not was & {key.kid for key in idp.services().key_rotation.listing() if key.state == "active"}


@pytest.mark.parametrize("begins", ["-y", "-h", "--", "-A", "_-"])
def test_a_key_whose_id_begins_like_an_option(idp: CommandLine, begins: str) -> None:
    """Thumbprints are base64url and can begin with a hyphen. An id is never read as an option."""
    kid = begins.ljust(43, "y")
    refused = idp("keys", "revoke", kid, stdin="y\n")
    assert refused.status in {1, 2}
    assert f"There is no signing key with the id {kid}." in refused.err


def test_sealing_keys_are_listed_rotated_and_revoked(idp: CommandLine) -> None:
    """With --kind sealing: a new key seals after two minutes, and a revoked one opens nothing. Both acts are events."""
    (first,) = [key.id for key in idp.services().sealing_keys.listing()]
    assert f"{first:12} active" in idp.done("keys", "list", "--kind", "sealing").out
    made = idp.done("keys", "rotate", "--kind", "sealing").out.split()
    assert made[1] == "next"
    assert {key.id: key.state for key in idp.services().sealing_keys.listing()} == {first: "active", made[0]: "next"}
    idp.done("keys", "revoke", first, "--kind", "sealing", "--yes")
    assert {key.id: key.state for key in idp.services().sealing_keys.listing()} == {made[0]: "active", first: "retired"}
    assert idp("keys", "revoke", first, "--kind", "sealing", "--yes").status == 1
    assert idp("keys", "rotate", "--kind", "other").status == 2
    acts = [item["type"]["S"] for item in idp.services().database.scan("state") if item["kind"] == {"S": "event"}]
    assert (acts.count("sealing_key.rotated"), acts.count("sealing_key.revoked")) == (1, 1)


@pytest.mark.parametrize("command", ["keys list", "keys rotate", "users create a@example.com --no-password", "backup b.gz"])
def test_without_tables_the_next_step_is_said(quick_endpoint: str, table_prefix: str, tmp_path: Path, command: str) -> None:
    """Only bootstrap, migrate and restore create tables, so a mistyped prefix creates none."""
    refused = CommandLine(quick_endpoint, table_prefix, tmp_path)(*command.split())
    assert refused.status in {1, 2}
    assert "Run idp bootstrap" in refused.err


def test_every_act_is_in_the_audit(idp: CommandLine) -> None:
    """The actor of each event is the command line."""
    made = idp.done("users", "create", "ada@example.com", "--no-password", "--json").json
    events = [item for item in idp.services().database.scan("state") if item["kind"]["S"] == "event"]
    assert [e["actor"]["S"] for e in events if e["type"]["S"] == "user.created" and e["subject"]["S"] == made["id"]] == ["system"]


KEYS = {
    "keys": [
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    ]
}
PLAN: list[dict[str, Any]] = [
    {"client_id": "basic", "client_name": "Basic", "redirect_uris": ["https://suite.example/cb"], "require_pkce": False},
    {"client_name": "Second", "redirect_uris": ["https://suite.example/cb"], "token_endpoint_auth_method": "client_secret_post"},
    {
        "client_id": "fapi", "redirect_uris": ["https://suite.example/cb"], "profile": "fapi2", "jwks": KEYS,
        "token_endpoint_auth_method": "private_key_jwt",
    },
]  # fmt: skip


def test_what_a_plan_needs_is_registered_from_a_file(idp: CommandLine, tmp_path: Path) -> None:
    """A list, or one: with secrets where there are any, in the file's order. One word makes a FAPI 2.0 client."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PLAN))
    made = idp.done("clients", "create", "--from", str(file), "--json").json
    assert [each["client_id"] for each in made][::2] == ["basic", "fapi"]
    assert ["client_secret" in each for each in made] == [True, True, False]
    fapi = idp.services().clients.get("fapi")
    assert fapi
    assert (fapi.require_pushed_authorization_requests, fapi.dpop_bound_access_tokens) == (True, True)
    assert "RS256" not in (fapi.id_token_signed_response_alg, fapi.access_token_signed_response_alg)
    one = idp("clients", "create", "--from", "-", "--json", stdin=json.dumps({**PLAN[0], "client_id": "one"}))
    assert one.json["client_id"] == "one"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([PLAN[0], {"redirect_uris": []}], "App 2: "), ([PLAN[0], {**PLAN[1], "client_id": "admin-client"}], "exists already"),
        ([PLAN[0], PLAN[1], PLAN[0]], "App 3: app 1 has the client_id basic too"),
        ([], "neither"), ("x", "neither"), ([PLAN[0], 5], "neither"),
        ([PLAN[0], {**PLAN[0], "client_id": "x", "profile": "fapi2"}], "App 2: "), (None, "cannot be read"),
        ([PLAN[0], {**PLAN[2], "jwks": {"keys": [{**KEYS["keys"][0], "d": "x"}]}}], "private"),
    ],
)  # fmt: skip
def test_of_a_file_with_a_mistake_nothing_is_registered(idp: CommandLine, tmp_path: Path, content: object, says: str) -> None:
    """All apps of the file are checked before the first one is registered."""
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_text(json.dumps(content))
    refused = idp("clients", "create", "--from", str(file), "--json")
    assert (refused.status, refused.out) == (1 if says == "exists already" else 2, "")
    assert says in refused.err
    assert idp.services().clients.get("basic") is None


def test_one_id_for_all_apps_of_a_file_is_refused(idp: CommandLine, tmp_path: Path) -> None:
    """--client-id applies to each app, so a file with two apps would use one id twice."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps([{**PLAN[1], "client_name": name} for name in ("A", "B")]))
    refused = idp("clients", "create", "--from", str(file), "--client-id", "both")
    assert (refused.status, refused.out) == (2, "")
    assert "App 2: app 1 has the client_id both too" in refused.err
    assert idp.services().clients.get("both") is None


def test_secrets_of_a_run_that_ended_early_are_printed(idp: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store fails at the second app. The first one exists, so its secret is printed, and the error counts the registered apps."""
    made = ClientService.create

    def create(service: ClientService, members: dict[str, Any], **rest: Any) -> Any:
        if members["client_name"] == "Second":
            raise Unavailable(detail="PutItem: ProvisionedThroughputExceededException")
        return made(service, members, **rest)

    monkeypatch.setattr(ClientService, "create", create)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PLAN[:2]))
    ended = idp("clients", "create", "--from", str(file), "--json")
    assert ended.status == 1
    assert "1 of 2 apps were registered" in ended.err
    [told] = ended.json
    assert told["client_id"] == "basic"
    kept = idp.services().client_service.get("basic", scope=DEPLOYMENT).secrets[0]
    assert kept.digest == hashlib.sha256(told["client_secret"].encode()).hexdigest()


def test_the_region_is_shown_and_changed(idp: CommandLine) -> None:
    """Show ends with status 1 where the region does not serve, and no other command runs there. A restored home counts nowhere."""
    eu, us = idp.other(extra={"IDP_REGION": "eu-central-1"}), idp.other(extra={"IDP_REGION": "us-east-1"})
    assert idp.done("region", "show").out == "serves    (not stored; there is one region)\nsettings  (IDP_REGION is not set)\n"
    assert eu("users", "list").status == idp("region", "activate", "--yes").status == 1
    assert idp("region", "start", "EU").status == 2
    idp.done("region", "start", "eu-central-1")
    eu.done("region", "show")
    eu.done("backup", str(idp.folder / "backup.gz"), "--with-keys")
    refused = us("users", "list")
    assert (refused.status, "eu-central-1 serves, and this is us-east-1" in refused.err) == (1, True)
    assert us("region", "show").status == 1
    assert eu("region", "activate", "--yes").status == 1
    assert "us-east-1 serves in 300 seconds" in us.done("region", "activate", "--yes").out
    assert eu("users", "list").status == 1
    taken = idp.services().regions.stored()
    file = idp.folder / "backup.gz"
    archive.restore(idp.services().database, file, archive_file.inspect(file), 1, tables=["keys"], seen=lambda: None)
    assert idp.services().regions.stored() == taken


def test_the_rp_id_is_shown_and_reset(idp: CommandLine) -> None:
    """Two settings: show ends with status 1 where they differ; after a reset the next bootstrap stores its own."""
    other = idp.other(extra={"IDP_ISSUER": "https://other.example"})
    assert idp.done("rp-id", "show").out == "stored    id.example.com\nsettings  id.example.com\n"
    shown = other("rp-id", "show")
    assert (shown.status, shown.out) == (1, "stored    id.example.com\nsettings  other.example\n")
    assert other("bootstrap", "--json").status == 1
    assert "id.example.com is removed" in other.done("rp-id", "reset", "--yes").out
    assert other.done("rp-id", "show").out.startswith("stored    (none; ")
    assert other("rp-id", "reset", "--yes").status == 1
    other.done("bootstrap", "--json")
    assert other.done("rp-id", "show").out.startswith("stored    other.example\n")
    assert idp("rp-id", "show").status == 1


def test_invitations_are_listed_and_withdrawn(idp: CommandLine) -> None:
    """The list has no link. In development no mail would leave the process, so nothing is created."""
    idp = idp.other(extra={"IDP_SIGN_UP": "invited"})
    refused = idp("invitations", "create", "ada@example.com")
    assert refused.status != 0
    assert "idp dev keeps mails" in refused.err
    assert idp.done("invitations", "list", "--json").json == []
    made = idp.services().invitation_service.create("ada@example.com", scope=DEPLOYMENT)
    (told,) = idp.done("invitations", "list", "--json").json
    assert (told["id"], told["email"], told["roles"]) == (made.id, "ada@example.com", [])
    assert "link" not in idp.done("invitations", "list").out
    idp.done("invitations", "withdraw", made.id)
    assert idp.done("invitations", "list").out.strip() == ""
    assert "no such invitation" in idp("invitations", "withdraw", made.id).err


def test_an_organisation_is_made_filled_and_deleted(idp: CommandLine) -> None:
    """By slug or id, and by the address or id of the person."""
    ada = idp.done("users", "create", "ada@example.com", "--no-password", "--json").json["id"]
    made = idp.done("organizations", "create", "acme", "--name", "Acme Ltd.", "--mfa-required", "--json").json
    services = idp.services()
    services.organisation_role_service.create(made["id"], "buyer", scope=DEPLOYMENT)
    added = idp.done("organizations", "add-member", "acme", "Ada@example.com", "--role", "buyer", "--admin", "--json").json
    assert (added["user_id"], added["roles"], added["admin"]) == (ada, ["buyer"], True)
    claim = idp.done("organizations", "domains", "claim", made["id"], "Acme.example", "--json").json
    assert (claim["domain"], claim["state"]) == ("acme.example", "pending")
    assert claim["record"].startswith("_idp-challenge.acme.example TXT idp-domain-verification=")
    shown = idp.done("organizations", "show", "acme", "--json").json
    assert ([each["email"] for each in shown["people"]], shown["members"], shown["domains"]) == (["ada@example.com"], 1, [claim])
    assert "ada@example.com" in idp.done("organizations", "show", "acme").out
    assert [each["slug"] for each in idp.done("organizations", "list", "--slug", "ac", "--json").json] == ["acme"]
    assert idp.done("organizations", "list", "--slug", "b").out == ""
    assert idp("connections", "create", "github", "--client-id", "x", "--secret-stdin", stdin="y\n").status == 0
    lead = ("organizations", "domains", "route", "acme", "Acme.example")
    assert idp.done(*lead, "--connection", "github", "--json").json == claim | {"connection": "github"}
    assert services.domain_service.get(made["id"], "acme.example", scope=DEPLOYMENT).connection_id == "github"
    for wrong in (["--own", "github"], ["--connection", "gone"], ["--connection", f"{made['id']}.okta"], ["--connection", "org_x.okta"]):
        assert "There is no such connection" in idp(*lead, *wrong).err, wrong
    for wrong in ([], ["--none", "--connection", "github"], ["--own", "okta", "--connection", "github"], ["--own", "", "--connection", ""]):
        assert idp(*lead, *wrong).status == 2, wrong
    assert services.domain_service.get(made["id"], "acme.example", scope=DEPLOYMENT).connection_id == "github"
    assert idp.done(*lead, "--none", "--json").json == claim
    idp.done("organizations", "domains", "remove", "acme", "acme.example")
    idp.done("organizations", "remove-member", "acme", ada)
    assert services.member_service.of_user(ada, scope=DEPLOYMENT) == []
    idp.done("organizations", "add-member", "acme", ada)
    idp.done("organizations", "delete", "acme")
    assert idp.done("organizations", "list", "--json").json == []
    found = services.users.get(ada)
    assert found
    assert found.memberships == 0


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("create Acme", "slug: This has to be"),
        ("create taken", "Another organisation has this slug"),
        ("show nobody", "no such organisation"),
        ("show org_nobody", "no such organisation"),
        ("show Ümlaut", "no such organisation"),
        ("add-member taken nobody@example.com", "no such user"),
        ("add-member taken usr_nobody", "no such user"),
        ("remove-member taken usr_nobody", "not a member"),
        ("domains claim taken gmail.com", "Everybody can get an address"),
        ("domains claim taken x", "domain of at least two labels"),
        ("domains check taken acme.example", "has not claimed"),
        ("domains route taken acme.example --none", "has not claimed"),
        ("domains route nobody acme.example --none", "no such organisation"),
        ("delete nobody", "no such organisation"),
    ],
)
def test_what_organisations_refuse(idp: CommandLine, command: str, told: str) -> None:
    """One sentence, and nothing is written."""
    idp.done("organizations", "create", "taken")
    refused = idp("organizations", *command.split())
    assert refused.status in {1, 2}
    assert told in refused.err
