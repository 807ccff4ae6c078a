"""The palette of the pages: the colours that a look gives, and the others derived from them so that everything stays readable.

The values of LIGHT and DARK are those of `idp.css`; a test compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.looks.colour import BLACK, WHITE, best_on, contrast, lighten, mix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIGHT: Mapping[str, str] = {
    "paper": "#f3f5f1", "raised": "#fdfefc", "ink": "#12201b", "soft": "#4a5a53", "hair": "#d5dcd5", "edge": "#76867e",
    "accent": "#0c5c49", "accent-deep": "#08463a", "on-accent": "#ffffff", "wash": "#e3efe8", "alarm": "#9c2a14", "alarm-wash": "#fbece7",
    "warn": "#74500a", "warn-wash": "#f8efd8", "plate": "#0d3b32", "plate-deep": "#082923", "plate-ink": "#f0f7f3", "plate-soft": "#b4d2c6",
    "thread": "#57a88d", "thread-2": "#d3ab6b",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "paper": "#0c1210", "raised": "#131c19", "ink": "#e8efeb", "soft": "#a3b3ab", "hair": "#26332e", "edge": "#6f8078",
    "accent": "#7fd4b6", "accent-deep": "#a4e5cd", "on-accent": "#06221a", "wash": "#16302a", "alarm": "#ff9d87", "alarm-wash": "#331712",
    "warn": "#ecc578", "warn-wash": "#2d2310", "plate": "#102a24", "plate-deep": "#0b1e1a", "plate-ink": "#f0f7f3", "plate-soft": "#9dbfb2",
    "thread": "#3f8a72", "thread-2": "#a98850",
}  # fmt: skip
NAMES: Mapping[str, str] = {
    "accent": "accent", "background": "paper", "surface": "raised", "text": "ink", "error": "alarm", "warning": "warn", "panel": "plate",
    "panel_text": "plate-ink", "panel_lines": "thread",
}  # fmt: skip
"""The colours that a look may give, and what the stylesheet calls them."""
TEXT, PART = 4.5, 3.0
"""The least contrast of text, and of the border of a field (WCAG 2.2, 1.4.3 and 1.4.11)."""
_PANEL_LIGHT, _PANEL_DARK, _ACCENT_DARK = 9.0, 13.0, 7.0
"""The contrast that derived colours get: white on the panel, and the accent on the dark background."""
_STEPS = 20


def derive(given: Mapping[str, str], *, dark: bool) -> dict[str, str]:
    """Return every colour by its name in the stylesheet. `given`: colours by their names in NAMES.

    Colours that depend on a given one follow it; the others are the built-in ones. A derived colour is readable if the given ones are.
    """
    made = {**(DARK if dark else LIGHT), **{NAMES[name]: colour for name, colour in given.items()}}
    if {"background", "text", "surface"} & given.keys():
        _derive_ground(made, given, dark=dark)
    if {"background", "text", "surface", "accent"} & given.keys():
        _derive_accent(made)
    if {"background", "error", "warning"} & given.keys():
        made["alarm-wash"] = _ground(mix(made["paper"], made["alarm"], 0.1), made["paper"], (made["alarm"],))
        made["warn-wash"] = _ground(mix(made["paper"], made["warn"], 0.14), made["paper"], (made["warn"],))
    if {"accent", "panel", "panel_text", "panel_lines"} & given.keys():
        _derive_panel(made, given, dark=dark)
    return made


def dark_from(light: Mapping[str, str]) -> dict[str, str]:
    """Return colours for dark screens, for a look that gives only those for light ones: its accent and its panel, on the built-in rest."""
    found = {}
    if accent := light.get("accent"):
        lighter = (lighten(accent, step / _STEPS) for step in range(_STEPS))
        grounds = (DARK["paper"], DARK["raised"])
        found["accent"] = next((one for one in lighter if min(contrast(one, each) for each in grounds) >= _ACCENT_DARK), WHITE)
    if panel := light.get("panel"):
        found["panel"] = _readable(panel, BLACK, (WHITE,), _PANEL_DARK)
    return found


def _derive_ground(made: dict[str, str], given: Mapping[str, str], *, dark: bool) -> None:
    paper, ink = made["paper"], made["ink"]
    if "surface" not in given:
        lifted = mix(paper, WHITE, 0.05 if dark else 0.6)
        made["raised"] = _ground(lifted, paper, (ink, made["accent"], made["alarm"]))
    grounds = (paper, made["raised"])
    made["soft"] = _readable(mix(ink, paper, 0.3), ink, grounds, TEXT)
    made["edge"] = _readable(mix(ink, paper, 0.5), ink, grounds, PART)
    made["hair"] = mix(ink, paper, 0.84)


def _derive_accent(made: dict[str, str]) -> None:
    paper, ink, accent = made["paper"], made["ink"], made["accent"]
    made["on-accent"] = best_on(accent)
    made["accent-deep"] = _readable(mix(accent, ink, 0.35), accent, (paper, made["raised"], made["on-accent"]), TEXT)
    made["wash"] = _ground(mix(paper, accent, 0.12), paper, (accent, ink))


def _derive_panel(made: dict[str, str], given: Mapping[str, str], *, dark: bool) -> None:
    if "panel" not in given and "accent" in given:
        least = _PANEL_DARK if dark else _PANEL_LIGHT
        made["plate"] = _readable(mix(made["accent"], BLACK, 0.7 if dark else 0.25), BLACK, (WHITE,), least)
    panel = made["plate"]
    if "panel_text" not in given:
        made["plate-ink"] = _readable(mix(best_on(panel), panel, 0.05), best_on(panel), (panel,), TEXT)
    ink = made["plate-ink"]
    made["plate-soft"] = _readable(mix(ink, panel, 0.28), ink, (panel,), TEXT)
    made["plate-deep"] = _readable(mix(panel, BLACK, 0.3), best_on(ink), (ink,), TEXT)
    if "panel_lines" not in given:
        made["thread"] = mix(panel, ink, 0.4)
    made["thread-2"] = _readable(mix(made["thread"], ink, 0.5), ink, (panel,), PART)


def _readable(start: str, end: str, grounds: Sequence[str], least: float) -> str:
    """Return the colour next to `start`, on the way to `end`, that has this contrast on every ground; `end` if none has."""
    for step in range(_STEPS):
        found = mix(start, end, step / _STEPS)
        if all(contrast(found, ground) >= least for ground in grounds):
            return found
    return end


def _ground(start: str, end: str, texts: Sequence[str]) -> str:
    """Return the ground next to `start`, on the way to `end`, on which all these colours of text are readable; `end` if none is."""
    return _readable(start, end, texts, TEXT)
