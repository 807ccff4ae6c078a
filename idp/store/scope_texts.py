"""Texts of scopes (`directory`), written by admins. They are few and in one partition."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.access.scope_text import ScopeText, ScopeWords
from idp.store import app_keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database


class ScopeTextItem(DirectoryItem):
    """The texts of a scope."""

    kind_name = "scope_text"
    scope = UnicodeAttribute()
    texts = ObjectAttribute()
    version = NumberAttribute(default=1)

    def scope_text(self) -> ScopeText:
        """Convert it to the domain's class."""
        stored = self.texts
        others = {language: ScopeWords(**words) for language, words in stored["translations"].items()}
        return ScopeText(self.scope, ScopeWords(**stored["words"]), stored["language"], others, int(self.version))

    def check(self) -> None:
        """Raise ValueError or TypeError if the item cannot be converted."""
        super().check()
        self.scope_text()


class ScopeTexts:
    """Reads and writes the texts of scopes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, made: ScopeText) -> bool:
        """Write the texts instead of the version before, or as the first version. False if another writer was faster."""
        texts = {name: value for name, value in asdict(made).items() if name not in {"scope", "version"}}
        key = app_keys.scope_text(made.scope)
        last = ScopeTextItem.pk.does_not_exist() if made.version == 1 else ScopeTextItem.version == made.version - 1
        return self._db.put(ScopeTextItem.new(key, scope=made.scope, texts=texts, version=made.version), last) is None

    def of(self, scopes: Iterable[str]) -> dict[str, ScopeText]:
        """The texts of the scopes that have some, by scope. One call for up to 100 scopes; no call without scopes."""
        wanted = [(ScopeTextItem, app_keys.scope_text(scope)) for scope in dict.fromkeys(scopes)]
        return {item.scope: item.scope_text() for item in self._db.batch_get(*wanted) if item} if wanted else {}

    def all(self) -> list[ScopeText]:
        """All texts, sorted by scope."""
        return [item.scope_text() for item in ScopeTextItem.readable(self._db.query_all("directory", app_keys.SCOPE_TEXTS))]

    def delete(self, made: ScopeText) -> bool:
        """Remove the texts. False if they do not exist, or were changed since they were read."""
        return self._db.delete(ScopeTextItem, app_keys.scope_text(made.scope), ScopeTextItem.version == made.version) is None
