"""What people read about a scope of an API (RFC 6749 §3.3) instead of its bare name, in several languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.languages import best

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class ScopeWords:
    """The name and the description of a scope in one language. `resource`: the API or app that the scope opens, or empty."""

    name: str
    description: str = ""
    resource: str = ""


@dataclass(frozen=True)
class ScopeText:
    """The texts of one scope. `language`: the language of `words`; `translations`: the same in others, by language tag."""

    scope: str
    words: ScopeWords
    language: str = "en"
    translations: Mapping[str, ScopeWords] = field(default_factory=dict)
    version: int = 1

    def for_reader(self, wanted: Iterable[str]) -> tuple[ScopeWords, str]:
        """The words in the language that is wanted most, and that language; the text of `language` where none is there."""
        found = best(wanted, (self.language, *self.translations))
        if found is None or found == self.language:
            return self.words, self.language
        return self.translations[found], found
