"""Texts of scopes (`directory`), written by admins: few, and listed together."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.access.scope_text import ScopeText, ScopeWords
from idp.store import keys
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
        """As the domain sees it."""
        told = self.texts
        others = {language: ScopeWords(**words) for language, words in told["translations"].items()}
        return ScopeText(self.scope, ScopeWords(**told["words"]), told["language"], others, int(self.version))

    def check(self) -> None:
        """Find an item that cannot be read when it is read, not later."""
        super().check()
        self.scope_text()


class ScopeTexts:
    """Facts about the texts of scopes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, made: ScopeText) -> bool:
        """Write it in the place of the version before it, or as the first: False when somebody else was faster."""
        texts = {name: value for name, value in asdict(made).items() if name not in {"scope", "version"}}
        key = keys.scope_text(made.scope)
        last = ScopeTextItem.pk.does_not_exist() if made.version == 1 else ScopeTextItem.version == made.version - 1
        return self._db.put(ScopeTextItem.new(key, scope=made.scope, texts=texts, version=made.version), last) is None

    def of(self, scopes: Iterable[str]) -> dict[str, ScopeText]:
        """The texts of those of these scopes that have some. One call for up to 100 scopes, and none for no scope."""
        wanted = [(ScopeTextItem, keys.scope_text(scope)) for scope in dict.fromkeys(scopes)]
        return {item.scope: item.scope_text() for item in self._db.batch_get(*wanted) if item} if wanted else {}

    def all(self) -> list[ScopeText]:
        """All texts, by scope."""
        return [item.scope_text() for item in ScopeTextItem.readable(self._db.query_all("directory", keys.SCOPE_TEXTS))]

    def delete(self, made: ScopeText) -> bool:
        """Forget it; False when it is gone, or somebody changed it since it was read."""
        return self._db.delete(ScopeTextItem, keys.scope_text(made.scope), ScopeTextItem.version == made.version) is None
