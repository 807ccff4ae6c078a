"""Names and descriptions of OAuth scopes (RFC 6749 §3.3), which people see when an app asks for a scope of an API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.access.scope_text import ScopeText, ScopeWords
from idp.http.admin.context import Ctx, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected, ExpectedOrAbsent
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas import scope_texts as shapes
from idp.http.admin.scopes import needs

router = APIRouter(prefix=PREFIX + "/scopes", tags=["Scopes"], route_class=StrictRoute)
ScopeName = Annotated[
    str,
    Path(pattern="^[!#-\\[\\]-~]{1,128}$", description="The scope, as apps ask for it. Percent-encode characters that a path cannot have."),
]


@router.get("", response_model=shapes.ScopeTextPage, responses=refuses(), **needs("clients:read"))
def list_scope_texts(ctx: Ctx) -> Response:
    """List all texts by scope."""
    return reply({"items": [_serialise(each) for each in ctx.services.scope_text_service.listing(scope=ctx.scope)], "next_cursor": None})


@router.get("/{scope:path}", response_model=shapes.ScopeText, responses=refuses(404, ok=ETAG), **needs("clients:read"))
def get_scope_text(ctx: Ctx, scope: ScopeName) -> Response:
    """Get the texts of one scope."""
    found = ctx.services.scope_text_service.get(scope, scope=ctx.scope)
    return reply(_serialise(found), version=found.version)


@router.put("/{scope:path}", response_model=shapes.ScopeText, responses=refuses(412, 415, ok=ETAG), **needs("clients:write"))
def put_scope_text(ctx: Ctx, scope: ScopeName, new: shapes.NewScopeText, expected: ExpectedOrAbsent) -> Response:
    """Write the texts of a scope for the consent page and the account page. They replace the earlier texts and grant no scope."""
    translations = {language: _words(words) for language, words in new.translations.items()}
    made = ScopeText(scope, _words(new), new.language, translations)
    written = ctx.services.scope_text_service.put(made, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_serialise(written), version=written.version)


@router.delete("/{scope:path}", status_code=204, responses=refuses(404, 412), **needs("clients:write"))
def delete_scope_text(ctx: Ctx, scope: ScopeName, expected: Expected) -> Response:
    """Delete the texts of a scope. Pages show the bare scope again. Existing consents stay."""
    ctx.services.scope_text_service.delete(scope, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _words(sent: shapes.ScopeWords) -> ScopeWords:
    return ScopeWords(sent.name, sent.description, sent.resource)


def _serialise(it: ScopeText) -> dict[str, Any]:
    others = {language: asdict(words) for language, words in it.translations.items()}
    return {"scope": it.scope, **asdict(it.words), "language": it.language, "translations": others}
