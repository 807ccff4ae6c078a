"""The choice of a reader's language: Accept-Language (RFC 9110 §12.5.4), ui_locales (OIDC Core §3.1.2.1), lookup (RFC 4647 §3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SHIPPED = ("en", "de", "fr", "es", "pt-BR", "ja", "ar")
"""The languages in which pages and mails exist, by tag (RFC 5646). Each but English has a catalogue in `idp/locales`."""
NAMES = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt-BR": "Português (Brasil)", "ja": "日本語", "ar": "العربية",
}  # fmt: skip
"""The name of each language in itself, for people who choose one."""
_RIGHT_TO_LEFT = frozenset({"ar"})
_MOST = 20
_LONGEST_HEADER = 500
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)
_RANGE = re.compile(r"([A-Za-z0-9-]{1,35})(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.ASCII)


def is_tag(text: str) -> bool:
    """Return whether the text has the form of a language tag (RFC 5646) of at most four subtags: `de`, `pt-BR`, `zh-Hant-TW`."""
    return _TAG.fullmatch(text) is not None


def parse_accept_language(header: str) -> tuple[str, ...]:
    """Return the language ranges of an Accept-Language header, the most wanted first, without invalid ones, `*` and those with q=0."""
    if len(header) > _LONGEST_HEADER:
        return ()
    read = [_RANGE.fullmatch(part.strip()) for part in header.split(",")[:_MOST]]
    weighed = [(float(found[2] or 1), found[1]) for found in read if found]
    return tuple(tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight > 0)


def parse_ui_locales(text: str) -> tuple[str, ...]:
    """Return the language tags of the parameter `ui_locales`, separated by spaces, in the order of preference (OIDC Core §3.1.2.1)."""
    return tuple(tag for tag in text[:_LONGEST_HEADER].split(" ")[:_MOST] if is_tag(tag))


def best(wanted: Iterable[str], there: Collection[str]) -> str | None:
    """Return the language of `there` that is wanted most, in the spelling of `there`, or None.

    Each wanted tag is looked up whole, then without its last subtag, and so on: `de-CH` finds `de`. Case does not count.
    """
    by_name = {tag.lower(): tag for tag in there}
    for each in wanted:
        subtags = each.lower().split("-")
        for length in range(len(subtags), 0, -1):
            if found := by_name.get("-".join(subtags[:length])):
                return found
    return None


def direction(tag: str) -> str:
    """Return the direction in which a shipped language is written, for the attribute `dir` of HTML: "rtl" or "ltr"."""
    return "rtl" if tag in _RIGHT_TO_LEFT else "ltr"
