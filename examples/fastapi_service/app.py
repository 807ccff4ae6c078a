"""Orders, for whoever has a token of the provider: ISSUER=… AUDIENCE=… BASE_URL=… uvicorn examples.fastapi_service.app:app"""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import Depends, FastAPI

from idp.verify import Token, Verifier
from idp.verify.fastapi import Require

# One for the process: it keeps the issuer's keys in memory, and fetches them again when there are new ones.
verifier = Verifier(issuer=os.environ["ISSUER"], audience=os.environ["AUDIENCE"])
# Where callers reach this service; proofs of tokens that are bound to a key (DPoP) are compared with it, and no header is believed.
HERE = os.environ["BASE_URL"]

Reader = Annotated[Token, Depends(Require(verifier, base_url=HERE, scopes=["orders:read"]))]
Writer = Annotated[Token, Depends(Require(verifier, base_url=HERE, scopes=["orders:write"]))]
Careful = Annotated[Token, Depends(Require(verifier, base_url=HERE, scopes=["orders:write"], acr=["aal2"], max_age=300))]
"""A person who used a second factor, and no longer ago than five minutes."""

app = FastAPI()
orders: dict[str, str] = {}


@app.get("/orders")
def list_orders(token: Reader) -> dict[str, list[str]]:
    """Those of whoever asks."""
    return {"orders": sorted(name for name, owner in orders.items() if owner == token.subject)}


@app.put("/orders/{name}")
def put_order(name: str, token: Writer) -> dict[str, str]:
    """A new one."""
    return {"order": name, "owner": orders.setdefault(name, token.subject)}


@app.delete("/orders/{name}")
def delete_order(name: str, token: Careful) -> dict[str, bool]:
    """One's own, and no other."""
    return {"deleted": orders.get(name) == token.subject and orders.pop(name, None) is not None}
