"""Which characters a text for people may have: names, descriptions, values of attributes.

Controls, line breaks and marks that change the direction of writing are refused, because they change how the text around a name is read.
U+200C and U+200D (ZERO WIDTH NON-JOINER and JOINER) belong to the spelling of Persian, of Indic scripts and of emoji (Unicode Standard,
section 23.2). They are allowed after a character that is not ASCII: elsewhere they are invisible and only make two equal names differ.
"""

import unicodedata

JOINERS = frozenset("\u200c\u200d")
_ALLOWED_SPACES = "Zs"
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are invisible: fillers of Hangul, the Braille pattern without dots."""
_MOST_MARKS = 4
"""Combining marks in a row: no script needs more on one letter, and many of them cover the lines above and below."""


def is_readable(text: str) -> bool:
    """Return whether a text for people may have every character of this text. True for the empty text."""
    before = ""
    for character in text:
        if character in JOINERS:
            if not before or before.isascii():
                return False
        elif not (character.isprintable() or unicodedata.category(character) == _ALLOWED_SPACES):
            return False
        before = character
    return True


def is_name(text: str) -> bool:
    """Return whether the text can be the name of an app on pages: readable, visible, and not drawn over the text around it."""
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if character in _BLANKS or marks > _MOST_MARKS:
            return False
    return is_readable(text) and text == text.strip() and any(character.isalnum() for character in text)
