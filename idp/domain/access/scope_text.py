"""The texts that pages show for an OAuth scope of an API (RFC 6749 §3.3), in several languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.languages import best

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class ScopeWords:
    """The name and the description of an OAuth scope in one language. `resource`: the API or app that the scope opens, or empty."""

    name: str
    description: str = ""
    resource: str = ""


@dataclass(frozen=True)
class ScopeText:
    """The texts of one OAuth scope. `language`: the language of `words`. `translations`: the words in other languages, by language tag."""

    scope: str
    words: ScopeWords
    language: str = "en"
    translations: Mapping[str, ScopeWords] = field(default_factory=dict)
    version: int = 1

    def for_reader(self, wanted: Iterable[str]) -> tuple[ScopeWords, str]:
        """Return the words in the first of the wanted languages that there is, and that language. The default is the text of `language`."""
        found = best(wanted, (self.language, *self.translations))
        if found is None or found == self.language:
            return self.words, self.language
        return self.translations[found], found
