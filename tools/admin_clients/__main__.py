"""python -m tools.admin_clients: writes the generated modules of the clients."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.admin_clients import document, python, terraform, typescript

PACKAGES = Path(__file__).resolve().parents[2] / "packages"
_PYTHON = PACKAGES / "python-admin-client/src/idp_admin_client"
_TYPESCRIPT = PACKAGES / "typescript-admin-client/src"
_TERRAFORM = PACKAGES / "terraform/internal/table"


def generated() -> dict[Path, str]:
    """Return the text of each generated module."""
    found = document.load()
    return {
        _PYTHON / "shapes.py": _formatted(python.shapes(found)),
        _PYTHON / "operations.py": _formatted(python.operations(found)),
        _TYPESCRIPT / "shapes.ts": typescript.shapes(found),
        _TYPESCRIPT / "operations.ts": typescript.operations(found),
        _TERRAFORM / "table.json": terraform.table(found),
    }


def _formatted(text: str) -> str:
    """Return Python as the project lays it out."""
    ruff = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(_PYTHON / "module.py"), "-"]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(PACKAGES.parent))
