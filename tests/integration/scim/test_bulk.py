"""Bulk requests (RFC 7644 §3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.services.scim import bulk_references
from idp.services.scim.bulk_references import named_in
from tests.integration.scim.provisioning import GROUP, USER

if TYPE_CHECKING:
    import pytest

    from tests.integration.scim.provisioning import Directory, Provisioning


def bulk(directory: Directory, *operations: dict[str, Any], **members: Any) -> Any:
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": list(operations), **members}
    return directory.call("POST", "/Bulk", body)


def person(name: str, bulk_id: str) -> dict[str, Any]:
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {"schemas": [USER], "userName": name}}


def test_operations_refer_to_each_other_in_any_order(scim: Provisioning) -> None:
    """A group names people that a later operation makes; a PATCH names what a POST made."""
    directory = scim.directory()
    group = {"schemas": [GROUP], "displayName": "Staff", "members": [{"value": "bulkId:ada"}, {"value": "bulkId:bob"}]}
    told = bulk(
        directory, {"method": "POST", "path": "/Groups", "bulkId": "g", "data": group}, person("ada@x.example", "ada"),
        person("bob@x.example", "bob"),
        {"method": "PATCH", "path": "/Users/bulkId:ada", "data": {"Operations": [{"op": "add", "path": "title", "value": "Dr"}]}},
    ).json()["Operations"]  # fmt: skip
    assert sorted(each["status"] for each in told) == ["200", "201", "201", "201"]
    assert all(each["location"].startswith("https://idp.example/scim/v2/") for each in told)
    found = directory.ok("GET", "/Groups")["Resources"][0]
    assert len(found["members"]) == 2
    assert directory.ok("GET", '/Users?filter=userName eq "ada@x.example"')["Resources"][0]["title"] == "Dr"


def test_a_failed_operation_ends_the_rest_only_if_asked(scim: Provisioning) -> None:
    directory = scim.directory()
    wrong = {"method": "DELETE", "path": "/Users/usr_nobody"}
    told = bulk(directory, wrong, wrong, person("a@x.example", "1"), failOnErrors=2).json()["Operations"]
    assert [each["status"] for each in told] == ["404", "404"]
    told = bulk(directory, wrong, wrong, person("a@x.example", "1")).json()["Operations"]
    assert [each["status"] for each in told] == ["404", "404", "201"]
    assert told[0]["response"]["status"] == "404"


def test_each_wrong_operation_is_refused_on_its_own(scim: Provisioning) -> None:
    """Circles, unknown addresses and methods, versions that are not current: no 500, and the last operation is done."""
    directory = scim.directory()
    made = directory.person()
    circle = {"method": "POST", "path": "/Groups", "bulkId": "c", "data": {"displayName": "C", "members": [{"value": "bulkId:d"}]}}
    operations: list[dict[str, Any]] = [
        {**circle}, {**circle, "bulkId": "d", "data": {"displayName": "D", "members": [{"value": "bulkId:c"}]}},
        {"method": "GET", "path": f"/Users/{made['id']}"}, {"method": "POST", "path": "/Users/x", "data": {}},
        {"method": "POST", "path": "/Me"},
        {"method": "POST", "path": "/Bulk", "data": {"Operations": []}}, {"method": 1}, {}, {"method": "PUT", "path": "/Users"},
        {"method": "POST", "path": "/Users", "data": [1]}, {"method": "DELETE", "path": f"/Users/{made['id']}", "version": 'W/"9"'},
        {"method": "POST", "path": ["x"]}, {"method": "POST", "bulkId": {"a": 1}, "path": "/Users", "data": None},
        person("last@x.example", "last"),
    ]  # fmt: skip
    told = bulk(directory, *operations).json()["Operations"]
    assert len(told) == len(operations)
    assert [each["status"] for each in told if each.get("bulkId") == "last"] == ["201"]
    assert {each["status"] for each in told if each.get("bulkId") != "last"} <= {"400", "404", "409", "412"}
    assert directory.ok("GET", "/Groups")["totalResults"] == 0


def test_the_bounds_are_those_of_the_configuration(scim: Provisioning) -> None:
    """1,000 operations and a megabyte; more is 413. Elsewhere a body of more than 64 KB stays refused."""
    directory = scim.directory()
    config = directory.ok("GET", "/ServiceProviderConfig")["bulk"]
    assert (config["maxOperations"], config["maxPayloadSize"]) == (1000, 1024 * 1024)
    assert bulk(directory, *[{"method": "DELETE", "path": "/Users/x"}] * 1000).status_code == 200
    assert bulk(directory, *[{"method": "DELETE", "path": "/Users/x"}] * 1001).status_code == 413
    large = directory.call("POST", "/Bulk", {"x": "x" * 1024 * 1024})
    assert (large.status_code, large.json()["schemas"]) == (413, ["urn:ietf:params:scim:api:messages:2.0:Error"])
    assert scim.http.post("/token", content=b"x" * 70_000).status_code == 413
    several: list[Any] = [{}, {"Operations": {}}, {"Operations": [1]}, {"Operations": [], "failOnErrors": "x"}]
    for wrong in several:
        assert directory.call("POST", "/Bulk", wrong).status_code == 400


def test_a_chain_of_a_thousand_operations_takes_little_work(scim: Provisioning, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one names the next. Each is looked at for names once, not again for each operation that is done (threats P-06)."""
    looked: list[Any] = []

    def counting(value: Any) -> Any:
        looked.append(value)
        return named_in(value)

    monkeypatch.setattr(bulk_references, "named_in", counting)
    chain = [{"method": "POST", "path": "/Nowhere", "bulkId": f"b{n}", "data": {"next": f"bulkId:b{n + 1}"}} for n in range(1000)]
    told = bulk(scim.directory(), *chain).json()["Operations"]
    assert [each["bulkId"] for each in told] == [f"b{n}" for n in reversed(range(1000))]
    assert len([each for each in looked if isinstance(each, list)]) == 1000
