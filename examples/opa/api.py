"""An API that accepts the provider's tokens and lets OPA decide: ISSUER=… AUDIENCE=… OPA=… uvicorn api:app"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request

from examples.opa.opa_decider import OpaDecider
from idp.verify.decisions import Action, Question, Resource, Subject, combine
from idp.verify.fastapi import Require
from idp.verify.token import Token
from idp.verify.verifier import Verifier

DOCUMENTS: dict[str, dict[str, Any]] = {
    "plan": {"owner": "olga", "department": "finance", "classification": "internal"},
    "merger": {"owner": "olga", "department": "board", "classification": "secret"},
}
METHODS = {"GET": "read", "PUT": "write", "DELETE": "delete"}

verifier = Verifier(issuer=os.environ["ISSUER"], audience=os.environ["AUDIENCE"], jwks_uri=os.environ.get("JWKS_URI", ""))
decider = combine(OpaDecider(os.environ["OPA"]))
app = FastAPI()
Known = Annotated[Token, Depends(Require(verifier))]


@app.api_route("/documents/{name}", methods=list(METHODS))
def document(request: Request, name: str, token: Known) -> dict[str, Any]:
    """Return a document if OPA allows this token to read it. A missing document is refused like a forbidden one."""
    paper = DOCUMENTS.get(name, {})
    context = {"time": datetime.now(UTC).isoformat(), "ip_address": request.client.host if request.client else ""}
    asked = Question(Subject.of(token.claims), Action(METHODS[request.method]), Resource("document", name, paper), context)
    decision = decider.decide(asked)
    if not decision.allowed:
        raise HTTPException(403, decision.reason)
    return {"name": name, **paper}
