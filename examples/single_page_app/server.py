"""The app's site and its API, on one machine: APP=http://localhost:8002 ISSUER=… CLIENT_ID=… uvicorn examples.single_page_app.server:app

In production the files are in a bucket behind a CDN, and the API has another address, so it needs CORS.
"""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse

from examples.fastapi_service.app import app as api

HERE = Path(__file__).parent
LIBRARY = os.environ["OIDC_CLIENT_TS"]  # node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js

# The app's own site may call, with these headers. Tokens come in a header, so cookies are not needed.
api.add_middleware(
    CORSMiddleware, allow_origins=[os.environ["APP"]], allow_methods=["GET", "PUT"], allow_headers=["Authorization"],
    expose_headers=["WWW-Authenticate"],
)  # fmt: skip

app = FastAPI()


@app.get("/settings.json")
def settings() -> dict[str, str]:
    """Return the app's configuration. None of it is secret."""
    return {"issuer": os.environ["ISSUER"], "client_id": os.environ["CLIENT_ID"], "api": os.environ["AUDIENCE"]}


@app.get("/{name:path}")
def file(name: str) -> FileResponse:
    """Serve the page, its script and the library."""
    known = {"": HERE / "index.html", "app.js": HERE / "app.js", "oidc-client-ts.min.js": Path(LIBRARY)}
    return FileResponse(known[name] if name in known else HERE / "index.html")
