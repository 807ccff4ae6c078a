"""The provider behind API Gateway. All wiring happens at import, which Lambda does once per execution environment."""

from __future__ import annotations

from typing import Any

from mangum import Mangum

from idp import settings
from idp.functions import snapshot
from idp.functions.http_api import HttpApi
from idp.wiring import build_app

TEXT = ["text/", "application/json", "application/problem+json", "application/jwk-set+json", "image/svg+xml"]

if snapshot.wanted():
    snapshot.load()

known = settings.load()
app: Any = build_app(known, in_place=True)  # Starlette's type of an app is wider than Mangum's
handler = Mangum(app, lifespan="off", custom_handlers=[HttpApi], text_mime_types=TEXT)
