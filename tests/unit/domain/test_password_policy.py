"""Which passwords are accepted: NIST SP 800-63B-4 §3.1.1.2. Threats G-08, G-09, G-10."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import time
import unicodedata

import pytest

from idp.domain.factors.common_passwords import blocklist
from idp.domain.factors.password_policy import MAX_LENGTH, MIN_LENGTH, MIN_LENGTH_MFA, normalise, problem
from idp.domain.messages import render

EMAIL = "ada.lovelace@example.com"


def refusal(password: str, *, minimum: int = MIN_LENGTH_MFA, email: str = EMAIL, names: tuple[str, ...] = ("Idp", "")) -> str:
    found = problem(password, minimum=minimum, email=email, names=names, blocklist=blocklist())
    return render(found) if found else ""


@pytest.mark.parametrize(
    "password",
    [
        "k7#mQ2!x",
        "correct horse battery staple",
        "  spaces around  ",
        "abcdefghijklmno",
        "пароль-который-длинный",
        "😀" * MIN_LENGTH_MFA,
        "a" * MAX_LENGTH,
        "x" * 64,
        "tab\tand\x00nul are characters",
    ],
)
def test_a_long_uncommon_password_is_accepted(password: str) -> None:
    """G-10: there are no composition rules. G-09: emoji and spaces are characters."""
    assert not refusal(password)


@pytest.mark.parametrize("password", ["", "short", "1234567", "😀" * 7, "e\u0301" * 7])
def test_fewer_than_eight_characters_are_refused(password: str) -> None:
    """G-09: characters are counted as code points after NFKC. With a second factor this is the minimum of NIST SP 800-63B-4 §3.1.1.2."""
    assert "at least 8" in refusal(password)


@pytest.mark.parametrize("password", ["k7#mQ2!x", "quiet river ma", "😀" * 14, "e\u0301" * 14])
def test_a_password_that_stands_alone_needs_fifteen_characters(password: str) -> None:
    """NIST SP 800-63B-4 §3.1.1.2: a longer minimum where the password is the only factor."""
    assert "at least 15" in refusal(password, minimum=MIN_LENGTH)
    assert not refusal(password + "\u00e9" * (15 - len(normalise(password))), minimum=MIN_LENGTH)


@pytest.mark.parametrize(
    "password",
    ["a" * (MAX_LENGTH + 1), "a" * 1_000_000, "\ufdfa" * 100, "e\u0301" * (MAX_LENGTH + 1)],
    ids=["one more", "a million", "one sign of eighteen letters", "composed"],
)
def test_a_password_over_the_maximum_is_refused(password: str) -> None:
    """G-08: it is never cut, also if NFKC makes it longer."""
    assert "at most 1024" in refusal(password)
    with pytest.raises(ValueError, match="at most 1024"):
        normalise(password)


def test_the_maximum_is_counted_after_normalisation() -> None:
    assert normalise("e\u0301" * MAX_LENGTH) == "é" * MAX_LENGTH


def test_a_hostile_run_of_marks_costs_little() -> None:
    """G-08: NFKC orders combining marks in quadratic time, seconds for 100,000 of them; refused before, and bounded below the maximum."""
    for marks in (2 * MAX_LENGTH - 1, 50_000):
        started = time.process_time()
        with pytest.raises(ValueError, match="at most"):
            normalise("\u0315\u0316" * marks)
        assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "password", ["password", "PassWord", "12345678", "qwertyuiop", "ｐａｓｓｗｏｒｄ", "michelle", "football", "iloveyou"]
)
def test_common_passwords_are_refused_in_any_case(password: str) -> None:
    """G-10: the reason is given; full-width letters are the same password."""
    assert "common" in refusal(password)


@pytest.mark.parametrize("password", ["xpassword", "password x", "12345678-and-more"])
def test_a_password_that_contains_a_common_one_is_accepted(password: str) -> None:
    assert not refusal(password)


@pytest.mark.parametrize(
    "password",
    [
        EMAIL, EMAIL.upper(), "ada.lovelace", "Ada.Lovelace", "lovelace-ada", "ada lovelace ada lovelace", "AdaLovelace2026!",
        "ada.lovelace!!!!!!!!!!!!!!!!", "lovelacelovelace12", "example-example-1",
        "ａｄａｌｏｖｅｌａｃｅ", "MyShop-MyShop-12", "my shop my shop", "idpidpidpidpidp",
    ],
)  # fmt: skip
def test_a_password_that_is_mostly_known_words_is_refused(password: str) -> None:
    """NIST SP 800-63B-4 §3.1.1.2: parts of the address, the name of the service and of the app. Repeats, digits and signs add nothing."""
    assert "Use other words" in refusal(password, names=("Idp", "My Shop"))


@pytest.mark.parametrize(
    "password",
    [
        "lovelace on a dry raft", "otters of example, and a raft", "my shop sells wet walruses", "commemorating", "an adamant badger",
        "grace.hopper@navy.example", "😀😀😀😀😀😀😀ada",
    ],
)  # fmt: skip
def test_a_password_that_only_contains_a_known_word_is_accepted(password: str) -> None:
    """The words of others, and words in a longer phrase."""
    assert not refusal(password, names=("Idp", "My Shop"))


@pytest.mark.parametrize("email", ["x@y.example", "a.b@c.de", "@", "", "a@b", "(.*)+@[a-z].example"])
def test_short_or_strange_parts_of_an_address_are_no_words(email: str) -> None:
    """They are compared as text: never as a pattern."""
    assert not refusal("a b x y . (a) quiet", email=email, names=("", "I", "..."))


def test_known_words_cost_little_in_the_longest_password() -> None:
    """R-16: an address of 254 characters and a password of 1,024."""
    address = ".".join(["aaa"] * 16) + "@" + ".".join(["aab"] * 47) + ".example"
    started = time.process_time()
    for password in ("a" * MAX_LENGTH, "aab" * 341, "aac" * 341):
        refusal(password, email=address, names=("a" * 200, "aab " * 50))
    assert time.process_time() - started < 1


@pytest.mark.parametrize("password", ["half a char \ud83d", "\udc00" * 8])
def test_a_lone_surrogate_is_refused(password: str) -> None:
    """JSON can contain one and UTF-8 cannot, so it must not reach the hash."""
    assert "broken" in refusal(password)
    with pytest.raises(ValueError, match="broken"):
        normalise(password)


def test_nfc_and_nfd_spellings_are_one_password() -> None:
    """G-09: set in NFC, typed in NFD."""
    typed = "Zoë's café №1"
    assert normalise(unicodedata.normalize("NFC", typed)) == normalise(unicodedata.normalize("NFD", typed))


def test_spaces_and_case_of_a_password_are_kept() -> None:
    """ASVS 6.2.8: verified exactly as received."""
    assert normalise("  Pass\u200bWord  ") == "  Pass\u200bWord  "


def test_the_blocklist_has_the_most_common_passwords() -> None:
    """ASVS 6.2.4: at least the 3,000 most common ones that the policy would accept, in the form that is compared."""
    words = blocklist()
    assert len(words) > 10_000
    assert all(len(word) >= MIN_LENGTH_MFA and word == normalise(word).casefold() == word.strip() for word in words)
    assert blocklist() is words
