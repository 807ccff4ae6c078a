"""Colours as `#rrggbb`, and the contrast of two colours as WCAG 2.2 defines it."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb, rgb_to_hls
from functools import cache

BLACK, WHITE = "#000000", "#ffffff"
_HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_LINEAR_UP_TO = 0.04045
"""WCAG 2.2, "relative luminance": below this value a channel is linear."""


def is_colour(value: object) -> bool:
    """Return whether it is a text of the form `#rrggbb`, with digits in lower or upper case. No other notation of CSS is a colour here."""
    return isinstance(value, str) and _HEX.fullmatch(value.lower()) is not None and len(value) == len(BLACK)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def luminance(colour: str) -> float:
    """Return the relative luminance, from 0 for black to 1 for white (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(first: str, second: str, share: float) -> str:
    """Return a colour between two, channel by channel. `share`: the part of the second colour, from 0 to 1."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def lighten(colour: str, share: float) -> str:
    """Return the colour with its hue and saturation, and more lightness. `share`: of the way to white, from 0 to 1."""
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in channels(colour)))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in hls_to_rgb(hue, lightness + (1 - lightness) * share, saturation))


def best_on(ground: str) -> str:
    """Return black or white, the one with the higher contrast on `ground`. It is never below 4.58."""
    return WHITE if contrast(WHITE, ground) >= contrast(BLACK, ground) else BLACK


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    """The light of one channel, from 0 to 1 (sRGB, IEC 61966-2-1)."""
    return channel / 12.92 if channel <= _LINEAR_UP_TO else ((channel + 0.055) / 1.055) ** 2.4
