"""Which algorithm signs a JWT for a client (OIDC Core §15.1, FAPI 2.0 Security Profile §5.4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.fapi import ALGORITHMS
from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.apps.client import Client


def signing_alg(client: Client, chosen: str | None, available: Collection[str]) -> str:
    """Return the algorithm that signs a JWT for this client. No other code decides this.

    `chosen`: the algorithm that the client registered for this kind of answer, or None. `available`: the algorithms that the deployment
    offers. A FAPI client that registered no algorithm, or one that is not available, gets the first algorithm of its profile that the
    deployment offers (FAPI 2.0 Security Profile §5.4.1). Any other client gets the algorithm that it chose, or RS256 (OIDC Core §15.1).

    Raises:
        Unavailable: the deployment offers no algorithm that the client's profile allows.
    """
    if not client.is_fapi:
        return chosen or "RS256"
    allowed = [alg for alg in ALGORITHMS if alg in available]
    if not allowed:
        raise Unavailable(detail=f"a FAPI client needs one of {', '.join(ALGORITHMS)} among IDP_SIGNING_ALGORITHMS")
    return chosen if chosen in allowed else allowed[0]
