"""Several operations in one request (RFC 7644 §3.7). Each is done as if it came alone, and answers on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import NotFound
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import KINDS
from idp.http.request import Params
from idp.http.scim import resources
from idp.http.scim.answers import Answer, refusal
from idp.services.scim.bulk_references import in_order, resolved
from idp.services.scim.representation import base

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.http.scim.requests import Call

REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
MOST_OPERATIONS = 1000
_METHODS = {"PUT": resources.replace, "PATCH": resources.patch}
_REFUSED = 400
"""From this HTTP status on, an operation counts as an error (RFC 7644 §3.7)."""
_LONGEST_METHOD, _LONGEST_BULK_ID, _LONGEST_PATH = 8, 100, 200
"""Characters of what a result repeats from its operation. A longer text is left out."""


def bulk(call: Call) -> Answer:
    """Do the operations in their order. One that names the result of a later one waits for that."""
    body = {name.lower(): value for name, value in call.object().items()}
    operations, most_errors = body.get("operations"), body.get("failonerrors")
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise ScimRefusal("scim.bulk_malformed", scim_type="invalidSyntax")
    if len(operations) > MOST_OPERATIONS:
        raise ScimRefusal("scim.bulk_too_long", status=413, maximum=MOST_OPERATIONS)
    if most_errors is not None and (not isinstance(most_errors, int) or isinstance(most_errors, bool) or most_errors < 0):
        raise ScimRefusal("scim.bulk_malformed", scim_type="invalidSyntax")
    told = _Run(call, operations).all(most_errors)
    return Answer(200, {"schemas": [RESPONSE], "Operations": told})


class _Run:
    """One bulk request. `ids`: by bulkId, the id of what was made."""

    def __init__(self, call: Call, operations: list[dict[str, Any]]) -> None:
        self._call, self._operations = call, operations
        self._ids: dict[str, str] = {}

    def all(self, most_errors: int | None) -> list[dict[str, Any]]:
        """Return the results. RFC 7644 §3.7: after `failOnErrors` errors the rest is not done."""
        told: list[dict[str, Any]] = []
        errors = 0
        for operation, named in in_order(self._operations):
            told.append(self._one(operation, named))
            errors += int(told[-1]["status"]) >= _REFUSED
            if most_errors and errors >= most_errors:
                break
        return told

    def _one(self, operation: dict[str, Any], named: Collection[str]) -> dict[str, Any]:
        method, bulk_id = operation.get("method"), operation.get("bulkId")
        told: dict[str, Any] = {"method": method if isinstance(method, str) and len(method) <= _LONGEST_METHOD else ""}
        told |= {"bulkId": bulk_id} if isinstance(bulk_id, str) and len(bulk_id) <= _LONGEST_BULK_ID else {}
        try:
            answer = self._do(operation, named)
        except Exception as error:  # noqa: BLE001  # one operation that fails does not end the others; the renderer records it
            answer = refusal(error)
            path = resolved(operation.get("path"), self._ids)
            if method != "POST" and isinstance(path, str) and len(path) <= _LONGEST_PATH:
                told["location"] = base(self._call.services.settings.issuer) + path
            return {**told, "status": str(answer.status), "response": answer.body}
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if isinstance(bulk_id, str) and method == "POST" and answer.body:
            self._ids[bulk_id] = answer.body["id"]
        location = headers.get("location") or base(self._call.services.settings.issuer) + resolved(operation.get("path"), self._ids)
        version = {"version": headers["etag"]} if "etag" in headers else {}
        return {**told, "location": location, **version, "status": str(answer.status)}

    def _do(self, operation: dict[str, Any], named: Collection[str]) -> Answer:
        """Do one operation. The answer has no attributes but the id, so that nothing is read for it."""
        if any(name not in self._ids for name in named):
            raise ScimRefusal("scim.bulk_circle", status=409)
        method, path = operation.get("method"), resolved(operation.get("path"), self._ids)
        if not isinstance(method, str) or not isinstance(path, str):
            raise ScimRefusal("scim.bulk_malformed", scim_type="invalidSyntax")
        kind, id_ = _target(path)
        version = operation.get("version")
        call = self._call._replace(
            method=method.upper(), body=resolved(operation.get("data"), self._ids), params=Params([("attributes", "id")]),
            match=frozenset({version}) if isinstance(version, str) else None,
        )  # fmt: skip
        if method.upper() == "POST" and not id_:
            return resources.create(call, kind)
        if method.upper() in _METHODS and id_:
            return _METHODS[method.upper()](call, kind, id_)
        if method.upper() == "DELETE" and id_:
            return resources.delete(call, kind, id_)
        raise ScimRefusal("scim.bulk_malformed", scim_type="invalidSyntax")


def _target(path: str) -> tuple[str, str]:
    """Return the type and the id that a path of an operation names; the id is empty for the type's own address."""
    for kind in KINDS:
        if path == kind.endpoint:
            return kind.name, ""
        if path.startswith(kind.endpoint + "/"):
            return kind.name, path[len(kind.endpoint) + 1 :]
    raise NotFound("scim.unknown")
