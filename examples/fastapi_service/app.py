"""An orders API for callers with a token of the provider: ISSUER=… AUDIENCE=… BASE_URL=… uvicorn examples.fastapi_service.app:app"""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import Depends, FastAPI

from idp.verify import Token, Verifier
from idp.verify.fastapi import Require

# One per process: it keeps the issuer's keys in memory, and fetches them again when they change.
verifier = Verifier(issuer=os.environ["ISSUER"], audience=os.environ["AUDIENCE"])
# The address of this service for callers. Proofs of tokens bound to a key (DPoP) are compared with it; no header is used.
HERE = os.environ["BASE_URL"]

Reader = Annotated[Token, Depends(Require(verifier, base_url=HERE, scopes=["orders:read"]))]
Writer = Annotated[Token, Depends(Require(verifier, base_url=HERE, scopes=["orders:write"]))]
Careful = Annotated[Token, Depends(Require(verifier, base_url=HERE, scopes=["orders:write"], acr=["aal2"], max_age=300))]
"""Require a second factor, used in the last five minutes."""

app = FastAPI()
orders: dict[str, str] = {}


@app.get("/orders")
def list_orders(token: Reader) -> dict[str, list[str]]:
    """Return the caller's orders."""
    return {"orders": sorted(name for name, owner in orders.items() if owner == token.subject)}


@app.put("/orders/{name}")
def put_order(name: str, token: Writer) -> dict[str, str]:
    """Create an order."""
    return {"order": name, "owner": orders.setdefault(name, token.subject)}


@app.delete("/orders/{name}")
def delete_order(name: str, token: Careful) -> dict[str, bool]:
    """Return one of the caller's own orders."""
    return {"deleted": orders.get(name) == token.subject and orders.pop(name, None) is not None}
