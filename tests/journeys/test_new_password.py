"""Setting a password: the page says what is required, in words, before it is typed, while it is typed and after it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import heading, open_account

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.served_provider import ServedProvider


def test_the_page_says_what_is_required_before_it_is_typed(any_page: Page, idp: ServedProvider) -> None:
    """The sentence is tied to the field, so a screen reader reads it. It needs no JavaScript."""
    open_account(any_page, idp.issuer, idp.person())
    any_page.goto(idp.issuer + "/account/password")
    new = any_page.get_by_label("New password", exact=True)
    minimum = new.get_attribute("minlength")
    expect(new).to_have_accessible_description(
        f"At least {minimum} characters. A few words that only you would put together are better than symbols. "
        "Common passwords are refused, and those that are mostly your address or the name of this service."
    )


def test_the_page_says_while_typing_whether_it_is_enough(page: Page, idp: ServedProvider) -> None:
    """The words are in a live region, and they count characters as the server does: code points after NFKC."""
    open_account(page, idp.issuer, idp.person())
    page.goto(idp.issuer + "/account/password")
    heading(page, "Change your password")
    new, words = page.get_by_label("New password", exact=True), page.locator("#new_password-strength")
    minimum = int(new.get_attribute("minlength") or 0)
    expect(words).to_have_attribute("aria-live", "polite")
    expect(words).to_have_text("")
    for typed, sentence in (
        ("ab", f"Characters that are still needed: {minimum - 2}"),
        ("e\u0301" * (minimum - 1), "Characters that are still needed: 1"),
        ("\U0001f600" * (minimum - 2), "Characters that are still needed: 2"),
        ("a" * minimum, "Long enough, but it repeats itself. Other words would make it harder to guess."),
        ("123456789012345678901234567890", "Long enough, but it repeats itself. Other words would make it harder to guess."),
        ("otter raft lagoon"[:minimum], "Long enough. Another word would make it harder to guess."),
        ("eleven dry otters on a raft", "Long enough, and hard to guess if only you would put these words together."),
        ("", ""),
    ):
        new.fill(typed)
        expect(words).to_have_text(sentence)


def test_without_javascript_there_is_no_empty_region(browse: Browse, idp: ServedProvider) -> None:
    """Nothing of it is on the page then."""
    page = browse(javascript=False)
    open_account(page, idp.issuer, idp.person())
    page.goto(idp.issuer + "/account/password")
    expect(page.locator("#new_password-strength")).to_have_count(0)
