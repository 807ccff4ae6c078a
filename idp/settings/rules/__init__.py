"""What each value may be: a module for each concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.settings.rules import audit, hashing, mail, passkeys, protocol, service, sign_in, sign_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.settings.settings import Settings

_CONCERNS = (service, passkeys, hashing, sign_in, protocol, sign_up, mail, audit)


def problems(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each wrong setting, which says what to set."""
    for concern in _CONCERNS:
        yield from (sentence for holds, sentence in concern.rules(settings) if not holds)
