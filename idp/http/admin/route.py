"""How each route reads its request: first the OAuth scope, then the known query parameters, each once, then one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.domain.messages import render
from idp.http.admin import scopes
from idp.http.admin.names import show_name
from idp.http.admin.strict_json import parse
from idp.http.request import MAX_BODY

if TYPE_CHECKING:
    from fastapi.dependencies.models import Dependant

MERGE_PATCH = "application/merge-patch+json"
JSON = "application/json"


class StrictRequest(Request):
    """A request whose JSON was parsed strictly before FastAPI reads it."""

    parsed: Any = None

    async def json(self) -> Any:
        return self.parsed


class StrictRoute(APIRoute):
    """A route that refuses unknown input instead of ignoring it. The name of its function is its operationId in the OpenAPI document."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **{**options, "generate_unique_id_function": _name})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        needed, parameters, has_body = (
            scopes.read_required_scopes(self.openapi_extra),
            frozenset(_query_names(self.dependant)),
            self.body_field is not None,
        )

        async def strict(request: Request) -> Response:
            scopes.check(request, needed)
            _check_query(request, parameters)
            strict_request = StrictRequest(request.scope, request.receive)
            strict_request.parsed = _read(request, await strict_request.body(), has_body=has_body)
            return await handle(strict_request)

        return strict


def _name(route: APIRoute) -> str:
    return route.name


def _query_names(dependant: Dependant) -> list[str]:
    own = [field.alias for field in dependant.query_params]
    return own + [name for each in dependant.dependencies for name in _query_names(each)]


def _check_query(request: Request, known: frozenset[str]) -> None:
    names = Counter(name for name, _ in request.query_params.multi_items())
    for name, count in names.items():
        if name not in known:
            if named := show_name(name):
                raise Invalid("query.unknown_name", name=named, field=named)
            raise Invalid("query.unknown")
        if count > 1:
            raise Invalid("query.repeated", name=name, field=name)


def _read(request: Request, body: bytes, *, has_body: bool) -> Any:
    if len(body) > MAX_BODY:
        raise HTTPException(413)
    if not body:
        return None
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    accepted = (MERGE_PATCH, JSON) if request.method == "PATCH" else (JSON,)
    if given not in accepted:
        raise HTTPException(
            415,
            render(Message("request.media_type", types=" or ".join(accepted))),
            headers={"Accept-Patch" if request.method == "PATCH" else "Accept-Post": ", ".join(accepted)},
        )
    value = parse(body)
    if not has_body and value != {}:
        raise Invalid("request.has_body")
    return value
