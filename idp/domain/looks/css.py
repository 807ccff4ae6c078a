"""The style sheet of a look: values for the variables of `idp.css`. Only colours and lengths that were parsed are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.looks.look import palettes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.looks.look import Look


def css_of(look: Look) -> str:
    """Return the CSS; empty if the look has neither colours nor a radius."""
    made = palettes(look)
    light, dark = made.get("light", {}), made.get("dark", {})
    variables = {**light, **_radii(look.radius)}
    if not variables and look.ornament:
        return ""
    rules = [f":root{{{_declared(variables)}}}"] if variables else []
    rules += [f"@media (prefers-color-scheme: dark){{:root{{{_declared(dark)}}}}}"] if dark else []
    rules += [] if look.ornament else [".plate .rosette{display:none}"]
    return "\n".join(rules) + "\n"


def _radii(radius: int | None) -> dict[str, str]:
    """Return the radii of buttons and fields, of cards, and of the panel."""
    return {} if radius is None else {"radius": f"{radius}px", "radius-card": f"{round(radius * 1.2)}px", "radius-panel": f"{radius * 2}px"}


def _declared(variables: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in variables.items())
