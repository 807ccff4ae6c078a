"""The input of commands: passwords, JSON, contradicting options."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from idp.cli import command_input, policy_files
from idp.domain.errors import Invalid


def test_a_password_from_standard_input_is_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces around it are kept; the end of the line is not."""
    monkeypatch.setattr("sys.stdin", io.StringIO("  two spaces \r\nnot this\n"))
    assert command_input.password(stdin=True, generate=False, minimum=15) == "  two spaces "


def test_a_generated_password_has_160_bits() -> None:
    """Each call returns another one."""
    one, two = (
        command_input.password(stdin=False, generate=True, minimum=15),
        command_input.password(stdin=False, generate=True, minimum=15),
    )
    assert one != two
    assert len(one) >= 26


def test_a_generated_password_is_as_long_as_the_deployment_demands() -> None:
    """IDP_PASSWORD_MIN_LENGTH can be above the usual length."""
    assert len(command_input.password(stdin=False, generate=True, minimum=64)) >= 64


def test_a_question_without_a_terminal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt would block a script."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(Invalid, match="--password-stdin"):
        command_input.password(stdin=False, generate=False, minimum=15)


@pytest.mark.parametrize("text", ["", "[]", "1", "{", "null"])
def test_another_value_than_a_json_object_is_refused(text: str) -> None:
    """The message names the option."""
    with pytest.raises(Invalid, match="--claims is not a JSON object"):
        command_input.json_object("--claims", text)


def test_contradicting_options_are_refused() -> None:
    """None or one of them is accepted."""
    command_input.at_most_one(public=False, service=True)
    with pytest.raises(Invalid, match="--public and --no-password contradict"):
        command_input.at_most_one(public=True, service=False, no_password=True)


@pytest.mark.parametrize("levels", [40, 900, 1000, 5000, 100_000])
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_json_that_is_nested_deep_is_a_plain_error(tmp_path: Path, levels: int, pair: str) -> None:
    """What reads it further might go down by recursion, and so might the parser of JSON itself."""
    opened, closed = pair[:-1], pair[-1]
    text = '{"a":' + opened * levels + "1" + closed * levels + "}"
    path = tmp_path / "deep.json"
    path.write_text(text, encoding="utf-8")
    for read in (
        lambda: command_input.json_object("--branding", text),
        lambda: command_input.json_documents("--branding", str(path)),
        lambda: policy_files.json_of(str(path)),
    ):
        with pytest.raises(Invalid):
            read()


def test_json_that_is_nested_as_people_write_it_is_read() -> None:
    """Ten levels."""
    assert command_input.json_object("--branding", '{"a":' + "[" * 10 + "]" * 10 + "}")
