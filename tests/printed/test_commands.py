"""Every command line of README, docs, examples and `make help` is run as it is printed, as far as possible without an account."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bench.__main__ import arguments
from tests.engines.launch import moto
from tests.printed.found import PROGRAMS, Printed, commands, fences, pages
from tests.printed.ground import Ground, ground
from tests.printed.stubs import DRY
from tests.printed.tables import ASKS, CANNOT, ENDS, FIRST, WORDS
from tests.support.cli import CommandLine

ALL = commands()
SHELL = re.compile(r"[|&;<>$`\n]|=\S+ idp")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One environment for all commands."""
    with moto() as endpoint, ground(tmp_path_factory.mktemp("printed"), endpoint) as made:
        yield made


def begins(table: Mapping[str, object], text: str) -> str | None:
    """Return the longest key of the table that this command begins with."""
    return max((key for key in table if f"{text} ".startswith(key)), key=len, default=None)


def real(text: str, here: Ground, idp: CommandLine) -> str:
    """Return the command with a value for each placeholder."""
    for word, instead in WORDS:
        text = re.sub(word, instead, text)
    services = idp.services()
    known = {
        "kid": next(key.kid for key in services.key_rotation.listing()), "sealing": next(key.id for key in services.sealing_keys.listing()),
        "key": here.account.keys["eu-central-1"], "spare": here.account.spare, "issuer": here.issuer, "folder": str(here.folder),
        "version": "1",
    }  # fmt: skip
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize("printed", [each for each in ALL if not begins(CANNOT, each.text)], ids=str)
def test_a_printed_command_runs_as_printed(printed: Printed, here: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with status 0, or as the table says."""
    idp = here.deployment()
    monkeypatch.chdir(here.folder)
    text = real(printed.text, here, idp)
    before = [real(each, here, idp) for each in FIRST.get(begins(FIRST, printed.text) or "", ())]
    if re.match(r"(\.venv/bin/)?idp ", text) and not SHELL.search(text):
        for command in before:
            idp.done(*shlex.split(command)[1:])
        in_process(text, idp, block=printed.block)
        return
    region = "eu-central-1" if printed.page == "docs/deploy.md" else "us-east-1"
    if "make deploy " in text:
        here.account.forget_rp_id()
    more = {} if printed.block else {"ONLY_LOOK": "1"}
    if "IDP_KMS_KEY_ID=" in text:
        more["IDP_KEY_FILE"] = ""
    done = here.bash("\n".join([*before, text]), idp, region, **more)
    end = begins(ENDS, printed.text)
    if end:
        assert ENDS[end][0] in done.stdout, done.stdout
    else:
        assert done.returncode == 0, done.stdout
    assert "unrecognized arguments" not in done.stdout


def in_process(text: str, idp: CommandLine, *, block: bool) -> None:
    """Call the real command line. A command within a sentence may lack arguments; then its help is called."""
    words = shlex.split(text)[1:]
    if text.startswith(ASKS) and "--yes" not in words:
        words.append("--yes")
    if words[:1] == ["dev"]:
        words.append("--help")  # it would serve until it is stopped; tests/integration/test_dev.py runs it
    if words[:2] == ["users", "create"]:
        words.append("--no-password")
    if words[0] == "restore" and (files := [word for word in words[1:] if not word.startswith("-")]):
        idp.done("backup", files[0], "--with-keys")
    done = idp(*words)
    if (
        not block
        and done.status != 0
        and re.search(r"Missing (argument|command|option)|requires an argument|Name the app|Usage:", done.err + done.out)
    ):
        options = [word for word in words if word.startswith("-") and word != "--yes"]
        done = idp(*(word for word in words if not word.startswith("-")), "--help")
        assert all(option in done.out for option in options), options
    end = begins(ENDS, text)
    assert done.status == 0 or (end and ENDS[end][0] in done.err), done.err


@pytest.mark.parametrize("text", [each.text for each in ALL if each.text.startswith("make bench ARGS")])
def test_printed_options_of_the_benchmark_exist(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark itself is not run, because it takes minutes."""
    [given] = [word.partition("=")[2] for word in shlex.split(text) if word.startswith("ARGS=")]
    monkeypatch.setattr(sys, "argv", ["bench", *shlex.split(given)])
    arguments()


def test_each_entry_of_the_tables_is_still_printed() -> None:
    """Targets too."""
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text(encoding="utf-8")
    assert {key for table in (CANNOT, ENDS, FIRST) for key in table if not any(f"{each.text} ".startswith(key) for each in ALL)} == set()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) | {".tools/opa/.stamp"}
    assert set(DRY) <= targets
    for word, _ in WORDS:
        assert any(re.search(word, each.text) for each in ALL), f"{word} stands on no page"


def test_each_block_of_commands_is_marked_as_shell() -> None:
    """This test would not find a block without a language."""
    for page in pages():
        for language, text in fences(page):
            assert language in {"sh", "hcl", "python", "js", "ts", "json", "yaml", "cedar", "html", "text", ""}, (page, language)
            assert language == "sh" or not text.startswith(tuple(f"{name} " for name in PROGRAMS)), (page, text)
