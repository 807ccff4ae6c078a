"""Recovery codes. Threat H-08, OWASP ASVS 6.5.2."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import re
import secrets

import pytest

from idp.domain.factors.recovery_codes import canonical, digest, generate


def test_a_set_has_ten_codes_of_four_groups_without_similar_symbols() -> None:
    codes = generate(randbytes=secrets.token_bytes)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


def test_a_code_contains_all_random_bits() -> None:
    """80 bits: more than the 64 that are required, and quick to type."""
    assert generate(1, randbytes=lambda n: b"\xff" * n) == ["ZZZZ-ZZZZ-ZZZZ-ZZZZ"]
    assert generate(1, randbytes=bytes) == ["0000-0000-0000-0000"]
    assert len({generate(1, randbytes=(1 << bit).to_bytes)[0] for bit in range(80)}) == 80


@pytest.mark.parametrize(
    "typed",
    [
        "0123-4567-89AB-CDEF-GHJK-MNPQ",
        "0123456789abcdefghjkmnpq",
        " 0123 4567 89ab cdef ghjk mnpq ",
        "o123-4567-89AB-CDEF-GHJK-MNPQ",
        "OI23-4567-89AB-CDEF-GHJK-MNPQ",
        "0l23-4567-89AB-CDEF-GHJK-MNPQ",
        "0123\u20134567\u201489AB\u2010CDEF GHJK\tMNPQ\n",
    ],
)
def test_a_code_of_an_earlier_release_is_still_read(typed: str) -> None:
    """It has 24 symbols. A person who saved such a code can still use it."""
    assert canonical(typed) == "0123456789ABCDEFGHJKMNPQ"


@pytest.mark.parametrize("typed", ["0123-4567-89AB-CDEF", "0123456789abcdef", " o123 4567\t89ab\u2013cdef\n"])
def test_a_code_is_read_in_each_usual_spelling(typed: str) -> None:
    assert canonical(typed) == "0123456789ABCDEF"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "0123",
        "0123-AB",
        "123456",
        "1234 5678",
        "oooo-iiii",
        "12345678901",
        "A" * 49,
        "abcd_efgh",
        "abcd/efgh",
        "ı123456789abcdefghjkmnpq",
        "０123456789abcdefghjkmnpq",
        "\x000123456789abcdefghjkmnpq",
        "0123456789abcdefghjkmnpq" + " " * 100,
        "*" * 24,
        "\ud800" * 24,
    ],
)
def test_an_invalid_code_is_none(typed: str) -> None:
    assert canonical(typed) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("okkibhlv", "0KK1BH1V"), ("OKKI-BHLV", "0KK1BH1V"), ("0123-4567-89AB-CDE", "0123456789ABCDE"), ("123456789012", "123456789012"),
        ("UUUU uuuu", "UUUUUUUU"), ("1234567a", "1234567A"),
    ],
)  # fmt: skip
def test_a_code_of_another_system_is_read(typed: str, code: str) -> None:
    """Imported codes are of other lengths and have other letters. Six and eight digits are codes of authenticators and of mails."""
    assert canonical(typed) == code


def test_a_code_of_two_users_has_two_hashes() -> None:
    """Neither hash reveals the code."""
    code = "0123456789ABCDEFGHJKMNPQ"
    assert digest(b"k", "u1", code) != digest(b"k", "u2", code)
    assert digest(b"k", "u1", code) != digest(b"l", "u1", code)
    assert digest(b"k", "u1", code) == digest(b"k", "u1", code)
    assert re.fullmatch(r"[0-9a-f]{64}", digest(b"k", "u1", code))
