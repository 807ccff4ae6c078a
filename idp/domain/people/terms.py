"""Terms that a person accepts when an account is created: those of the deployment, and those of the app that the person came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEPLOYMENT = "deployment"
"""The owner of the terms of the deployment. Terms of an app have the id of its client in its place."""
APP_PREFIX = "client:"
TERMS_FIELDS = ("terms", "app_terms")
"""The names of the checkboxes: of the deployment's terms, and of the app's."""


class Terms(NamedTuple):
    """Terms. `owner`: DEPLOYMENT, or APP_PREFIX and a client id. `version`: the version of the deployment's terms; the URI of an app's."""

    owner: str
    uri: str
    version: str

    @property
    def field(self) -> str:
        """Return the name of their checkbox in a form."""
        return TERMS_FIELDS[self.owner != DEPLOYMENT]


class Accepted(NamedTuple):
    """What a person accepted, and when (epoch seconds)."""

    owner: str
    version: str
    at: int


def record(terms: Iterable[Terms], now: int) -> dict[str, str]:
    """Return what is stored in the user: by owner, the time and the version."""
    return {each.owner: f"{now} {each.version}" for each in terms}


def read_stored(stored: Mapping[str, str]) -> list[Accepted]:
    """Return what the user accepted. Entries that cannot be read are left out."""
    pairs = ((owner, *value.partition(" ")[::2]) for owner, value in stored.items())
    return [Accepted(owner, version, int(at)) for owner, at, version in pairs if at.isascii() and at.isdigit()]
