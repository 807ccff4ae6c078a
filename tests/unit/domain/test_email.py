"""The canonical form of an email address. Threats G-05, G-11, J-10."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import time

import pytest

from idp.domain.people.email import normalise


@pytest.mark.parametrize(
    "typed",
    [
        "victim@x.com",
        "VICTIM@x.com",
        "Victim@X.COM",
        "  victim@x.com ",
        "ｖictim＠x.com",
        "ｖｉｃｔｉｍ＠ｘ．ｃｏｍ",
        "victim﹫x.com",
        "𝓿𝓲𝓬𝓽𝓲𝓶@x.com",
        "ⓥⓘⓒⓣⓘⓜ@x.com",
        "victi\u2133@x.com",
    ],
)
def test_every_spelling_of_one_address_is_one_identity(typed: str) -> None:
    """G-11: and so one counter (G-05)."""
    assert normalise(typed) == "victim@x.com"


def test_the_kelvin_sign_is_normalised_to_k() -> None:
    assert normalise("\u212aate@x.com") == "kate@x.com"


@pytest.mark.parametrize(
    "typed",
    [
        "vıctim@x.com",
        "v\u0456ctim@x.com",
        "straße@x.com",
        "victim@straße.example",
        "vic\u0307tim@x.com",
        "victim@bücher.example",
        "victim@x\u3002com",
        "victi\u0660m@x.com",
    ],
)
def test_an_address_that_looks_like_another_is_refused(typed: str) -> None:
    """G-11: dotless i, Cyrillic, sharp s (which folds to ss), combining marks, the ideographic full stop."""
    with pytest.raises(ValueError, match="outside ASCII"):
        normalise(typed)


@pytest.mark.parametrize(
    "inside",
    [
        "\x00",
        "\n",
        "\r",
        "\t",
        "\x7f",
        "\x85",
        "\xa0",
        "\u00ad",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2028",
        "\u2060",
        "\u3000",
        "\ufeff",
        "\ue000",
        "\ud800",
    ],
)
@pytest.mark.parametrize("typed", ["vic{}tim@x.com", "victim@x{}.com", "{}victim@x.com", "victim@x.com{}", "victim@x.com{}evil"])
def test_invisible_characters_in_an_address_are_refused(typed: str, inside: str) -> None:
    """G-11: NUL, zero-width, bidirectional and all kinds of space. Plain spaces around the address are removed."""
    with pytest.raises(ValueError, match="invisible"):
        normalise(typed.format(inside))


@pytest.mark.parametrize("typed", ["vic tim@x.com", "victim @x.com", "victim@ x.com", "victim@x.com evil"])
def test_a_space_within_an_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="space"):
        normalise(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "victim",
        "victim@",
        "@x.com",
        "a@b@x.com",
        "a＠b@x.com",
        "a@@x.com",
        "victim@x.com.",
        "victim@.x.com",
        "victim@x..com",
        "victim@-x.com",
        "victim@x-.com",
        "victim@x_y.com",
        "victim@[192.0.2.1]",
        "victim@x.com#",
        "victim@x.com/y",
        "victim@x.com:80",
        ".victim@x.com",
        "victim.@x.com",
        "vic..tim@x.com",
        '"a b"@x.com',
        '"victim"@x.com',
        "victim(comment)@x.com",
        "Victim <victim@x.com>",
        "a,b@x.com",
        "a;b@x.com",
        "a:b@x.com",
        "a\\b@x.com",
        f"victim@{'a' * 64}.com",
    ],
)
def test_an_invalid_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"form name@domain|invisible"):
        normalise(typed)


@pytest.mark.parametrize(
    "typed", ["o'brien+shop@mail.x-y.example", "a#b@x.com", "USER#u1@x.com", "a@localhost", "a@xn--bcher-kva.example", "1@1.example"]
)
def test_unusual_addresses_are_accepted_unchanged(typed: str) -> None:
    """J-10: separators are escaped where keys are written and need not be forbidden here."""
    assert normalise(typed) == typed.lower()


def test_an_address_longer_than_smtp_allows_is_refused() -> None:
    """RFC 5321 §4.5.3.1. A text that is far too long is refused before it is normalised."""
    domain = ".".join(["d" * 60] * 3)
    assert normalise(f"{'a' * 64}@{domain}")
    for typed in (f"{'a' * 65}@x.com", f"a@{domain}.{'e' * 63}.{'f' * 10}", "a" * 100_000 + "@x.com", "\ufdfa" * 60 + "@x.com"):
        with pytest.raises(ValueError, match=r"too long|ASCII"):
            normalise(typed)


def test_a_hostile_run_of_marks_costs_little() -> None:
    """NFKC orders combining marks in quadratic time: seconds for 100,000 of them."""
    started = time.process_time()
    with pytest.raises(ValueError, match="too long"):
        normalise("\u0315\u0316" * 50_000)
    assert time.process_time() - started < 1


def test_a_refusal_does_not_repeat_the_address() -> None:
    """K-03: messages are shown in logs and pages."""
    with pytest.raises(ValueError, match="form") as refused:
        normalise("canary-in-the-mine")
    assert "canary" not in str(refused.value)
