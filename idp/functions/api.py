"""The provider behind API Gateway. All wiring happens at import, which Lambda does once per execution environment."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from mangum import Mangum

from idp import settings
from idp.functions.http_api import HttpApi
from idp.wiring import build_app

TEXT = ["text/", "application/json", "application/problem+json", "application/jwk-set+json", "image/svg+xml"]
RARE = [
    "idp.http.account", "idp.http.admin.app", "idp.services.jose", "idp.adapters.kms", "argon2", "authlib.oauth2.rfc6749",
    "idp.adapters.fetch_function", "idp.services.client_keys", "idp.oauth.client_methods.private_key_jwt", "idp.oauth.dpop",
]  # fmt: skip
"""They load at their first use; with SnapStart before the snapshot. Code only: keys and connections are made after a restore."""

if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    for module in RARE:
        import_module(module)

known = settings.load()
app: Any = build_app(known, in_place=True)  # Starlette's type of an app is wider than Mangum's
handler = Mangum(app, lifespan="off", custom_handlers=[HttpApi], text_mime_types=TEXT)
