"""The look of an app as a form: name, colours, radius and links of its `branding`. Its texts stay as they are (docs/looks.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from idp.domain.looks.look import SCHEMES, as_document, palettes, parse_look
from idp.domain.looks.palette import NAMES, derive
from idp.domain.texts import marked
from idp.http.console.app_field import FLAG, LINE, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLOURS = {
    "accent": marked("Accent: buttons and links"), "panel": marked("Panel with the name"), "panel_text": marked("Text on the panel"),
    "panel_lines": marked("Lines on the panel"), "background": marked("Background"), "surface": marked("Fields and cards"),
    "text": marked("Text"), "error": marked("Errors"), "warning": marked("Warnings"),
}  # fmt: skip
_FIRST = ("accent", "panel")
"""The colours from which the others follow. They are shown first."""
_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
NAME = (
    Field("look_name", LINE, marked("Name on its pages"), marked("At the top of its pages and mails, in place of the deployment's name.")),
    Field("look_help", LINE, marked("Help"), marked("The https address of the app's help.")),
)  # fmt: skip
SHAPE = (
    Field("look_radius", LINE, marked("Radius of buttons and fields"), marked("In pixels, 0 to 24. Empty: as the deployment has it.")),
    Field("look_plain", FLAG, marked("No ornament on the panel")),
)


def colours(scheme: str, *, first: bool) -> tuple[Field, ...]:
    """Return the fields for colours of light or dark screens: the first ones, or the others."""
    return tuple(Field(f"look_{scheme}_{name}", LINE, _COLOURS[name]) for name in _COLOURS if (name in _FIRST) == first)


FIELDS = (*NAME, *SHAPE, *(field for scheme in SCHEMES for first in (True, False) for field in colours(scheme, first=first)))


def typed_of(branding: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the branding of an app as a person would type it."""
    look = branding or {}
    radius = look.get("radius")
    found = {
        "look_name": look.get("name", ""), "look_help": look.get("links", {}).get("help", ""),
        "look_radius": "" if radius is None else str(radius), "look_plain": "" if look.get("ornament", True) else "1",
    }  # fmt: skip
    given = look.get("colours", {})
    return found | {f"look_{scheme}_{name}": given.get(scheme, {}).get(name, "") for scheme in SCHEMES for name in NAMES}


def branding_of(typed: Mapping[str, str], before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the branding that was typed, with the texts of the earlier one; None if it is empty.

    Raises:
        InvalidValue: as `parse_look`.
    """
    given = {
        scheme: {name: colour for name in NAMES if (colour := typed.get(f"look_{scheme}_{name}", ""))} for scheme in SCHEMES
    }  # fmt: skip
    radius, texts = typed.get("look_radius", ""), (before or {}).get("texts")
    document: dict[str, Any] = {
        "name": typed.get("look_name", ""), "colours": {scheme: found for scheme, found in given.items() if found},
        "links": {"help": uri} if (uri := typed.get("look_help")) else {}, "ornament": not typed.get("look_plain"),
    }  # fmt: skip
    document |= {"radius": int(radius) if _NUMBER.fullmatch(radius) else radius} if radius else {}
    document |= {"texts": texts} if texts else {}
    return as_document(parse_look(document, of_app=True)) or None


def preview_of(branding: Mapping[str, Any] | None) -> list[tuple[str, dict[str, str], int]]:
    """Return for light and dark: all colours by their names in the style sheet, and the radius, for a drawing of the sign-in page."""
    look = parse_look(dict(branding or {}), of_app=True)
    made = palettes(look) or {scheme: derive({}, dark=scheme == "dark") for scheme in SCHEMES}
    return [(scheme, made[scheme], 10 if look.radius is None else look.radius) for scheme in SCHEMES]
