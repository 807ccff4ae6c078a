"""Readable texts: characters that a script needs are allowed, direction marks are refused (threat F-10)."""

import pytest

from idp.domain.readable_text import is_readable

JOINED = [
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
    "\u0915\u094d\u200d\u0937",  # Devanagari
    "\U0001f469\u200d\U0001f680",  # an emoji of two
    "Ada \u2764\ufe0f\u200d\U0001f525",
]
REFUSED = [
    *(chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029)),
    *(chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    *(chr(code) for code in (0x00AD, 0x200B, 0x2060, 0xFEFF)),
]


@pytest.mark.parametrize("name", ["", "Ada Lovelace", "Zoë", "\u5c71\u7530\u3000\u592a\u90ce", "Ada\u00a0L.", *JOINED])
def test_readable_names_are_accepted(name: str) -> None:
    assert is_readable(name)


@pytest.mark.parametrize("character", REFUSED, ids=lambda each: f"U+{ord(each):04X}")
def test_controls_and_direction_marks_are_refused(character: str) -> None:
    assert not is_readable(f"Ada{character}Lovelace")
    assert not is_readable(f"\u0645{character}\u0645")


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("name", ["{}", "{}Ada", "Goo{}gle", "Ada {}"])
def test_a_joiner_between_ascii_letters_is_refused(joiner: str, name: str) -> None:
    """It is invisible there and makes an app's name look like a known one."""
    assert not is_readable(name.format(joiner))
