"""Each locked library has a licence that is accepted, and one without a known licence is refused."""

from __future__ import annotations

from email.message import Message

import pytest

from tools import licences, locked


def metadata(**fields: str | list[str]) -> Message:
    message = Message()
    message["Name"] = "some-library"
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            message[name.replace("_", "-")] = each
    return message


BSD, MIT, APPROVED = "License :: OSI Approved :: BSD License", "License :: OSI Approved :: MIT License", "License :: OSI Approved"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"License_Expression": "MIT", "License": "GPL"}, "MIT"),
        ({"License_Expression": "GPL-3.0-only"}, "GPL-3.0-only"),
        ({"License": "Apache License 2.0"}, "Apache-2.0"),
        ({"License": "MIT OR AFL-2.1"}, "MIT OR AFL-2.1"),
        ({"License": "Redistribution and use in source …", "Classifier": [BSD]}, "BSD-3-Clause"),
        ({"Classifier": [BSD, MIT]}, "BSD-3-Clause AND MIT"),
        ({"Classifier": [APPROVED, MIT]}, "MIT"),
        ({"Classifier": [APPROVED]}, ""),
        ({"License": "GPL", "Classifier": ["Programming Language :: Python"]}, ""),
        ({"License": "MIT or so"}, ""),
        ({"Classifier": ["License :: Other/Proprietary License"]}, ""),
        ({}, ""),
    ],
)
def test_the_licence_is_what_the_metadata_states(fields: dict[str, str | list[str]], found: str) -> None:
    assert licences.expression(metadata(**fields)) == found


def test_a_licence_that_was_read_in_a_file_replaces_the_metadata() -> None:
    assert licences.expression(metadata(License="GPL"), {"some-library": "ISC"}) == "ISC"


@pytest.mark.parametrize(
    ("licence", "accepted"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("Apache-2.0 AND GPL-2.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("(MIT OR Apache-2.0) AND GPL-2.0-only", False),
        ("AGPL-3.0-only", False),
        ("mit", False),
        ("", False),
    ],
)
def test_one_side_of_or_and_both_sides_of_and(licence: str, accepted: bool) -> None:
    """What is not understood is not accepted."""
    assert licences.accepted(licence, licences.ALLOWED) == accepted


def test_a_licence_for_tools_is_not_enough_for_what_is_deployed() -> None:
    some = [licences.Stated("a", "1", "Unlicense"), licences.Stated("b", "1", "Unlicense"), licences.Stated("c", "1", "")]
    assert licences.refused(some, {"a"}) == ["a 1: Unlicense, and it is deployed", "c 1: states no known licence"]


def test_every_locked_library_has_an_accepted_licence() -> None:
    """All that are deployed are installed here, so none is left out."""
    found = licences.stated(locked.locked())
    assert licences.refused(found, locked.deployed()) == []
    assert locked.deployed() <= {each.name for each in found}
    assert licences.READ.keys() <= {each.name for each in found}, "a library that is no longer locked"


def test_the_deployed_libraries_are_those_of_the_archives() -> None:
    """With what they need, and nothing of the command line or of the tests."""
    found = locked.deployed()
    assert {"authlib", "cffi", "lxml", "cedarpy", "protobuf", "starlette", "pydantic-core"} <= found
    assert not found & {"idp", "typer", "rich", "uvicorn", "pytest", "moto", "boto3", "hypothesis"}
