"""Every command that asks a question: without a terminal it refuses with status 2, names the option to give, and writes nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import typer.main

from idp.cli import app, asking
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.signals.stream import SignalStream
from idp.services.audit.recorder import SYSTEM
from tests.support.cli import CommandLine

COMMANDS = Path(asking.__file__).parent
ASKS = {"confirm", "prompt", "input", "getpass"}


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with users, keys and a connection, and a backup of it; a password was set after that."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    made.done("users", "create", "ada@example.com", "--no-password")
    made("connections", "create", "github", "--client-id", "ours", "--secret-stdin", stdin="secret")
    made.done("scim", "create", "acme")
    target = ("provisioning", "create", "crm", "--url", "https://crm.example.com/scim", "--secret-stdin")
    assert made(*target, stdin="token-of-the-app").status == 0
    made.done("webhooks", "create", "https://hooks.example.com/idp")
    hook = tmp_path / "hook.json"
    hook.write_text('{"name": "staff", "kind": "sign_in", "cedar": "permit(principal, action, resource);"}')
    made.other(extra={"IDP_HOOKS": "on"}).done("hooks", "create", str(hook))
    made.done("backup", str(tmp_path / "backup.gz"), "--with-keys")
    made.done("users", "set-password", "ada@example.com", "--generate-password")
    made.done("users", "create", "eve@example.com", "--no-password")
    return made


def _signing(idp: CommandLine) -> str:
    return next(key.kid for key in idp.services().key_rotation.listing() if (key.alg, key.state) == ("RS256", "active"))


def _sealing(idp: CommandLine) -> str:
    return idp.services().sealing_keys.listing()[0].id


def _webhook(idp: CommandLine) -> str:
    return idp.services().webhook_endpoint_service.listing(scope=DEPLOYMENT)[0].id


def _stream(idp: CommandLine) -> str:
    services = idp.services()
    made = SignalStream("ssf_1", "crm")
    assert services.signal_streams.create(made, services.audit.once_part("signal_stream.created", origin=SYSTEM.origin, target=made.id))
    return made.id


def _declared(idp: CommandLine) -> list[str]:
    file = idp.folder / "wanted.yaml"
    file.write_text("connections: {github: {preset: github, client_id: ours, name: Code}}")
    return [str(file)]


def _other_region(idp: CommandLine) -> list[str]:
    """From now on the commands are those of the region that stands by."""
    idp.services().regions.start("eu-central-1", by=SYSTEM)
    cast("dict[str, str]", idp.extra)["IDP_REGION"] = "us-east-1"
    return []


Given = Callable[[CommandLine], list[str]]
QUESTIONS: list[tuple[str, Given, str]] = [
    ("restore", lambda idp: [str(idp.folder / "backup.gz")], "--yes"),
    ("restore", lambda idp: [str(idp.folder / "backup.gz"), "--with-state"], "--yes"),
    ("restore", lambda idp: [str(idp.folder / "backup.gz"), "--with-keys"], "--yes"),
    ("keys revoke", lambda idp: [_signing(idp)], "--yes"),
    ("keys revoke", lambda idp: ["--kind", "sealing", _sealing(idp)], "--yes"),
    ("rp-id reset", lambda _: [], "--yes"),
    ("region activate", _other_region, "--yes"),
    ("users delete", lambda _: ["ada@example.com"], "--yes"),
    ("users merge", lambda _: ["ada@example.com", "eve@example.com"], "--yes"),
    ("users create", lambda _: ["new@example.com"], "--password-stdin"),
    ("users set-password", lambda _: ["ada@example.com"], "--password-stdin"),
    ("connections delete", lambda _: ["github"], "--yes"),
    ("scim delete", lambda _: ["acme"], "--yes"),
    ("hooks delete", lambda _: ["staff"], "--yes"),
    ("signals delete", lambda idp: [_stream(idp)], "--yes"),
    ("webhooks delete", lambda idp: [_webhook(idp)], "--yes"),
    ("apply", _declared, "--yes"),
    ("connections create", lambda _: ["discord", "--client-id", "ours"], "--secret-stdin"),
    ("provisioning delete", lambda _: ["crm"], "--yes"),
    ("provisioning create", lambda _: ["erp", "--url", "https://erp.example.com/scim"], "--secret-stdin"),
    ("provisioning update", lambda _: ["crm", "--url", "https://erp.example.com/scim"], "--secret-stdin"),
    ("connections rotate-secret", lambda _: ["github"], "--secret-stdin"),
]
"""The command, what it is given, and the option that takes the place of the question."""


@pytest.mark.parametrize(("command", "given", "option"), QUESTIONS)
def test_without_a_terminal_it_refuses_and_writes_nothing(idp: CommandLine, command: str, given: Given, option: str) -> None:
    """An answer on standard input does not count as a terminal, because a pipe may contain anything."""
    arguments, before = [*command.split(), *given(idp)], everything(idp)
    for stdin in ("", "y\n", "nine wet walruses\nnine wet walruses\n"):
        refused = idp(*arguments, stdin=stdin)
        assert (refused.status, refused.out) == (2, "")
        assert option in refused.err
        assert everything(idp) == before


def test_no_token_is_asked_for_in_vain(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal: the id of a target is checked first."""
    monkeypatch.setattr(asking, "upstream_secret", lambda: pytest.fail("it asked"))
    url = ("--url", "https://crm.example.com/scim")
    for command, status in ((("create", "crm"), 1), (("create", "Not an id"), 2), (("update", "nope"), 1)):
        assert idp("provisioning", *command, *url).status == status


@pytest.mark.parametrize(("command", "given", "option"), [each for each in QUESTIONS if each[2] == "--yes"])
def test_at_a_terminal_it_asks(idp: CommandLine, monkeypatch: pytest.MonkeyPatch, command: str, given: Given, option: str) -> None:
    """An answer of no and a missing answer end the command with status 1, and nothing is written. A yes runs it."""
    arguments, before = [*command.split(), *given(idp)], everything(idp)
    monkeypatch.setattr(asking, "terminal", lambda: True)
    for answer in ("n\n", "", "\n"):
        assert idp(*arguments, stdin=answer).status == 1
        assert everything(idp) == before
    assert idp(*arguments, stdin="y\n").status == 0
    assert everything(idp) != before
    assert option == "--yes"


@pytest.mark.parametrize(("command", "given", "option"), [each for each in QUESTIONS if each[2] == "--yes"])
def test_with_yes_it_does_not_ask(idp: CommandLine, command: str, given: Given, option: str) -> None:
    """This works without a terminal too."""
    before = everything(idp)
    assert idp(*command.split(), *given(idp), option).status == 0
    assert everything(idp) != before


def test_the_table_has_every_command_that_asks() -> None:
    """Each command with --yes, --password-stdin or --secret-stdin is in it, and only asking.py asks a person anything."""
    asked = {name for name, options in commands(typer.main.get_command(app)) if options & {"--yes", "--password-stdin", "--secret-stdin"}}
    assert asked == {command for command, _, _ in QUESTIONS}
    asking_modules = {
        path.name
        for path in COMMANDS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ASKS
        and not (isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "asking")
    }  # fmt: skip
    assert asking_modules == {"asking.py"}


@pytest.mark.parametrize("kind", ["signing", "sealing"])
def test_a_key_that_is_not_there_is_refused_before_the_question(idp: CommandLine, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The refusal names the key, with and without a terminal."""
    for at_terminal in (True, False):
        monkeypatch.setattr(asking, "terminal", lambda at_terminal=at_terminal: at_terminal)
        refused = idp("keys", "revoke", "nope", "--kind", kind, stdin="y\n")
        assert refused.status == 1
        assert f"There is no {kind} key with the id nope" in refused.err
        assert "Revoke it?" not in refused.err


def test_a_key_that_is_over_is_refused_before_the_question(idp: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revoked key cannot be revoked again."""
    kid = _signing(idp)
    idp.done("keys", "revoke", kid, "--yes")
    monkeypatch.setattr(asking, "terminal", lambda: True)
    refused = idp("keys", "revoke", kid, stdin="y\n")
    assert (refused.status, "is already revoked" in refused.err, "Revoke it?" in refused.err) == (1, True, False)


def test_restoring_into_an_empty_deployment_asks_nothing(idp: CommandLine) -> None:
    """An empty deployment has no data to overwrite."""
    empty = idp.other(prefix=idp.prefix + "other")
    assert empty("restore", str(idp.folder / "backup.gz"), "--with-keys", stdin="").status == 0


def test_keys_alone_are_data_too(idp: CommandLine) -> None:
    """A deployment without users still has keys that a restore would replace."""
    other = idp.other(prefix=idp.prefix + "other")
    other.services().key_rotation.ensure()
    before = everything(other)
    assert other("restore", str(idp.folder / "backup.gz"), "--with-keys", stdin="").status == 2
    assert everything(other) == before


def everything(idp: CommandLine) -> dict[str, Any]:
    """Return all items of all tables."""
    database = idp.services().database
    return {
        table: sorted(database.scan(table), key=lambda item: (item["pk"]["S"], item["sk"]["S"])) for table in ("directory", "state", "keys")
    }


def commands(command: Any, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Return each command's name with its options."""
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, f"{path} {name}".strip())
    if not getattr(command, "commands", {}):
        yield path, {option for parameter in command.params for option in parameter.opts}
