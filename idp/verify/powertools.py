"""Middleware for the event handler of AWS Lambda Powertools, for one route or for all. `functions.require` around the handler works too.

@app.get("/orders", middlewares=[required(verifier, scopes=["orders:read"])])
def orders(): return {"for": current_token().subject}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from idp.verify.decisions import Decider
from idp.verify.functions import require
from idp.verify.gateway.rules import Rules
from idp.verify.verifier import Verifier


def required(
    verifier: Verifier, *, rules: Rules | None = None, decider: Decider | None = None, **needs: Iterable[str] | int | None
) -> Callable[[Any, Callable[[Any], Any]], Any]:
    """The middleware. Its arguments are those of `functions.require`."""
    guard = require(verifier, rules=rules, decider=decider, **needs)

    def middleware(app: Any, next_middleware: Callable[[Any], Any]) -> Any:
        entered: list[Any] = []

        def route(event: dict[str, Any], context: Any) -> None:
            del event, context
            entered.append(next_middleware(app))

        answer = guard(route)(app.current_event.raw_event, app.lambda_context)
        if entered:
            return entered[0]
        from aws_lambda_powertools.event_handler import Response  # installed in the function; this module can be imported without it

        return Response(status_code=answer["statusCode"], headers=answer["headers"], body=answer["body"])

    return middleware
