"""theme.json: the look of a whole deployment, and the rules for the files beside it. They come from the operator, with the package."""

from __future__ import annotations

import re
from typing import NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.looks.look import MEMBERS, Look, parse_look

CONTRACT = 1
"""The version of what templates of a theme may rely on (docs/looks.md). It rises when a variable, a block or a file name is removed."""
TYPES = {
    "css": "text/css", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "woff2": "font/woff2",
}  # fmt: skip
"""Endings of files that a theme may have. No script is one of them."""
PICTURES = ("svg", "png", "jpg", "webp")
OVERRIDABLE = frozenset(
    {
        "base.html", "consent.html", "error.html", "forgot.html", "home.html", "logged_out.html", "login.html", "logout.html",
        "mail/layout.html", "passkey.html", "recovery_code.html", "totp.html",
    }
)  # fmt: skip
"""The templates that a theme may replace. Others are no part of the contract, because they change with the provider."""
LARGEST = {"logo": 100_000, "icon": 20_000}
LARGEST_FILE = 250_000
MOST_FILES = 40
_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\.([a-z0-9]{3,5})", re.ASCII)
_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "webp": b"RIFF", "woff2": b"wOF2"}
_RUNS = re.compile(
    r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<\s*(?:\w+:)?(?:script|foreignobject|iframe|a|animate|set)\b|\son\w+\s*=|javascript:|@import|"
    r"(?:href|src)\s*=\s*[\"']?(?!#|[\"'])|url\(\s*[\"']?(?!#|[\"'])",
    re.IGNORECASE,
)
"""What a picture does not need and what could run or load something, if the file itself is opened."""
_LOADS = re.compile(r"@import|url\(\s*[\"']?\s*([^\"')\s]*)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class ThemeDocument(NamedTuple):
    """theme.json. `logo`, `icon`: names of files beside it, or empty."""

    look: Look
    logo: str
    icon: str


def parse_theme(document: object) -> ThemeDocument:
    """Return what theme.json says.

    Raises:
        InvalidValue: it was written for another version of the contract, or a member is unknown or malformed.
    """
    if not isinstance(document, dict):
        raise InvalidValue("look.not_object")
    contract = document.get("contract")
    if isinstance(contract, bool) or not isinstance(contract, int):
        raise InvalidValue("look.contract_missing", own=CONTRACT)
    if contract != CONTRACT:
        raise InvalidValue("look.contract_differs", given=str(contract)[:20], own=CONTRACT)
    own = {"contract", "logo", "icon"}
    if not set(document) <= {*MEMBERS, *own}:
        raise InvalidValue("look.member_unknown", members=", ".join([*sorted(own), *MEMBERS]))
    look = parse_look({name: value for name, value in document.items() if name not in own}, of_app=False)
    return ThemeDocument(look, _picture("logo", document.get("logo", "")), _picture("icon", document.get("icon", "")))


def check_file(name: str, content: bytes) -> None:
    """Raise InvalidValue if a theme cannot have this file: its name, its size, or what is in it."""
    match = _FILE.fullmatch(name)
    ending = match[1] if match else ""
    if ending not in TYPES:
        raise InvalidValue("look.file_unknown", name=name[:80], endings=", ".join(sorted(TYPES)))
    if len(content) > LARGEST_FILE:
        raise InvalidValue("look.file_too_large", name=name, maximum=LARGEST_FILE)
    if ending in _BEGINS and not content.startswith(_BEGINS[ending]):
        raise InvalidValue("look.file_other_type", name=name)
    if ending == "svg" and not _is_inert(content):
        raise InvalidValue("look.svg_active", name=name)


def check_stylesheet(content: bytes, names: frozenset[str]) -> None:
    """Raise InvalidValue if theme.css loads anything but the files of the theme. Browsers would refuse it too, without a word.

    The control is the Content-Security-Policy of the pages (`idp/http/pages.py`); this check explains it in time.
    """
    try:
        text = _COMMENT.sub("", content.decode())
    except UnicodeDecodeError:
        raise InvalidValue("look.file_other_type", name="theme.css") from None
    for found in _LOADS.finditer(text):
        target = (found[1] or "").partition("#")[0]
        if not found[0].lower().startswith("url(") or not (target in names or target.startswith("data:") or not target):
            raise InvalidValue("look.stylesheet_loads", what=found[0][:60])


def _picture(member: str, value: object) -> str:
    if value == "":
        return ""
    match = _FILE.fullmatch(value) if isinstance(value, str) else None
    if not isinstance(value, str) or match is None or match[1] not in PICTURES:
        raise InvalidValue("look.picture_malformed", member=member, endings=", ".join(PICTURES))
    return value


def _is_inert(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return "<svg" in text and _RUNS.search(text) is None
