"""A look: what a deployment's theme.json and an app's `branding` have in common, and its strict parser.

Nothing of a look is CSS or a template. A colour is six hexadecimal digits, a radius a number, a link an https URL, a text plain.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.looks import palette, readability
from idp.domain.looks.colour import is_colour
from idp.domain.looks.texts import ANY_LANGUAGE, parse_texts
from idp.domain.people.standard_claims import is_web_url
from idp.domain.readable_text import is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_NAME = 60
LARGEST_RADIUS = 24
MOST_BYTES = 3072
"""An app's look is part of the client's item, which each flow reads: DynamoDB charges a read by 4 KB."""
SCHEMES = ("light", "dark")
LINKS = ("help", "privacy", "terms")
LINKS_OF_APP = ("help",)
"""An app has policy_uri and tos_uri for the others (RFC 7591 §2)."""
MEMBERS = ("name", "colours", "radius", "ornament", "links", "texts")


class Look(NamedTuple):
    """`colours`: those that were given, by light and dark. `radius`: of buttons and fields, in px; None is the built-in one. `ornament`:
    whether the lines on the panel are drawn. `links`: https URLs. `texts`: by id and language.
    """

    name: str = ""
    colours: Mapping[str, Mapping[str, str]] = {}
    radius: int | None = None
    ornament: bool = True
    links: Mapping[str, str] = {}
    texts: Mapping[str, Mapping[str, str]] = {}


def parse_look(document: object, *, of_app: bool) -> Look:
    """Return the look that an operator or an admin wrote.

    Raises:
        InvalidValue: a member is unknown or malformed, or two colours that meet have too little contrast. The message has the figure.
    """
    if not isinstance(document, dict):
        raise InvalidValue("look.not_object")
    if not set(document) <= set(MEMBERS):
        raise InvalidValue("look.member_unknown", members=", ".join(MEMBERS))
    if of_app and len(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")) > MOST_BYTES:
        raise InvalidValue("look.too_large", maximum=MOST_BYTES)
    return Look(
        _name(document.get("name", "")), _colours(document.get("colours", {})), _radius(document.get("radius")),
        _flag(document.get("ornament", True)), _links(document.get("links", {}), LINKS_OF_APP if of_app else LINKS),
        parse_texts(document.get("texts", {}), of_app=of_app),
    )  # fmt: skip


def as_document(look: Look) -> dict[str, Any]:
    """Return the look as JSON, without what is not set. `parse_look` gives the same look again."""
    texts = {name: each.get(ANY_LANGUAGE) or dict(each) for name, each in look.texts.items()}
    members = {
        "name": look.name, "colours": {scheme: dict(each) for scheme, each in look.colours.items()}, "links": dict(look.links),
        "texts": texts,
    }  # fmt: skip
    found: dict[str, Any] = {name: value for name, value in members.items() if value}
    found |= {} if look.radius is None else {"radius": look.radius}
    return found if look.ornament else found | {"ornament": False}


def palettes(look: Look) -> dict[str, dict[str, str]]:
    """Return all colours for light and for dark; empty if the look gives none."""
    if not look.colours:
        return {}
    light = look.colours.get("light", {})
    dark = look.colours.get("dark", palette.dark_from(light))
    return {"light": palette.derive(light, dark=False), "dark": palette.derive(dark, dark=True)}


def _name(value: object) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not is_name(value):
        raise InvalidValue("look.name_malformed", longest=LONGEST_NAME)
    return value


def _colours(value: object) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict) or not set(value) <= set(SCHEMES):
        raise InvalidValue("look.colours_malformed")
    found = {scheme: _scheme(scheme, given) for scheme, given in value.items()}
    for scheme, made in palettes(Look(colours=found)).items():
        readability.check(made, scheme)
    return found


def _scheme(scheme: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not value or not set(value) <= palette.NAMES.keys():
        raise InvalidValue("look.colour_unknown", scheme=scheme, names=", ".join(palette.NAMES))
    for name, colour in value.items():
        if not is_colour(colour):
            raise InvalidValue("look.colour_malformed", scheme=scheme, name=name)
    return {name: colour.lower() for name, colour in value.items()}


def _radius(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_RADIUS:
        raise InvalidValue("look.radius_malformed", largest=LARGEST_RADIUS)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("look.ornament_malformed")
    return value


def _links(value: object, allowed: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= set(allowed):
        raise InvalidValue("look.links_unknown", names=", ".join(allowed))
    if not all(is_web_url(uri, schemes=("https",)) for uri in value.values()):
        raise InvalidValue("look.link_malformed")
    return {name: value[name] for name in allowed if name in value}
