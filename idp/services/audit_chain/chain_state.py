"""The state of the audit chain, for admins: the last signed head, and the result of the last verification. It verifies no event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.audit.head import HOUR, start_of
from idp.services.audit_chain.signing import read_head

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.audit.head import Head
    from idp.domain.clock import Clock
    from idp.services.audit_chain.signing import HeadSigner
    from idp.store.audit_chain import AuditChain
    from idp.store.audit_verification import AuditVerifications, LastVerification

_PATIENCE = 2 * HOUR
"""Seconds after its end within which an hour must be sealed, as for a verification."""


class StateOfChain(NamedTuple):
    """`sealed`: whether an hour was. `head`: of the last sealed hour; None without one, and if it is not signed by this deployment.

    `late`: hours that should be sealed and are not. `verified`: what the last verification found, None if none is stored.
    """

    sealed: bool
    head: Head | None
    late: int
    verified: LastVerification | None


class ChainState:
    """Reads the state, by two calls."""

    def __init__(self, chain: AuditChain, verifications: AuditVerifications, signer: HeadSigner, clock: Clock) -> None:
        self._chain, self._verifications, self._signer, self._clock = chain, verifications, signer, clock

    def read(self, *, scope: Scope) -> StateOfChain:
        """Return the state now.

        Raises:
            Forbidden: the caller administers less than the deployment.
        """
        scope.require_deployment()
        signed = self._chain.last_head()
        head = read_head(signed, self._signer.public) if signed else None
        late = max(0, (self._clock() - _PATIENCE - start_of(head.hour)) // HOUR) if head else 0
        return StateOfChain(signed is not None, head, late, self._verifications.last())
