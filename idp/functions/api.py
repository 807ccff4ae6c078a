"""The provider behind API Gateway. All wiring happens at import, which Lambda does once per execution environment."""

from __future__ import annotations

from idp.functions import cold_start  # isort: split

from typing import Any

from mangum import Mangum

from idp import settings
from idp.functions import snapshot
from idp.functions.http_api import HttpApi
from idp.http.app import build
from idp.wiring import build_services

TEXT = ["text/", "application/json", "application/problem+json", "application/jwk-set+json", "image/svg+xml"]

if snapshot.is_wanted():
    snapshot.load()

services = build_services(settings.load())
if snapshot.is_wanted():
    snapshot.after_restore(services.keyring.jwks)

app: Any = build(services, in_place=True)  # Starlette's type of an app is wider than Mangum's
handler = Mangum(app, lifespan="off", custom_handlers=[HttpApi], text_mime_types=TEXT)
cold_start.over()
