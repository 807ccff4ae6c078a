"""`make check` runs the tests that a change concerns (tools/affected.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.affected import WALKS, affected, cited, dotted, fast, imported, same_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module that two test files import."""
    files = {
        "docs/specs.md": "| 4.2 | `idp/oauth/thing.py::does` | `tests/integration/test_cited.py::test_it` |\n",
        "docs/threat-model.md": "| A-01 | tried | stopped | `oauth/thing` | `properties/test_modelled.py` |\n",
        "idp/oauth/thing.py": "",
        "tests/integration/test_cited.py": "",
        "tests/integration/test_the_thing_twice.py": "",
        "tests/integration/test_something.py": "",
        "tests/integration/test_importing.py": "def late() -> None:\n    from idp.oauth import thing\n",
        "tests/integration/test_other.py": "from idp.oauth.another import name\n",
        "tests/integration/test_text.py": "PAGE = 'a_page.html'\n",
        "tests/integration/sub/test_below.py": "",
        "tests/journeys/test_thing.py": "from idp.oauth import thing\n",
        "tests/properties/test_modelled.py": "",
        "tests/support/helper.py": "",
        "tests/verify/test_helped.py": "from tests.support.helper import one\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_module_runs_the_tests_that_the_tables_name_then_those_that_import_it(project: Path) -> None:
    assert affected(project, ["idp/oauth/thing.py"]) == [
        "tests/integration/test_cited.py",
        "tests/integration/test_the_thing_twice.py",
        "tests/properties/test_modelled.py",
        "tests/integration/test_importing.py",
    ]


def test_the_tests_that_walk_a_folder_come_first() -> None:
    """A new admin resource is in no table and no test imports it, so only its folder leads to the tests that walk all operations."""
    for place, tests in WALKS.items():
        new = place if place.endswith(".py") else place + "brand_new.py"
        assert (ROOT / place).exists()
        assert set(affected(ROOT, [new])[: len(tests)]) == set(tests)


def test_a_deleted_module_still_runs_its_tests(project: Path) -> None:
    (project / "idp/oauth/thing.py").unlink()
    assert "tests/integration/test_cited.py" in affected(project, ["idp/oauth/thing.py"])


@pytest.mark.parametrize(
    ("changed", "runs"),
    [
        ("tests/integration/test_other.py", ["tests/integration/test_other.py"]),
        ("tests/support/helper.py", ["tests/verify/test_helped.py"]),
        ("tests/integration/sub/conftest.py", ["tests/integration/sub/test_below.py"]),
        ("templates/a_page.html", ["tests/integration/test_text.py"]),
        ("tests/journeys/test_thing.py", []),
        ("idp/oauth/__init__.py", ["tests/integration/test_importing.py"]),
        ("README.md", []),
    ],
)
def test_a_changed_file_of_another_kind_runs_the_tests_that_name_it(project: Path, changed: str, runs: list[str]) -> None:
    """Browser tests are left to `make test`; the unit tests always run."""
    assert affected(project, [changed]) == runs


def test_without_a_change_no_further_test_runs(project: Path) -> None:
    assert affected(project, []) == []


def test_a_test_that_needs_an_engine_or_a_browser_is_not_fast() -> None:
    """A helper is no test either."""
    assert fast("tests/integration/oidc/test_par.py")
    assert not any(
        map(fast, ("tests/journeys/test_consent.py", "tests/functions/test_dpop.py", "tests/support/forms.py", "idp/oauth/params.py"))
    )


def test_a_name_is_compared_by_whole_words() -> None:
    assert same_name("idp/oauth/token/grants/refresh_token.py", "tests/integration/oidc/test_token_refresh_token.py")
    assert not same_name("idp/oauth/end.py", "tests/integration/oidc/test_sending.py")


def test_imports_are_found_with_what_they_name() -> None:
    assert imported("import a.b\nfrom c import d\n") == {"a.b", "c", "c.d"}
    assert dotted("idp/oauth/token/__init__.py") == "idp.oauth.token"


def test_the_tables_of_this_project_are_read() -> None:
    """Each has its own spelling of paths."""
    assert "tests/integration/oidc/test_jarm.py" in cited(ROOT, "idp/oauth/authorization/jarm.py")
    assert cited(ROOT, "idp/http/csrf.py")
