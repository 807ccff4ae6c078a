"""The unchanged MCP server of examples/mcp_server on loopback, and the provider whose tokens it accepts (RFC 9728, RFC 8707, RFC 9068).

with mcp_server(quick_endpoint, folder=tmp_path) as (idp, address):     # "http://localhost:PORT/mcp"
    …
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from examples.mcp_server.app import SCOPE, build
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SCOPE", "mcp_server"]


@contextlib.contextmanager
def mcp_server(endpoint: str, *, folder: Path, **settings: Any) -> Iterator[tuple[ServedProvider, str]]:
    """The provider, and the server's address, until the `with` ends. The provider lets any client ask for tokens for it."""
    started: list[ServedProvider] = []
    with contextlib.ExitStack() as stack:

        def both(origin: str) -> Any:
            own = {"registration_resources": origin + "/mcp", "registration_scopes": f"openid offline_access {SCOPE}", **settings}
            idp = stack.enter_context(served_provider(endpoint, folder=folder, **own))
            started.append(idp)
            return build(idp.issuer, origin + "/mcp")

        with site(both) as origin:
            yield started[0], origin + "/mcp"
