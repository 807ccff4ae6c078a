"""No request makes a 500, and neither an answer nor a log line repeats what was sent (K-04)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.scim.provisioning import ENTERPRISE, PATCH, USER

if TYPE_CHECKING:
    from tests.integration.scim.provisioning import Directory, Provisioning

BOUNDED = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
ODD: list[Any] = [
    None, True, 0, -1, 1.5, "", "x", "\0", "\ud800", "x" * 5000, [], {}, [[]], [None], {"value": None}, [{"value": {}}], {"$ref": 1},
    "members[value eq", 'emails[type eq "work"].value', 'emails[type eq "work" or value pr]', "name.givenName", USER,
    f"{ENTERPRISE}:manager",
    "urn:", "id", "meta.location", "schemas", "groups", "bulkId:x", "/Users/bulkId:x", "add", "remove", "REPLACE", "False", "[" * 300,
]  # fmt: skip
NAMES = [
    "userName", "name", "emails", "active", "members", "displayName", "externalId", "schemas", "id", "meta", "Operations", "op",
    "path", "value",
    "filter", "sortBy", "attributes", "excludedAttributes", "startIndex", "count", "cursor", "method", "bulkId", "data", "failOnErrors",
    ENTERPRISE, f"{ENTERPRISE}:manager", "name.givenName", "emails.value", "password", "phoneNumbers", "addresses", "photos", "x", "",
]  # fmt: skip
values = st.recursive(
    st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=8,
)
bodies = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
    st.builds(lambda found: {"schemas": [PATCH], "Operations": found}, st.lists(
        st.fixed_dictionaries({"op": st.sampled_from(["add", "Remove", "replace"])}, optional={"path": st.sampled_from([*NAMES, *ODD]),
            "value": values}),
        max_size=3,
    )),
    st.builds(lambda found: {"Operations": found}, st.lists(
        st.fixed_dictionaries({"method": st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]), "path": st.sampled_from(
            ["/Users", "/Groups", "/Users/x", "/Groups/bulkId:1", "/Users/bulkId:2"])}, optional={"data": values,
            "bulkId": st.sampled_from(["1", "2"])}),
        max_size=3,
    )),
    values,
)  # fmt: skip


@pytest.fixture(scope="module")
def client(shared: Provisioning) -> Directory:
    """A client with a person and a group, for all tests of this file."""
    return shared.directory(sets_passwords=True)


def harmless(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    for inside in ("Traceback", 'File "', "site-packages", "pynamodb", "DynamoDB", "pydantic"):
        assert inside not in answer.text
    if answer.status_code >= 400:
        told = answer.json()
        assert set(told) <= {"schemas", "status", "detail", "scimType"}
        assert told["status"] == str(answer.status_code)


@BOUNDED
@given(method=st.sampled_from(["POST", "PUT", "PATCH"]), body=bodies, about=st.sampled_from(["Users", "Groups"]))
def test_a_body_of_anything_is_answered(client: Directory, method: str, body: Any, about: str) -> None:
    made = client.person() if about == "Users" else client.group()
    at = f"/{about}" if method == "POST" else f"/{about}/{made['id']}"
    content = json.dumps(body).encode()
    harmless(client.call(method, at, content=content, headers={"Content-Type": "application/scim+json"}))
    client.call("DELETE", f"/{about}/{made['id']}")


@BOUNDED
@given(path=st.sampled_from(["/Bulk", "/Users/.search", "/.search", "/Groups/.search"]), body=bodies)
def test_bulk_and_searches_of_anything_are_answered(client: Directory, path: str, body: Any) -> None:
    answer = client.call("POST", path, content=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    harmless(answer)
    for each in answer.json().get("Operations", []):
        assert each["status"] != "500", each


@BOUNDED
@given(
    path=st.sampled_from(["/Users", "/Groups", "/Schemas", "/Users/x", "/ResourceTypes/x", "/Nothing"]),
    query=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from([str(each) for each in ODD if "\ud800" not in str(each)])), max_size=4
    ),
    raw=st.binary(max_size=60),
)
def test_queries_of_anything_are_answered(client: Directory, path: str, query: list[tuple[str, str]], raw: bytes) -> None:
    harmless(client.call("GET", path, params=query))
    text = raw.decode("latin-1").replace("#", "")
    harmless(client.call("GET", f"{path}/{text}" if text.isprintable() and "?" not in text else path))


def test_bytes_that_are_no_json_are_refused(client: Directory) -> None:
    for body in (b"\xff", b"{", b'{"a":1,"a":2}', b"[" * 5000, b'{"userName":1e999}', b"null", b""):
        for path in ("/Users", "/Bulk", "/.search"):
            answer = client.call("POST", path, content=body, headers={"Content-Type": "application/scim+json"})
            assert answer.status_code == 400
            harmless(answer)
    assert client.call("POST", "/Users", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_neither_answers_nor_the_log_repeat_what_was_sent(client: Directory, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither names, addresses, filters and passwords nor the token."""
    capfd.readouterr()
    canary = "canary-of-scim"
    refused = [
        client.call("POST", "/Users", {"userName": canary, "emails": [{"value": canary, "primary": True}]}),
        client.call("POST", "/Users", {"userName": {canary: canary}}),
        client.call("GET", "/Users", params={"filter": f'{canary} xx "{canary}"'}),
        client.call("GET", f"/Users/{canary}"),
        client.call("GET", "/Users", token=f"{client.id}.{canary}.{canary}"),
        client.patch("/Users/usr_x", {"op": "add", "path": f"{canary}[", "value": canary}),
    ]
    assert all(answer.status_code >= 400 and canary not in answer.text for answer in refused)
    client.ok("POST", "/Users", {"userName": f"{canary}@corp.example", "password": f"{canary} long enough to be one"})
    client.ok("GET", "/Users", params={"filter": f'userName eq "{canary}@corp.example"'})
    written = "".join(capfd.readouterr())
    assert '"route":"/scim/v2/Users"' in written
    assert canary not in written
    assert client.token.split(".")[2] not in written
