"""Texts of OAuth scopes, as admins write them. The consent page and the account page show them instead of the bare scope."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.own_scopes import OWN
from idp.domain.connections.kept_tokens import SCOPE_PREFIX
from idp.domain.errors import Invalid, NotFound, PreconditionFailed
from idp.domain.languages import is_tag
from idp.domain.readable_text import is_name, is_readable
from idp.domain.versions import ABSENT

if TYPE_CHECKING:
    from idp.domain.access.scope_text import ScopeText, ScopeWords
    from idp.domain.access.tenancy import Scope
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.scope_texts import ScopeTexts

MOST = 100
"""The maximum number of OAuth scopes with texts."""


class ScopeTextService:
    """Writes, lists and deletes texts."""

    def __init__(self, texts: ScopeTexts, audit: Audit) -> None:
        self._texts, self._audit = texts, audit

    def listing(self, *, scope: Scope) -> list[ScopeText]:
        """Return all texts by OAuth scope."""
        scope.require_deployment()
        return self._texts.all()

    def get(self, oauth_scope: str, *, scope: Scope) -> ScopeText:
        """Return the texts of an OAuth scope.

        Raises:
            NotFound: the scope has no texts.
        """
        scope.require_deployment()
        found = self._texts.of([oauth_scope]).get(oauth_scope)
        if found is None:
            raise NotFound("scope_text.unknown")
        return found

    def put(self, made: ScopeText, *, scope: Scope, by: Actor, expected: frozenset[int] | None = None) -> ScopeText:
        """Write the texts of an OAuth scope. They replace those that it has.

        Raises:
            Invalid: the provider has texts of its own for the scope, a text or a language tag is not valid, or there are too many.
            PreconditionFailed: the stored texts have another version, or changed meanwhile.
        """
        scope.require_deployment()
        _check(made)
        before = self._texts.of([made.scope]).get(made.scope)
        if expected is not None and (before.version if before else ABSENT) not in expected:
            raise PreconditionFailed("resource.changed")
        if before is None and len(self._texts.all()) >= MOST:
            raise Invalid("scope_text.too_many", maximum=MOST)
        written = replace(made, version=before.version + 1 if before else 1)
        if not self._texts.put(written):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("scope_text.updated" if before else "scope_text.created", by, target=made.scope, scope=scope)
        return written

    def delete(self, oauth_scope: str, *, scope: Scope, by: Actor, expected: frozenset[int] | None = None) -> None:
        """Delete the texts. Pages show the bare scope again. Existing consents stay.

        Raises:
            NotFound: the scope has no texts.
            PreconditionFailed: the stored texts have another version.
        """
        scope.require_deployment()
        found = self.get(oauth_scope, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        if not self._texts.delete(found):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("scope_text.deleted", by, target=oauth_scope, scope=scope)


def _check(made: ScopeText) -> None:
    if made.scope in OWN or made.scope.startswith(("claim:", SCOPE_PREFIX)):
        raise Invalid("scope_text.own_scope", field="scope")
    if not is_tag(made.language):
        raise Invalid("scope_text.not_language", field="language")
    seen = {made.language.lower()}
    _check_words(made.words, "")
    for language, words in made.translations.items():
        if not is_tag(language):
            raise Invalid("scope_text.name_not_language", field="translations")
        if language.lower() in seen:
            raise Invalid("scope_text.same_language", language=language, field="translations")
        seen.add(language.lower())
        _check_words(words, f"translations.{language}.")


def _check_words(words: ScopeWords, where: str) -> None:
    if not is_name(words.name):
        raise Invalid("scope_text.name_malformed", field=f"{where}name")
    for member in ("description", "resource"):
        if not is_readable(getattr(words, member)):
            raise Invalid("scope_text.not_readable", field=where + member)
