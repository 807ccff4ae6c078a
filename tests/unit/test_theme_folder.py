"""The folder of a theme: what is wrong with it is said in a sentence when the provider starts, and nothing else is served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from idp.domain.looks.theme import CONTRACT, OVERRIDABLE, TYPES
from idp.http.looks.templates import check_templates
from idp.http.looks.theme import load_theme
from idp.http.pages import environment
from idp.settings import Settings, SettingsError
from idp.wiring import build_services
from tests.support.themes import SVG, make_theme

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, Any] = {"issuer": "https://id.example", "env": "dev", "key_file": "unused"}


def refusal(folder: Path) -> str:
    """The sentence with which the provider refuses to start."""
    with pytest.raises(SettingsError) as caught:
        build_services(Settings(**SETTINGS, theme=str(folder)))
    assert str(caught.value).startswith("IDP_THEME")
    return str(caught.value)


def test_the_name_of_the_theme_is_the_name_of_the_deployment(tmp_path: Path) -> None:
    """Also in authenticator apps and mails, which read `brand`."""
    folder = make_theme(tmp_path / "theme")
    assert build_services(Settings(**SETTINGS, brand="Other", theme=str(folder))).settings.brand == "Northwind"
    unnamed = make_theme(tmp_path / "unnamed", {"name": None})
    assert build_services(Settings(**SETTINGS, brand="Other", theme=str(unnamed))).settings.brand == "Other"
    assert build_services(Settings(**SETTINGS, brand="Other")).settings.brand == "Other"


@pytest.mark.parametrize(
    ("contract", "words"), [(None, "needs the member contract"), ("1", "needs the member"), (True, "needs the member")]
)
def test_a_theme_without_a_contract_is_refused(tmp_path: Path, contract: object, words: str) -> None:
    assert words in refusal(make_theme(tmp_path / "theme", {"contract": contract}))


@pytest.mark.parametrize("contract", [0, CONTRACT + 1, -1, 10**40])
def test_a_theme_of_another_contract_is_refused_with_both_versions(tmp_path: Path, contract: int) -> None:
    sentence = refusal(make_theme(tmp_path / "theme", {"contract": contract}))
    assert f"version {str(contract)[:20]} of the contract, and this provider has version {CONTRACT}" in sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"logo": "../logo.svg"}, "logo has to be the name of a file"), ({"logo": "https://a.example/x.svg"}, "logo has to be"),
        ({"logo": "logo.woff2"}, "logo has to be"), ({"logo": "other.svg"}, "other.svg is not in the folder"),
        ({"icon": 1}, "icon has to be"),
        ({"css": "x"}, "these members only"), ({"colours": {"light": {"accent": "#ffcc00"}}}, "has a contrast of"),
        ({"links": {"help": "javascript:alert(1)"}}, "https URL"), ({"texts": {"sign_in_intro": "{name}"}}, "placeholders"),
    ],
)  # fmt: skip
def test_a_wrong_member_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    assert words in refusal(make_theme(tmp_path / "theme", changes))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("theme.js", b"alert(1)", "cannot be in a theme"), ("page.html", b"<p>", "cannot be in a theme"),
        ("Upper.svg", SVG, "cannot be in a theme"), ("a.b.svg", SVG, "cannot be in a theme"), ("x.png", SVG, "not what its ending says"),
        ("x.woff2", b"GIF8", "not what its ending says"), ("x.jpg", b"\x89PNG\r\n\x1a\n", "not what its ending says"),
        ("x.svg", b"\xff\xfe", "contains a script"), ("x.svg", b"<html>", "contains a script"),
        ("x.webp", b"RIFF" + b"0" * 250_000, "larger"),
        ("logo.svg", SVG + b" " * 100_000, "larger than 100000"), ("icon.svg", SVG + b" " * 20_000, "larger than 20000"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_a_theme_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    folder = make_theme(tmp_path / "theme")
    (folder / name).write_bytes(content)
    assert words in refusal(folder)


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>", b"<SCRIPT/>", b"<svg:script/>", b'<rect onload="alert(1)"/>', b'<rect\nonclick = "x"/>',
        b"<foreignObject><p/></foreignObject>", b'<a href="#x"/>', b'<use href="https://evil.example/x.svg#y"/>',
        b'<image xlink:href="data:image/svg+xml,x"/>', b'<use href="&#104;ttps:"/>', b"<style>@import 'x'</style>",
        b'<rect fill="url(https://evil.example/x)"/>', b'<set attributeName="href" to="javascript:alert(1)"/>',
    ],
)  # fmt: skip
def test_a_picture_that_runs_or_loads_something_is_refused(tmp_path: Path, inside: bytes) -> None:
    """A picture in a page runs nothing; this is for the person who opens the picture itself."""
    assert "contains a script" in refusal(make_theme(tmp_path / "theme", logo__svg=SVG.replace(b"<circle", inside + b"<circle")))


def test_a_picture_may_use_its_own_parts(tmp_path: Path) -> None:
    own = b'<defs><linearGradient id="g"/></defs><use href="#g"/><rect fill="url(#g)"/><rect fill="url(\'#g\')"/>'
    assert load_theme(str(make_theme(tmp_path / "theme", logo__svg=SVG.replace(b"<circle", own + b"<circle")))).logo == "logo.svg"


@pytest.mark.parametrize(
    "css",
    [
        b'@import "other.css";', b"@IMPORT url(x.css);", b"a { background: url(https://evil.example/x) }", b"a { background: url(//evil) }",
        b"a { background: URL( 'http://evil.example/x' ) }", b"a { background: url(missing.svg) }", b"a { background: url(../idp.css) }",
        b'input[value^="a"] { background: url(https://evil.example/a) }', b"\xff",
    ],
)  # fmt: skip
def test_own_css_loads_nothing_but_files_of_the_theme(tmp_path: Path, css: bytes) -> None:
    """The policy of the pages forbids it in any case (integration/test_looks.py). This says so when the provider starts."""
    assert "theme.css" in refusal(make_theme(tmp_path / "theme", theme__css=css))


def test_own_css_comes_after_the_variables_and_may_use_the_files(tmp_path: Path) -> None:
    css = b"/* url(https://not.loaded.example) */\n.plate { background: url('logo.svg#x') } .a { background: url(data:image/png;base64,x) }"
    theme = load_theme(str(make_theme(tmp_path / "theme", theme__css=css)))
    made = theme.files["theme.css"].decode()
    assert made.startswith(":root{--paper:")
    assert made.endswith(css.decode())


def test_any_change_of_a_file_is_a_new_version(tmp_path: Path) -> None:
    """The addresses change with it, so that no browser keeps an old file for a year."""

    def version(name: str, **files: bytes) -> str:
        return load_theme(str(make_theme(tmp_path / name, {}, **files))).version

    plain = version("a")
    assert version("b") == plain
    assert len({plain, version("c", theme__css=b"a{}"), version("d", icon__svg=SVG + b" "), version("e", more__svg=SVG)}) == 4


@pytest.mark.parametrize(
    ("content", "words"), [(b"{", "not valid JSON"), (b"\xff", "not valid JSON"), (b"[" * 100_000, "not valid JSON"), (b"[]", "object")]
)
def test_a_document_that_is_no_json_object_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    folder = make_theme(tmp_path / "theme")
    (folder / "theme.json").write_bytes(content)
    assert words in refusal(folder)


def test_a_folder_that_is_missing_or_too_full_is_refused(tmp_path: Path) -> None:
    assert "theme.json is not in the folder" in refusal(tmp_path / "missing")
    full = make_theme(tmp_path / "full", {}, **{f"x{number}__svg": SVG for number in range(40)})
    assert "at most 40 files" in refusal(full)


def test_notes_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "theme", README__md=b"# Theme", LICENSE=b"MIT")
    (folder / ".hidden").write_bytes(b"x")
    assert set(load_theme(str(folder)).files) == {"logo.svg", "icon.svg", "theme.css"}


@pytest.mark.parametrize(
    "name", ["account/overview.html", "parts.html", "mail/code.html", "form_post.html", "login.txt", "own.html", "own_A.html"]
)
def test_a_template_that_is_no_part_of_the_contract_is_refused(tmp_path: Path, name: str) -> None:
    folder = make_theme(tmp_path / "theme")
    (folder / "templates" / name).parent.mkdir(parents=True)
    (folder / "templates" / name).write_text("x")
    assert f"{name} in the folder templates cannot be replaced" in refusal(folder)


def test_a_template_that_is_malformed_is_named_with_its_line(tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "theme")
    (folder / "templates").mkdir()
    (folder / "templates/login.html").write_text("<p>\n{% block content %}\n")
    theme = str(folder)
    with pytest.raises(ValueError, match=r"login.html is malformed. line \d+: Unexpected end of template"):
        check_templates(theme, environment(theme))


def test_the_contract_names_templates_that_exist() -> None:
    for name in OVERRIDABLE:
        assert (ROOT / "templates" / name).is_file()


def test_no_kind_of_file_can_run() -> None:
    assert not {"js", "html", "htm", "xml", "json", "mjs", "wasm", "pdf"} & TYPES.keys()
    assert not [kind for kind in TYPES.values() if "html" in kind or "script" in kind]


def test_without_a_theme_nothing_of_looks_is_loaded(tmp_path: Path) -> None:
    """A first page of a deployment without a theme costs what it cost before: no module, and no link in the page."""
    code = f"""
import sys
import httpx
from idp.http.app import build
from idp.settings import Settings
from idp.wiring import build_services
from tests.support.in_process import InProcess

def first_page(**settings):
    services = build_services(Settings("http://localhost:8000", env="dev", key_file={str(tmp_path / "key")!r}, **settings))
    return httpx.Client(transport=InProcess(build(services)), base_url="http://localhost:8000").get("/").text

page = first_page()
print([name for name in sys.modules if ".looks" in name], "/theme/" in page)
page = first_page(theme={str(make_theme(tmp_path / "theme"))!r})
print("idp.http.looks.page_look" in sys.modules, "/theme/" in page)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[] False", "True True"]
