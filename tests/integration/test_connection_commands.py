"""`idp connections …`: what it creates, changes and refuses, and that a secret is never an argument and never printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from idp.cli import asking
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.presets import PRESETS
from idp.domain.errors import Invalid
from idp.services.connections.typed_members import typed_members
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.secret import open_secret
from tests.support.cli import Answer, CommandLine

SECRET = "the-secret-of-github"


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with an app and without a connection."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    made.done("clients", "create", "Shop", "--client-id", "app_shop", "--redirect-uri", "https://shop.example/callback")
    return made


def github(idp: CommandLine, *more: str, secret: str = SECRET + "\n") -> Answer:
    return idp("connections", "create", "github", "--client-id", "ours", "--secret-stdin", *more, stdin=secret)


def stored(idp: CommandLine, connection_id: str = "github") -> Any:
    return idp.services().connection_service.get(connection_id, scope=DEPLOYMENT)


def all_of(idp: CommandLine) -> list[str]:
    return [it.id for it in idp.services().connection_service.listing(scope=DEPLOYMENT)]


def test_a_connection_is_created_from_a_preset(idp: CommandLine) -> None:
    """The answer says which redirect URI to register, and where. The secret is stored for this connection, and printed nowhere."""
    made = github(idp)
    assert made.status == 0, made.err
    assert "https://id.example.com/upstream/github/callback" in made.out
    assert PRESETS["github"].register in made.out
    it = stored(idp)
    assert (it.preset, it.name, it.client_id, it.scopes) == ("github", "GitHub", "ours", ("read:user", "user:email"))
    assert open_secret(idp.services().keyring, it) == SECRET
    shown = idp.done("connections", "show", "github").out + idp.done("connections", "list", "--json").out + made.out + made.err
    assert SECRET not in shown
    assert it.secret not in shown


def test_options_and_members_are_those_of_the_connection(idp: CommandLine) -> None:
    members = '{"email_trust": "domains", "accounts": "link", "position": 5, "claims": {"name": "login"}, "trusts_factors": true}'
    made = github(idp, "--id", "code", "--name", "Code", "--app", "app_shop", "--domain", "a.example", "--domain", "b.example",
                  "--members", members, "--json")  # fmt: skip
    assert made.status == 0, made.err
    assert made.json["redirect_uri"] == "https://id.example.com/upstream/code/callback"
    assert made.json["secret_set"] is True
    it = stored(idp, "code")
    assert (it.name, it.apps, it.domains, it.position) == ("Code", ("app_shop",), ("a.example", "b.example"), 5)
    assert (it.email_trust, it.accounts, it.claims, it.trusts_factors) == ("domains", "link", {"name": "login"}, True)


def test_the_secret_comes_from_a_file(idp: CommandLine) -> None:
    """The line break at its end is no part of it."""
    file = idp.folder / "secret.txt"
    file.write_text(SECRET + "\n")
    idp.done("connections", "create", "github", "--client-id", "ours", "--secret-file", str(file))
    assert open_secret(idp.services().keyring, stored(idp)) == SECRET


def test_the_secret_is_asked_for_at_a_terminal_and_not_shown(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "terminal", lambda: True)
    made = idp("connections", "create", "github", "--client-id", "ours", stdin=SECRET + "\n")
    assert made.status == 0, made.err
    assert SECRET not in made.out + made.err
    assert open_secret(idp.services().keyring, stored(idp)) == SECRET


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        pytest.param([], SECRET, "--secret-stdin", id="no terminal"),
        pytest.param(["--secret-stdin"], "", "secret", id="nothing on standard input"),
        pytest.param(["--secret-file", "/nowhere/secret"], "", "/nowhere/secret", id="no file"),
        pytest.param(["--secret-stdin", "--secret-file", "x"], SECRET, "contradict", id="both"),
        pytest.param(["--secret-stdin", "--members", '{"secret": "x"}'], SECRET, "secret", id="a secret on the command line"),
        pytest.param(["--secret-stdin"], "ungültig", "secret", id="not ASCII"),
        pytest.param(["--secret-stdin"], "x" * 9000, "secret", id="too long"),
        pytest.param(["--secret-stdin", "--id", "Git_Hub"], SECRET, "id", id="an id with capitals"),
        pytest.param(["--secret-stdin", "--app", "app_other"], SECRET, "app_other", id="an unknown app"),
        pytest.param(["--secret-stdin", "--domain", "gmail.com"], SECRET, "gmail.com", id="a public domain"),
        pytest.param(["--secret-stdin", "--domain", "no domain"], SECRET, "--domain", id="no domain"),
        pytest.param(["--secret-stdin", "--tenant", "common"], SECRET, "--tenant", id="a tenant that is none"),
        pytest.param(["--secret-stdin", "--issuer", "http://github.com"], SECRET, "issuer", id="http"),
        pytest.param(["--secret-stdin", "--members", "[]"], SECRET, "--members", id="no object"),
        pytest.param(["--secret-stdin", "--members", '{"version": 7}'], SECRET, "version", id="a member of our own"),
        pytest.param(["--secret-stdin", "--members", '{"id": "x"}'], SECRET, "id", id="the id as a member"),
        pytest.param(["--secret-stdin", "--members", '{"nonsense": 1}'], SECRET, "nonsense", id="an unknown member"),
        pytest.param(["--secret-stdin", "--members", '{"signing_alg": "none"}'], SECRET, "signing_alg", id="no algorithm"),
        pytest.param(["--secret-stdin", "--members", '{"signing_alg": "HS256"}'], SECRET, "signing_alg", id="a symmetric algorithm"),
        pytest.param(["--secret-stdin", "--members", '{"email_trust": "all"}'], SECRET, "email_trust", id="an unknown trust"),
        pytest.param(["--secret-stdin", "--members", '{"token_endpoint": "https://10.0.0.1/"}'], SECRET, "token_endpoint", id="inside"),
    ],
)  # fmt: skip
def test_a_wrong_call_creates_nothing(idp: CommandLine, arguments: list[str], stdin: str, said: str) -> None:
    """Status 2, a sentence that names what is wrong, and no trace of the secret."""
    refused = idp("connections", "create", "github", "--client-id", "ours", *arguments, stdin=stdin)
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err
    assert SECRET not in refused.err
    assert all_of(idp) == []


def test_there_is_no_option_for_a_secret(idp: CommandLine) -> None:
    for command in (["create", "github"], ["rotate-secret", "github"], ["update", "github"]):
        assert idp("connections", *command, "--secret", SECRET).status == 2


@pytest.mark.parametrize("preset", ["", "nope", "GOOGLE", "ldap", "totp"])
def test_an_unknown_preset_is_refused_and_the_known_ones_are_named(idp: CommandLine, preset: str) -> None:
    refused = idp("connections", "create", preset, "--client-id", "ours", "--secret-stdin", stdin=SECRET)
    assert refused.status == 2
    assert "google, github" in refused.err


@pytest.mark.parametrize(
    ("preset", "options", "said"),
    [
        pytest.param("oidc", ["--issuer", "http://login.example.com"], "--issuer", id="an issuer without TLS"),
        pytest.param("oidc", ["--issuer", "https://login.example.com", "--id", "Acme!"], "--id: ", id="an id with a capital"),
        pytest.param("oidc", ["--issuer", "https://login.example.com", "--domain", "gmail.com"], "--domain", id="a public domain"),
        pytest.param("microsoft", ["--tenant", "common"], "--tenant", id="no UUID"),
    ],
)
def test_what_was_typed_is_checked_before_anything_is_fetched(idp: CommandLine, preset: str, options: list[str], said: str) -> None:
    """Otherwise the person reads that the metadata cannot be fetched, and looks in the wrong place."""
    refused = idp("connections", "create", preset, "--name", "Acme", "--client-id", "ours", "--secret-stdin", *options, stdin=SECRET)
    assert refused.status == 2
    assert said in refused.err
    assert "could not be fetched" not in refused.err


def test_metadata_of_saml_comes_by_https_or_as_a_file(idp: CommandLine) -> None:
    """No sentence sends the person to the developer pages, or to the metadata of OpenID Connect."""
    create = ("connections", "create", "saml", "--id", "acme", "--name", "Acme")
    assert idp(*create).err.startswith("--metadata: Give the metadata")
    assert idp(*create, "--metadata", "http://login.example.com/m").err == "--metadata: This has to be an https URL.\n"
    unreachable = idp(*create, "--metadata", "https://login.example.invalid/m")
    assert unreachable.status == 2
    assert "save the document" in unreachable.err


def test_presets_name_options_that_there_are(idp: CommandLine) -> None:
    help_text = idp.done("connections", "create", "--help").out
    options = set(re.findall(r"--[a-z-]+", idp.done("connections", "presets").out))
    assert {each for each in options if each not in help_text} == set()


@pytest.mark.parametrize(
    ("preset", "missing"), [("microsoft", "--tenant"), ("apple", "--team-id"), ("keycloak", "--issuer"), ("oidc", "--issuer")]
)
def test_what_a_preset_needs_is_named(idp: CommandLine, preset: str, missing: str) -> None:
    """Before anything is fetched."""
    refused = idp("connections", "create", preset, "--client-id", "ours", "--secret-stdin", stdin=SECRET)
    assert refused.status == 2
    assert missing in refused.err


def test_an_id_is_taken_once(idp: CommandLine) -> None:
    assert github(idp).status == 0
    again = github(idp, "--name", "Other")
    assert (again.status, again.out) == (1, "")
    assert stored(idp).name == "GitHub"


def test_a_connection_is_disabled_and_enabled(idp: CommandLine) -> None:
    github(idp)
    assert idp.done("connections", "update", "github", "--disable", "--json").json["enabled"] is False
    assert "disabled" in idp.done("connections", "list").out
    assert idp.done("connections", "update", "github", "--enable", "--json").json["enabled"] is True
    assert stored(idp).version == 3


def test_an_update_changes_what_is_given(idp: CommandLine) -> None:
    """A list is replaced, null sets the default, and the secret stays."""
    github(idp, "--domain", "a.example", "--members", '{"position": 5}')
    before = stored(idp)
    idp.done("connections", "update", "github", "--domain", "b.example", "--name", "Git", "--members", '{"position": null}')
    after = stored(idp)
    assert (after.name, after.domains, after.position, after.secret) == ("Git", ("b.example",), 100, before.secret)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--enable", "--disable"], "contradict"),
        (["--members", '{"secret": "x"}'], "secret"),
        (["--members", '{"preset": "google"}'], "preset"),
        (["--members", '{"type": "oidc"}'], "type"),
        (["--members", '{"enabled": "no"}'], "enabled"),
        (["--members", '{"name": ""}'], "name"),
        (["--domain", "outlook.com"], "outlook.com"),
        (["--read-metadata"], "metadata"),
    ],
)
def test_a_wrong_update_changes_nothing(idp: CommandLine, arguments: list[str], said: str) -> None:
    github(idp)
    refused = idp("connections", "update", "github", *arguments)
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err
    assert stored(idp).version == 1


def test_a_secret_is_replaced(idp: CommandLine) -> None:
    github(idp)
    done = idp("connections", "rotate-secret", "github", "--secret-stdin", stdin="another-secret\n")
    assert done.status == 0, done.err
    assert "another-secret" not in done.out + done.err
    assert open_secret(idp.services().keyring, stored(idp)) == "another-secret"
    for stdin in ("", "\n", "ungültig"):
        assert idp("connections", "rotate-secret", "github", "--secret-stdin", stdin=stdin).status == 2
    assert open_secret(idp.services().keyring, stored(idp)) == "another-secret"


@pytest.mark.parametrize("command", [["show"], ["delete", "--yes"], ["update", "--disable"], ["rotate-secret", "--secret-stdin"]])
def test_a_connection_that_does_not_exist_is_refused(idp: CommandLine, command: list[str]) -> None:
    refused = idp("connections", command[0], "nope", *command[1:], stdin=SECRET)
    assert (refused.status, refused.out) == (1, "")
    assert "There is no such connection." in refused.err


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        (["rotate-secret", "nope"], 1, "There is no such connection."),
        (["create", "github", "--client-id", "ours"], 1, "There is already a connection"),
        (["create", "github", "--id", "Git_Hub", "--client-id", "ours"], 2, "--id"),
    ],
)
def test_no_secret_is_asked_for_in_vain(
    idp: CommandLine, monkeypatch: pytest.MonkeyPatch, command: list[str], status: int, said: str
) -> None:
    """At a terminal: the id is checked first."""
    github(idp)
    monkeypatch.setattr(asking, "upstream_secret", lambda: pytest.fail("it asked"))
    refused = idp("connections", *command)
    assert (refused.status, refused.out) == (status, "")
    assert said in refused.err


def test_a_person_is_shown_the_members_of_the_type_only(idp: CommandLine) -> None:
    """A program gets all of them."""
    github(idp)
    idp("connections", "create", "password", "--hook", "https://old.example.com/check", "--secret-stdin", stdin=HOOK_SECRET)
    shown = {name: idp.done("connections", "show", name).out for name in ("github", "password")}
    assert "name_id_format" not in shown["github"] + shown["password"]
    assert "wants_" not in shown["github"] + shown["password"]
    assert "scopes" in shown["github"]
    assert "signing_alg" not in shown["password"]
    assert "hook " in shown["password"]
    assert idp.done("connections", "show", "github", "--json").json["wants_signed_assertions"] is True


def test_a_deleted_connection_is_gone(idp: CommandLine) -> None:
    github(idp)
    assert "github is deleted." in idp.done("connections", "delete", "github", "--yes").out
    assert all_of(idp) == []
    assert idp("connections", "show", "github").status == 1


def test_presets_are_listed_with_what_each_needs(idp: CommandLine) -> None:
    shown = idp.done("connections", "presets").out
    for name in PRESETS:
        assert f"\n{name} " in "\n" + shown
    assert "IDP_ISSUER/upstream/ID/callback" in shown
    rows = idp.done("connections", "presets", "--json").json
    assert [row["preset"] for row in rows] == list(PRESETS)
    assert next(row for row in rows if row["preset"] == "apple")["needs"] == ["client_id", "team_id", "key_id", "secret"]


def test_presets_need_no_settings(tmp_path: Path) -> None:
    bare = CommandLine("http://127.0.0.1:1", "none_", tmp_path, {"IDP_ISSUER": ""})
    assert bare("connections", "presets").status == 0


WRONG: dict[str, list[Any]] = {
    "name": [1, True, [], {}],
    "enabled": ["true", 1, 0, []],
    "position": ["1", True, 1.5, []],
    "scopes": ["openid", [1], {"openid": 1}, True],
    "keeps_tokens": ["true", 1, []],
    "token_apps": ["app", [1], True],
    "claims": ["sub", ["sub"], {"sub": 1}, True],
    **{
        own: ["x"] for own in ("id", "type", "preset", "secret", "token_incarnations", "version", "created_at", "updated_at", "unknown", "")
    },
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_member_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        typed_members({name: value})
    assert refused.value.field == name


def test_members_of_the_right_type_are_returned() -> None:
    """Each text of a list once; null stands for the default."""
    given = {"name": "A", "enabled": False, "position": 1, "scopes": ["a", "b", "a"], "claims": {"sub": "id"}, "logo_uri": None}
    assert typed_members(given) == {**given, "scopes": ("a", "b")}


def test_a_connection_is_in_a_backup_and_its_secret_opens_with_the_backups_keys_only(idp: CommandLine, tmp_path: Path) -> None:
    """Without the keys the connection is there, and works when its secret is set again."""
    github(idp)
    idp.done("backup", str(tmp_path / "all.gz"), "--with-keys")
    (tmp_path / "other").mkdir()
    other = idp.other(prefix=idp.prefix + "other-", folder=tmp_path / "other")
    other.done("bootstrap", "--json")
    other.done("restore", str(tmp_path / "all.gz"), "--yes", "--without-keys")
    assert all_of(other) == ["github"]
    with pytest.raises(UpstreamRefused):
        open_secret(other.services().keyring, stored(other))
    assert other("connections", "rotate-secret", "github", "--secret-stdin", stdin=SECRET).status == 0
    assert open_secret(other.services().keyring, stored(other)) == SECRET


HOOK_SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1ob29r" * 2


def test_the_system_that_people_come_from_is_a_connection(idp: CommandLine) -> None:
    """Its hook and its secret. It gets no redirects, so there is no redirect URI."""
    made = idp("connections", "create", "password", "--hook", "https://old.example.com/check", "--secret-stdin", stdin=HOOK_SECRET + "\n")
    assert made.status == 0, made.err
    assert "people who were imported without a password" in made.out
    assert "callback" not in made.out
    it = stored(idp, "password")
    assert (it.type, it.hook, it.who, it.client_auth, it.shown) == (
        "password",
        "https://old.example.com/check",
        "known",
        "signature",
        False,
    )
    assert open_secret(idp.services().keyring, it) == HOOK_SECRET
    assert "https://old.example.com/check" in idp.done("connections", "list").out
    idp.done("connections", "update", "password", "--who", "all")
    assert stored(idp, "password").who == "all"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (["--hook", "http://old.example.com/"], "hook"), (["--hook", "https://10.0.0.1/"], "hook"), ([], "hook"),
        (["--hook", "https://old.example.com/", "--who", "everybody"], "who"),
        (["--hook", "https://old.example.com/", "--client-id", "ours"], "--client-id"),
        (["--hook", "arn:aws:lambda:us-east-1:123456789012:function:other"], "hook"),
    ],
)  # fmt: skip
def test_a_hook_that_may_not_be_asked_is_refused(idp: CommandLine, options: list[str], field: str) -> None:
    made = idp("connections", "create", "password", "--secret-stdin", *options, stdin=HOOK_SECRET + "\n")
    assert made.status != 0
    assert field in made.err
    assert all_of(idp) == []


@pytest.mark.parametrize("secret", ["a-plain-secret", "whsec_c2hvcnQ=", "whsec_" + "A" * 89, "whsec_!!!!" + "A" * 40])
def test_a_hook_needs_a_secret_of_standard_webhooks(idp: CommandLine, secret: str) -> None:
    made = idp("connections", "create", "password", "--hook", "https://old.example.com/", "--secret-stdin", stdin=secret + "\n")
    assert made.status != 0
    assert secret not in made.out + made.err
    assert all_of(idp) == []
