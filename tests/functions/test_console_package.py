"""The archive of the console: it has the pages and nothing of the admin API, it starts, and the provider's archive has nothing of it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.functions.conftest import MACHINE, PYTHON, build
from tools.package import ARCHIVES, CONSOLE

if TYPE_CHECKING:
    from pathlib import Path

MOST_MB = 40

pytestmark = pytest.mark.functions


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `make package`."""
    return build(tmp_path_factory.mktemp("package") / "console.zip", "--archive", "console")


def test_the_archive_of_the_console_has_its_pages_and_not_the_admin_api(package: Path) -> None:
    with zipfile.ZipFile(package) as made:
        names = made.namelist()
        size = sum(entry.file_size for entry in made.infolist())
    assert "templates/console/person.html" in names
    assert [name for name in names if name.startswith("idp/http/console/gate")]
    assert not [name for name in names if name.startswith(("idp/http/admin", "fastapi", "pydantic", "idp/cli"))]
    assert size <= MOST_MB * 1e6, f"{size / 1e6:.1f} MB"


def test_the_archive_of_the_provider_leaves_the_console_out() -> None:
    assert set(CONSOLE) <= set(ARCHIVES["api"].without)


def test_the_packed_console_answers(tmp_path: Path) -> None:
    """The same archive for this machine, unpacked as Lambda does, and nothing else on the path: every module of a view can be imported."""
    own = ("--archive", "console", "--platform", MACHINE, "--python", PYTHON)
    with zipfile.ZipFile(build(tmp_path / "console.zip", *own)) as made:
        made.extractall(tmp_path / "task")
    code = f"""if True:
        import sys
        sys.path[:] = [{str(tmp_path / "task")!r}, *(each for each in sys.path if "site-packages" not in each)]
        from idp.http.console.app import all_pages, build
        import idp.http.account.reauthentication, idp.services.passkeys.authentication, idp.services.factors.password_sign_in
        from idp.http.pages import environment
        environment().get_template("console/person.html")
        assert "fastapi" not in sys.modules
        print(len(all_pages()))
    """
    done = subprocess.run([sys.executable, "-I", "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_the_module_of_the_provider_imports_nothing_of_the_console() -> None:
    """A sign-in's cold start does not pay for it."""
    code = (
        "import sys; import idp.http.app, idp.wiring; print([name for name in sys.modules if 'console' in name and name.startswith('idp')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
