"""What SCIM needs of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.http.interfaces.common import CommonServices

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Kind
    from idp.domain.scim.client import ScimClient
    from idp.services.scim.callers import ScimCallers
    from idp.services.scim.groups import ScimGroups
    from idp.services.scim.people import ScimPeople
    from idp.services.scim.searching import Searching
    from idp.services.scim.sources import GroupSource, PeopleSource


class ScimServices(CommonServices, Protocol):
    """The endpoints of `idp.http.scim`."""

    @property
    def scim_callers(self) -> ScimCallers: ...

    @property
    def scim_people(self) -> ScimPeople: ...

    @property
    def scim_groups(self) -> ScimGroups: ...

    @property
    def scim_searching(self) -> Searching: ...

    def scim_source_of_people(self, client: ScimClient, kind: Kind) -> PeopleSource: ...

    def scim_source_of_groups(self, client: ScimClient) -> GroupSource: ...
