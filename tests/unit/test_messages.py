"""Errors and notices have ids of the catalogue, with exactly the parameters of its templates."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from idp.domain.errors import Invalid, InvalidToken
from idp.domain.message import Message
from idp.domain.messages import render, templates
from idp.domain.messages.en import cli
from idp.domain.texts import Counted
from tests.support import message_uses

AN_ID = re.compile(r"[a-z][a-z_0-9]*\.[a-z][a-z_0-9]*")
SECRETS = {"password", "secret", "token", "code", "otp", "cookie", "assertion", "verifier", "private", "credential", "handle"}
"""Words that must not be in the name of a parameter, nor of a variable that its value is read from."""
BEGINS = re.compile(r"[A-Z{]|--[a-z]|[a-z]+_[a-z_]+[ .:]|(scope|claims|in|exp|resources|options|evaluations|prompt|roles)[ .:{]")
"""A capital, a value, or the name of a parameter or a member."""
OAUTH = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", re.ASCII)
"""RFC 6749 §5.2: the characters of error_description."""

USES, MISUSES = message_uses.everywhere()
ENGLISH = templates()


def fields(template: str) -> set[str]:
    """The placeholders of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def wrong_uses(uses: list[message_uses.Use]) -> list[str]:
    """Ids that are not in the catalogue, and parameters that are not those of the template."""
    return [
        f"{use.where}: {use.id!r} {'takes ' + str(fields(ENGLISH[use.id])) if use.id in ENGLISH else 'is not in the catalogue'}"
        for use in uses
        if use.id not in ENGLISH or fields(ENGLISH[use.id]) != use.params
    ]


def has_secret(use: message_uses.Use) -> bool:
    """Whether the name of a parameter, or of the source of its value, contains a word for a secret. Constants are not secrets."""
    names = {*use.params, *(name for name in use.names if not name.isupper())}
    return not SECRETS.isdisjoint(word for name in names for word in name.lower().split("_"))


def test_each_id_is_in_the_catalogue_and_has_exactly_the_parameters_of_its_template() -> None:
    assert wrong_uses(USES) == []


def test_no_sentence_is_passed_to_an_error() -> None:
    assert MISUSES == []


def test_each_entry_of_the_catalogue_is_used() -> None:
    assert sorted(set(ENGLISH) - {use.id for use in USES}) == []


def test_the_catalogue_loads_only_when_something_is_rendered() -> None:
    """A cold start of /token or /authorize does not load it. The admin API may import it: its first request loads more."""
    at_import = [
        name
        for path in sorted((message_uses.ROOT / "idp").rglob("*.py"))
        if not (name := path.relative_to(message_uses.ROOT).as_posix()).startswith(("idp/http/admin/", "idp/domain/messages/"))
        if re.search(r"^(from|import) idp\.domain\.messages|^from idp\.domain import .*\bmessages\b", path.read_text(), re.MULTILINE)
    ]
    assert at_import == []


def test_no_id_is_defined_in_two_areas() -> None:
    areas = [
        module.TEMPLATES
        for name, module in vars(__import__("idp.domain.messages.en", fromlist=["en"])).items()
        if hasattr(module, "TEMPLATES")
    ]
    ids = [each for area in areas for each in area]
    assert len(ids) == len(set(ids)) == len(ENGLISH)


def test_templates_are_sentences_without_markup_under_well_formed_ids() -> None:
    for key, template in ENGLISH.items():
        assert AN_ID.fullmatch(key), key
        assert BEGINS.match(template), f"{key} does not begin as a sentence does"
        assert template.endswith((".", "}")), f"{key} has no full stop"
        assert not re.search(r"<[a-zA-Z/]|&[a-z]+;|\*\*|\n|  ", template), f"{key} has markup"
        if isinstance(template, Counted):
            assert fields(template.one) == fields(template), key
            assert template.by in fields(template), key


def test_templates_keep_to_the_characters_of_rfc_6749() -> None:
    """RFC 6749 §5.2: error_description has no quotation mark, no backslash and no character outside ASCII. Any message but one of the
    command line may become one, since a rule's message is passed on.
    """
    assert [each for each in ENGLISH if each not in cli.TEMPLATES and not OAUTH.fullmatch(ENGLISH[each])] == []


def test_no_parameter_is_a_secret() -> None:
    assert [use for use in USES if has_secret(use)] == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('raise Invalid("There is a mistake.")', "is not in the catalogue"),
        ('raise Invalid("password.unknown_id")', "is not in the catalogue"),
        ('raise Invalid("password.too_short")', "takes {'minimum'}"),
        ('raise Invalid("password.too_short", maximum=3)', "takes {'minimum'}"),
        ('raise Invalid("password.common", minimum=3)', "takes set()"),
        ('raise OAuthError("invalid_request", "password.too_short", status=400)', "takes {'minimum'}"),
        ('class Own(Invalid):\n    def __init__(self): super().__init__("password.too_short", field="x")', "takes {'minimum'}"),
        ('raise Invalid("password.common" if a else "password.unknown_id")', "is not in the catalogue"),
    ],
)
def test_the_check_finds_an_unknown_id_and_wrong_parameters(source: str, problem: str) -> None:
    uses, _ = message_uses.read(source, "module.py")
    assert problem in " ".join(wrong_uses(uses))


@pytest.mark.parametrize(
    "source",
    [
        'raise Invalid(f"Use at least {n} characters.")',
        'raise Invalid("Use " + rest)',
        'raise Invalid("Use %s" % rest)',
        "raise Invalid(str(problem))",
        "raise OAuthError('invalid_request', error.description)",
        'raise OAuthError("invalid_request", ", ".join(names))',
        'WRONG = "The code is wrong."\nraise Invalid(WRONG)',
        'msg = f"The code {code}"\nraise Invalid(msg)',
        "def refuse(text: str) -> None:\n    raise Invalid(text)",
        'raise Invalid("password.too_short", **values)',
        "raise Invalid(problem.message, minimum=3)",
    ],
)
def test_the_check_finds_a_sentence_that_is_passed_to_an_error(source: str) -> None:
    _, misuses = message_uses.read(source, "module.py")
    assert len(misuses) == 1


@pytest.mark.parametrize("value", ["client.secret_hash", "code", "f(params['x'], access_token)", "handle"])
def test_the_check_finds_a_secret_among_the_parameters(value: str) -> None:
    uses, _ = message_uses.read(f'raise Invalid("password.too_short", minimum={value})', "module.py")
    assert has_secret(uses[0])
    named, _ = message_uses.read('raise Invalid("password.too_short", secret=1)', "module.py")
    assert has_secret(named[0])


def test_the_check_accepts_a_message_that_a_rule_answered() -> None:
    assert message_uses.read("raise Invalid(problem.message, field='scope')", "module.py") == ([], [])


def test_an_error_renders_its_message_in_english() -> None:
    error = Invalid("password.too_short", minimum=12, field="password")
    assert (error.message, error.field) == (Message("password.too_short", minimum=12), "password")
    assert error.description == str(error) == "Use at least 12 characters."


def test_a_message_in_a_message_is_rendered_too() -> None:
    outer = Message("client.uri_not_registrable", problem=Message("uri.has_user_information"))
    assert render(outer) == "One of these URIs cannot be registered. It has user information before the host."


def test_a_value_is_no_template() -> None:
    """Braces in a value are shown unchanged."""
    assert "{minimum}" in render(Message("password.too_short", minimum="{minimum}"))


def test_a_number_decides_the_form_of_a_sentence() -> None:
    assert render(Message("service.wait_seconds", seconds=1)) == "Too many attempts. Wait 1 second and try again."
    assert render(Message("service.wait_seconds", seconds=2)) == "Too many attempts. Wait 2 seconds and try again."


def test_the_challenge_of_an_invalid_token_has_its_description() -> None:
    error = InvalidToken()
    assert f'error_description="{error.description}"' in error.headers["WWW-Authenticate"]


def test_a_message_does_not_change() -> None:
    message = Message("password.common")
    with pytest.raises(AttributeError):
        message.id = "password.too_short"  # type: ignore[misc]  # that it fails is the case
