"""Each target of `make fuzz` takes any input: it ends well or with a refusal, and a wrong answer of a parser is a finding."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.fuzz import __main__ as fuzzing
from tools.fuzz.target import Target, chosen, json_of, text_of
from tools.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator


def changed(seed: bytes, how: random.Random) -> Iterator[bytes]:
    """The input with a byte changed, cut, doubled and preceded."""
    at = how.randrange(len(seed))
    yield seed[:at] + bytes([how.randrange(256)]) + seed[at + 1 :]
    yield seed[:at]
    yield seed[:at] + seed
    yield seed[:1] + b'"[{(\\' + seed[at:]


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_accepts_or_refuses(name: str) -> None:
    """Its first inputs, and changed ones: always the same."""
    how, target = random.Random(name), TARGETS[name]  # noqa: S311  # it chooses examples
    assert target.seeds
    for seed in target.seeds:
        target.run(seed)
    for seed in target.seeds[:8]:
        for data in changed(seed, how):
            target.run(data)
    target.run(b"")


@pytest.mark.parametrize("error", [ValueError, RecursionError, AssertionError])
def test_another_error_than_a_refusal_is_a_finding(error: type[Exception]) -> None:
    def call(_: bytes) -> None:
        raise error

    with pytest.raises(error):
        Target(call, (KeyError,)).run(b"")


def test_each_input_is_a_text_and_some_are_json() -> None:
    assert text_of(b"a\xff") == "a\udcff"
    assert (json_of(b"[1]"), json_of(b"["), json_of(b"[" * 100_000)) == ([1], None, None)
    assert (chosen(b"\x05abc", 3), chosen(b"", 3)) == ((2, b"abc"), (0, b""))


def test_a_finding_is_kept_and_counted(tmp_path: Path) -> None:
    """LibFuzzer writes the input to a file and ends with another status than 0."""

    def start(_: Path, options: list[str], log: Path) -> int:
        prefix = next(each for each in options if each.startswith("-artifact_prefix=")).partition("=")[2]
        Path(prefix, "crash-1").write_bytes(b"x")
        log.write_text("stat::number_of_executed_units: 42\n")
        return 77

    ended = fuzzing.fuzz("DNS", 1, tmp_path, start)
    assert (ended.executions, [each.name for each in ended.findings]) == (42, ["crash-1"])


@pytest.mark.parametrize("status", [0, 1])
def test_a_fuzzer_that_did_not_run_is_no_good_result(tmp_path: Path, status: int) -> None:
    with pytest.raises(SystemExit, match="did not run"):
        fuzzing.fuzz("DNS", 1, tmp_path, lambda *_: status)
