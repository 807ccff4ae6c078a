"""Themes of a deployment in a folder, for tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#1d4ed8"/></svg>'
THEME: dict[str, Any] = {
    "contract": 1,
    "name": "Northwind",
    "logo": "logo.svg",
    "icon": "icon.svg",
    "colours": {"light": {"accent": "#1d4ed8"}},
    "radius": 4,
    "links": {"help": "https://northwind.example/help", "privacy": "https://northwind.example/privacy"},
    "texts": {
        "sign_in_intro": {"en": "Welcome to {brand} & friends.", "de": "Willkommen."},
        "page_footer": "Northwind Ltd",
        "mail_footer": "Northwind Ltd, Harbour Road",
        "forgot_password": "Lost your password?",
    },
}


def make_theme(folder: Path, changes: dict[str, Any] | None = None, **files: bytes) -> Path:
    """Write a theme into `folder`. `changes` replace members of THEME; None removes one. `files`: by name, with __ for a dot."""
    document = {name: value for name, value in {**THEME, **(changes or {})}.items() if value is not None}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theme.json").write_text(json.dumps(document))
    for name, content in {"logo__svg": SVG, "icon__svg": SVG, **files}.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder
