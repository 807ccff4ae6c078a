"""The admin console behind API Gateway, in a function of its own: the paths /console and /console/…. Deployed only with `console=on`."""

from __future__ import annotations

from idp.functions import cold_start  # isort: split

from typing import Any

from mangum import Mangum

from idp import settings
from idp.functions.http_api import HttpApi
from idp.http.app import build_console
from idp.wiring import build_services

services = build_services(settings.load())
app: Any = build_console(services)  # Starlette's type of an app is wider than Mangum's
handler = Mangum(app, lifespan="off", custom_handlers=[HttpApi], text_mime_types=["text/", "application/json"])
cold_start.over()
