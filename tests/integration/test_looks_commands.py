"""`idp theme check`, `idp clients branding` and `--branding`: what they change, and what they refuse."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from idp.services.doctor import theme
from idp.settings import Settings
from idp.wiring import build_services
from tests.support.cli import CommandLine
from tests.support.themes import make_theme

if TYPE_CHECKING:
    from pathlib import Path

LOOK: dict[str, Any] = {"name": "Shop accounts", "colours": {"light": {"accent": "#7C2D12"}}, "texts": {"mail_footer": "The shop"}}


@pytest.fixture
def idp(quick_endpoint: str, tmp_path: Path) -> CommandLine:
    """A deployment with its tables."""
    made = CommandLine(quick_endpoint, f"t{uuid.uuid4().hex[:12]}", tmp_path)
    made.services()
    return made


def written(folder: Path, document: object) -> str:
    """The path of a JSON file."""
    (folder / "look.json").write_text(json.dumps(document))
    return str(folder / "look.json")


def test_a_look_is_set_printed_and_removed(idp: CommandLine, tmp_path: Path) -> None:
    file = written(tmp_path, LOOK)
    idp.done("clients", "create", "Shop", "--redirect-uri", "https://shop.example/cb", "--client-id", "shop")
    assert idp.done("clients", "branding", "shop", "--from", file).json
    stored = idp.done("clients", "branding", "shop").json
    assert stored == {**LOOK, "colours": {"light": {"accent": "#7c2d12"}}}
    assert idp.done("clients", "branding", "shop", "--from", written(tmp_path, {"radius": 2})).json == {"radius": 2}
    assert idp.done("clients", "branding", "shop", "--remove").json == {}
    assert idp.done("clients", "branding", "shop").json == {}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"colours": {"light": {"accent": "#ffcc00"}}}, "has a contrast of 1.3"), ({"css": "x"}, "these members only"),
        ([{"name": "A"}, {"name": "B"}], "--from"), ({"texts": {"mail_footer": "see https://evil.example"}}, "mails carry it"),
    ],
)  # fmt: skip
def test_a_look_that_is_wrong_changes_nothing(idp: CommandLine, tmp_path: Path, document: object, words: str) -> None:
    idp.done("clients", "create", "Shop", "--redirect-uri", "https://shop.example/cb", "--client-id", "shop")
    refused = idp("clients", "branding", "shop", "--from", written(tmp_path, document))
    assert refused.status == 2
    assert words in refused.err
    assert idp.done("clients", "branding", "shop").json == {}


def test_an_unknown_app_and_two_options_are_refused(idp: CommandLine, tmp_path: Path) -> None:
    assert "nobody" in idp("clients", "branding", "nobody").err
    both = idp("clients", "branding", "shop", "--remove", "--from", written(tmp_path, {}))
    assert both.status == 2
    assert "--from and --remove" in both.err


def test_a_theme_is_checked_without_settings(idp: CommandLine, tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "theme")
    printed = idp.done("theme", "check", str(folder)).out
    assert "Northwind: the theme is right." in printed
    assert "accent #1d4ed8 on background #f3f5f1 (at least 4.5)" in printed
    assert "logo.svg" in printed
    (folder / "templates").mkdir()
    (folder / "templates/login.html").write_text("{% if %}")
    refused = idp("theme", "check", str(make_theme(tmp_path / "other", {"contract": 2})))
    assert refused.status == 2
    assert "version 2 of the contract" in refused.err


def test_the_doctor_reports_the_theme(tmp_path: Path) -> None:
    """A start does not compile the templates; the doctor does."""
    folder = make_theme(tmp_path / "theme")
    settings = Settings("https://id.example", env="dev", key_file="unused", theme=str(folder))
    services = build_services(settings)
    assert [(one.state, one.about) for one in theme.check(services.doctor_parts)] == [("ok", "theme")]
    broken = make_theme(tmp_path / "broken")
    (broken / "templates").mkdir()
    (broken / "templates/login.html").write_text("{% if %}")
    (found,) = theme.check(build_services(Settings("https://id.example", env="dev", key_file="unused", theme=str(broken))).doctor_parts)
    assert found.state == "wrong"
    assert "login.html is malformed. line 1" in found.says
    (without,) = theme.check(build_services(Settings("https://id.example", env="dev", key_file="unused")).doctor_parts)
    assert without.state == "ok"
