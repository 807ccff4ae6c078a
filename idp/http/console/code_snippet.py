"""Fills the ready code of a framework with the values of an app.

Names and addresses of apps are chosen by others, also by apps that register themselves, and an admin runs what this page shows. So every
value is a literal of the language of the file: JSON's strings are literals of JavaScript, Python and Go; a shell gets quoted words.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.apps.redirect_uri import is_loopback
from idp.domain.requests.scope import STANDARD
from idp.http.console.try_state import CALLBACK as TRY_CALLBACK
from idp.http.pages import environment

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.http.console.code_frameworks import Framework
    from idp.settings import Settings

CALLBACK = "http://localhost:3000/callback"
LOOPBACK = "http://127.0.0.1/callback"
API = "https://api.example.com"
_WANTED = ("openid", "profile", "email")


def render_code(framework: Framework, client: Client, settings: Settings) -> str:
    """Return the file."""
    shell = framework.template.endswith(".sh")
    values = {name: _literal(value, shell=shell) for name, value in _values(framework, client, settings).items()}
    template = environment().get_template(f"console/code/{framework.template}.jinja")
    facts = {
        "by_post": "client_secret_post" in client.auth_methods and "client_secret_basic" not in client.auth_methods,
        "insecure": settings.issuer.startswith("http:"), "has_secret": not client.is_public, "port": port_of(client),
        "listen": json.dumps(f"127.0.0.1:{port_of(client)}"), "algorithms": json.dumps(settings.algorithms),
    }  # fmt: skip
    return template.render(values | facts) + "\n"


def redirect_of(client: Client, framework: Framework | None = None) -> str:
    """Return the redirect URI that the code of a web app or a single-page app uses, or one to register.

    A server has other routes, so its URI needs a path; a single-page app may come back to its first page. The address of "Try it" is the
    console's, not the app's.
    """
    first_page = framework is not None and "spa" in framework.kinds
    fitting = (uri for uri in client.redirect_uris if uri.startswith("http") and not uri.endswith(TRY_CALLBACK))
    return next((uri for uri in fitting if first_page or urlsplit(uri).path not in {"", "/"}), CALLBACK)


def loopback_of(client: Client) -> str:
    """Return the redirect URI that the code of a program on the person's own machine uses (RFC 8252 §7.3)."""
    return next((uri for uri in client.redirect_uris if is_loopback(uri) and not uri.endswith(TRY_CALLBACK)), LOOPBACK)


def audience_of(client: Client) -> str:
    """Return the address of the API that accepts tokens: as the app is registered, or an example."""
    return next(iter((*client.introspects, *client.resources)), API)


def port_of(client: Client) -> int:
    """Return the port of the app on the machine where it runs."""
    redirect = redirect_of(client)
    return (urlsplit(redirect).port or 80) if is_loopback(redirect) else 3000


def _values(framework: Framework, client: Client, settings: Settings) -> dict[str, str]:
    issuer, redirect, api = settings.issuer, redirect_of(client, framework), audience_of(client)
    at = urlsplit(api)
    return {
        "issuer": issuer, "discovery": f"{issuer}/.well-known/openid-configuration", "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks", "client_id": client.id, "redirect_uri": redirect, "path": urlsplit(redirect).path,
        "host": urlsplit(redirect).hostname or "", "loopback": loopback_of(client),
        "scope": " ".join(scope for scope in _WANTED if scope == "openid" or scope in client.scopes),
        "api_scope": " ".join(scope for scope in client.scopes if scope not in STANDARD),
        "audience": next(iter(client.resources), ""), "api": api, "api_path": at.path or "/", "api_host": at.netloc,
        "api_origin": f"{at.scheme}://{at.netloc}",
        "secret_method": next((name for name in client.auth_methods if name.startswith("client_secret")), "client_secret_basic"),
    }  # fmt: skip


def _literal(value: str, *, shell: bool) -> str:
    """Return a value as a literal; empty if there is none, so that a template can ask."""
    if not value:
        return ""
    return shlex.quote(value) if shell else json.dumps(value)
