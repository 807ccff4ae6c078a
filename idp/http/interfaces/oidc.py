"""What the protocol's endpoints need of the deployment, beside the functions of `idp.oauth`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.http.interfaces.common import CommonServices

if TYPE_CHECKING:
    from idp.services.apps.detail_type_names import OfferedTypes
    from idp.services.tokens.issuing import Tokens
    from idp.store.sessions import Sessions


class OidcServices(CommonServices, Protocol):
    """The endpoints of OAuth and OpenID Connect."""

    @property
    def sessions(self) -> Sessions: ...

    @property
    def tokens(self) -> Tokens: ...

    @property
    def offered_types(self) -> OfferedTypes: ...
