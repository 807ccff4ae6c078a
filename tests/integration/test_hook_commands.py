"""`idp hooks …`: the way out if a hook lets no admin sign in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

NEW = {"name": "staff", "kind": "sign_in", "cedar": "permit(principal, action, resource);"}


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with hooks on, and one hook."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path, {"IDP_HOOKS": "on"})
    made.done("bootstrap", "--json")
    made.done("hooks", "create", written(tmp_path, json.dumps(NEW)))
    return made


def written(folder: Path, text: str) -> str:
    """A file with this text."""
    file = folder / "hook.json"
    file.write_text(text)
    return str(file)


def test_a_hook_is_switched_off_also_while_hooks_are_off(idp: CommandLine) -> None:
    """So an operator whose shell lacks the setting can do it too."""
    shell = idp.other(extra={})
    assert "staff is off" in shell.done("hooks", "disable", "staff").out
    assert shell.done("hooks", "list").out.split()[-1] == "off"
    assert json.loads(shell.done("hooks", "show", "staff", "--json").out)["enabled"] is False
    idp.done("hooks", "enable", "staff")
    assert json.loads(idp.done("hooks", "list", "--json").out)[0]["enabled"] is True
    idp.done("hooks", "delete", "staff", "--yes")
    assert idp("hooks", "show", "staff").status == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", '{"name": "a"}', json.dumps({**NEW, "secret": "x"}), json.dumps({**NEW, "timeout_ms": "1"}),
        json.dumps({**NEW, "timeout_ms": True}), json.dumps({**NEW, "apps": [1]}), json.dumps({**NEW, "name": 1}), json.dumps(NEW),
        json.dumps({**NEW, "name": "b", "cedar": "permit("}), json.dumps({**NEW, "name": "b", "kind": "other"}),
        json.dumps({**NEW, "name": "b", "cedar": None, "function": "arn:aws:lambda:eu-central-1:123456789012:function:x"}), "[" * 200_000,
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_a_sentence(idp: CommandLine, text: str) -> None:
    """Nothing is written."""
    refused = idp("hooks", "create", written(idp.folder, text))
    assert refused.status in {1, 2}
    assert refused.err.strip().endswith(".")
    assert [each["name"] for each in json.loads(idp.done("hooks", "list", "--json").out)] == ["staff"]


def test_a_hook_is_not_made_where_hooks_are_off(idp: CommandLine) -> None:
    """It would not be asked."""
    refused = idp.other(extra={})("hooks", "create", written(idp.folder, json.dumps({**NEW, "name": "b"})))
    assert (refused.status, "IDP_HOOKS" in refused.err) == (1, True)
