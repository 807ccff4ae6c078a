"""The authorizer's settings: docs/authorizer.md lists those of the code, and a wrong value stops the start with a message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idp.wiring.authorizer import build_authorizer
from idp.wiring.authorizer_settings import PREFIX, AuthorizerSettings, AuthorizerSettingsError, load

DOCS = Path(__file__).parents[2] / "docs" / "authorizer.md"
LEAST = {"IDP_ISSUER": "https://id.example", "IDP_AUDIENCE": "https://api.example"}


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    """Names and defaults are the same on both sides."""
    documented = dict(re.findall(r"^\| `(IDP_\w+)` \| (`[^`]+`|–) \|", DOCS.read_text(), re.MULTILINE))
    defaults = vars(AuthorizerSettings())
    assert documented == {PREFIX + name.upper(): f"`{value}`" if value else "–" for name, value in defaults.items()}


def test_an_issuer_and_an_audience_are_enough() -> None:
    build_authorizer(LEAST)


def test_rules_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text('{"routes": {}}')
    build_authorizer({**LEAST, "IDP_AUTHORIZER_RULES": str(tmp_path / "rules.json")})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"IDP_ISSUER": ""}, "IDP_ISSUER"),
        ({"IDP_AUDIENCE": ""}, "IDP_AUDIENCE"),
        ({"IDP_ISSUER": "http://id.example"}, "IDP_ISSUER.*https"),
        ({"IDP_AUTHORIZER_RULE": "rules.json"}, "IDP_AUTHORIZER_RULE is not a setting. Did you mean IDP_AUTHORIZER_RULES?"),
        ({"IDP_AUTHORIZER_REVOKATION": "on"}, "Did you mean IDP_AUTHORIZER_REVOCATION?"),
        ({"IDP_JWKS_URI": "http://id.example/jwks"}, "IDP_JWKS_URI.*https"),
        ({"IDP_ALGORITHMS": "HS256"}, "IDP_ALGORITHMS"),
        ({"IDP_ALGORITHMS": " "}, "IDP_ALGORITHMS"),
        ({"IDP_LEEWAY": "-1"}, "IDP_LEEWAY"),
        ({"IDP_LEEWAY": "61"}, "IDP_LEEWAY"),
        ({"IDP_LEEWAY": "²"}, "IDP_LEEWAY"),
        ({"IDP_AUTHORIZER_RESPONSE": "yes"}, "IDP_AUTHORIZER_RESPONSE"),
        ({"IDP_AUTHORIZER_CACHE": "on"}, "IDP_AUTHORIZER_CACHE"),
        ({"IDP_AUTHORIZER_REVOCATION": "yes"}, "IDP_AUTHORIZER_REVOCATION"),
        ({"IDP_AUTHORIZER_DECISIONS": "opa"}, "IDP_AUTHORIZER_DECISIONS"),
        ({"IDP_AUTHORIZER_SUBJECTS": "users"}, "IDP_AUTHORIZER_SUBJECTS"),
        ({"IDP_AUTHORIZER_SUBJECTS": "stored"}, "IDP_AUTHORIZER_DECISIONS"),
        ({"IDP_AUTHORIZER_RULES": '{"routes": []}'}, "IDP_AUTHORIZER_RULES.*routes"),
        ({"IDP_AUTHORIZER_RULES": "{"}, "IDP_AUTHORIZER_RULES"),
        ({"IDP_AUTHORIZER_RULES": "/nowhere/rules.json"}, "IDP_AUTHORIZER_RULES.*nowhere"),
        ({"IDP_AUTHORIZER_RULES": '{"routes": {"GET /a": {"decision": true}}}'}, "IDP_AUTHORIZER_DECISIONS"),
    ],
)
def test_a_wrong_setting_stops_the_start(wrong: dict[str, str], says: str) -> None:
    """A function that does not start grants no access. The message names the setting."""
    with pytest.raises(AuthorizerSettingsError, match=says):
        build_authorizer({**LEAST, **wrong})


def test_without_rules_there_are_none() -> None:
    assert load(LEAST).authorizer_rules == ""
