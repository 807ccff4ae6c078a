"""GET /upstream/<connection>/metadata.xml: our SAML metadata for the identity provider of a connection. It has nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from idp.domain.connections.connection import SAML
from idp.domain.errors import PageError
from idp.domain.message import Message
from idp.http.services import services
from idp.services.upstream.saml.own_metadata import MEDIA_TYPE, own_metadata

if TYPE_CHECKING:
    from starlette.requests import Request


def show(request: Request) -> Response:
    """The metadata. Another kind of connection has none."""
    s = services(request)
    found = s.sign_in_connections.get(request.path_params["connection"])
    if found is None or found.type != SAML:
        raise PageError("not_found", Message("upstream.unknown"), status=404)
    return Response(own_metadata(found, found.redirect_uri(s.settings.issuer)), media_type=MEDIA_TYPE)
