"""Writes what docs/settings.md says of each setting as data of the console: `python -m tools.setting_texts`."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS, DATA = ROOT / "docs" / "settings.md", ROOT / "idp" / "http" / "console" / "setting_texts.json"
_ROW = re.compile(r"^\| `(IDP_\w+)` \| (?:`[^`]+`|–) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def rendered() -> str:
    """Return the data: by name, what is measured or allowed, and what the setting does. Links become their words."""
    found = {name: [_plain(unit), _plain(meaning)] for name, unit, meaning in _ROW.findall(DOCS.read_text())}
    return json.dumps(found, indent=0, ensure_ascii=False) + "\n"


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("`", "").replace("\\|", "|").strip()


if __name__ == "__main__":
    DATA.write_text(rendered())
