"""All services of a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.wiring.protocol import ProtocolServices

if TYPE_CHECKING:
    from idp.oauth.provider import Provider
    from idp.wiring.admin.declared import DeclaredServices
    from idp.wiring.admin.imports import ImportServices
    from idp.wiring.admin.organisation_connections import OrganisationConnectionServices
    from idp.wiring.doctor import DoctorServices
    from idp.wiring.hooks import HookServices
    from idp.wiring.organisations import OrganisationServices
    from idp.wiring.people.organisations import OrganisationSignInServices
    from idp.wiring.people.upstream import UpstreamServices
    from idp.wiring.scim import ScimServices
    from idp.wiring.stream import StreamServices

    class Concerns(
        UpstreamServices, ScimServices, ImportServices, DeclaredServices, StreamServices, OrganisationConnectionServices,
        OrganisationServices, OrganisationSignInServices, HookServices, DoctorServices,
    ):  # fmt: skip
        """What mypy sees: all concerns as base classes. It checks them against `idp.http.interfaces` and `Provider`."""

else:

    class Concerns(ProtocolServices):
        """What runs: the protocol. Other concerns are imported when one of their services is first used."""

        def __getattr__(self, name: str) -> Any:
            from idp.wiring.concerns import find

            found = None if name.startswith("__") else find(name)
            if found is None:
                raise AttributeError(name, name=name, obj=self)
            return found.__get__(self, type(self))


class AllServices(Concerns):
    """Protocol, pages, admin API, command line and jobs. A new concern is a row of `idp.wiring.concerns`, and a base of `Concerns`."""

    @property
    def provider(self) -> Provider:
        """These services under the interface that `idp.oauth` needs."""
        return self
