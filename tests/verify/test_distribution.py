"""The distribution `idp-verify`: built, installed into a new environment without other packages, and used to verify a token."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.verify.issuer import AUDIENCE, ISSUER, NOW, Issuer
from tools.package import ROOT, UV


def run(*command: str | Path, **how: Any) -> str:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, **how)
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("idp-verify")
    run(UV, "build", "--quiet", "--wheel", "packages/verify", "--out-dir", folder)
    run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    (wheel,) = folder.glob("*.whl")
    interpreter = folder / "venv" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", interpreter, wheel)
    return interpreter


def test_cryptography_is_the_only_dependency(python: Path) -> None:
    """Its own dependencies are cffi and pycparser."""
    installed = json.loads(run(UV, "pip", "list", "--python", python, "--format", "json"))
    assert {package["name"] for package in installed} <= {"idp-verify", "cryptography", "cffi", "pycparser"}


SCRIPT = """
import importlib, json, pkgutil, sys
import idp.verify
from idp.verify import Refused, Requirement, Verifier
given = json.load(sys.stdin)
verifier = Verifier(issuer=given["issuer"], audience=given["audience"], fetch=given["jwks"].encode, clock=lambda: given["now"])
said = {}
for name, token in given["tokens"].items():
    try:
        said[name] = verifier.verify("Bearer " + token, requirement=Requirement(scopes=("orders:read",))).subject
    except Refused as refused:
        said[name] = refused.reason
optional = {"idp.verify.fastapi"}
for module in pkgutil.walk_packages(idp.verify.__path__, "idp.verify."):
    if module.name not in optional:
        importlib.import_module(module.name)
roots = sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names))
others = sorted(name for name in sys.modules if name.startswith("idp.") and not name.startswith("idp.verify"))
print(json.dumps({"said": said, "idp": others, "roots": roots}))
"""


def test_the_installed_distribution_verifies_tokens(python: Path) -> None:
    """Every algorithm is accepted and a changed token is refused. All modules but FastAPI's import, and load no other part of idp."""
    issuer = Issuer()
    tokens = {alg: issuer.token(alg=alg) for alg in issuer.keys}
    tokens |= {"changed": tokens["ES256"][:-4] + "AAAA", "expired": issuer.token(issuer.claims(exp=NOW - 60))}
    given = {"issuer": ISSUER, "audience": AUDIENCE, "jwks": issuer.fetch().decode(), "now": NOW, "tokens": tokens}
    found = json.loads(run(python, "-I", "-c", SCRIPT, input=json.dumps(given)))
    assert found["said"] == {**dict.fromkeys(issuer.keys, "user-1"), "changed": "signature", "expired": "expired"}
    assert found["idp"] == []
    assert {root for root in found["roots"] if not root.startswith("_")} <= {"idp", "cryptography", "cffi"}


def test_versions_and_floors_are_the_projects() -> None:
    """Both have the same version, and cryptography is at least the provider's."""
    whole, own = (tomllib.loads((ROOT / name).read_text())["project"] for name in ("pyproject.toml", "packages/verify/pyproject.toml"))
    assert own["version"] == whole["version"]
    assert set(own["dependencies"]) <= set(whole["dependencies"])
    assert own["optional-dependencies"]["policies"] == whole["optional-dependencies"]["policies"]
