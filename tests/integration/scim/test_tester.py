"""scim2-tester, a test suite by other authors, finds nothing (RFC 7643, RFC 7644)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from scim2_client import BaseSyncSCIMClient
from scim2_tester import Status, check_server

from tests.integration.scim.provisioning import BASE
from tests.support.in_process import InProcess

if TYPE_CHECKING:
    from tests.integration.scim.provisioning import Directory, Provisioning


class Client(BaseSyncSCIMClient):
    """The client of the suite, in this process."""

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        headers = {"Authorization": f"Bearer {directory.token}"}
        self.http = httpx.Client(transport=InProcess(directory.world.app), base_url=BASE, headers=headers)

    def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        return self.http.request(method, url, **kwargs)

    def _stays_under_base_url(self, endpoint: str) -> bool:
        return str(self.http.build_request("GET", endpoint).url).startswith(BASE)

    def _parse_json(self, response: Any) -> Any:
        return response.json()


@pytest.mark.parametrize("strict", [False, True])
def test_scim2_tester_passes_whole(scim: Provisioning, strict: bool) -> None:
    """Also for a client whose unknown attributes are refused."""
    results = check_server(Client(scim.directory(reject_unknown=strict)), raise_exceptions=False)
    bad = [each for each in results if each.status not in {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}]
    assert len(results) > 100
    assert [(each.title, each.reason) for each in bad] == []
