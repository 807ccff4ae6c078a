"""Requests to a SCIM endpoint (RFC 7644), by the fetch function. No answer is trusted: it is small, JSON, and has what is used of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from idp.adapters.outgoing import FetchRefused
from idp.domain.provisioning.account import PATCH
from idp.domain.provisioning.schedule import rest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.adapters.outgoing import Fetcher

TIMEOUT = 4.0
"""Seconds of one request. The fetch function has five."""
_LIMIT = 512 * 1024
_LONGEST_ID = 255
_JSON = "application/scim+json"
_OK = range(200, 300)
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_CLOSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_LONGEST_SCIM_TYPE = 40
"""Characters: longer than any scimType of RFC 7644 §3.12."""


class TargetResting(Exception):
    """The target cannot be used for some seconds. Nothing is known about one account. `problem`: a word for people."""

    def __init__(self, problem: str, seconds: int) -> None:
        super().__init__(problem)
        self.problem, self.seconds = problem, seconds


class AccountRefused(Exception):
    """The target refused one account. `problem`: status and scimType, without its text, which may repeat personal data."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Page(NamedTuple):
    """A page of accounts at the target. `total`: how many there are."""

    accounts: list[dict[str, Any]]
    total: int


class ScimClient:
    """Talks to one target. `token`: its bearer token, in clear; it is in no log and no error."""

    def __init__(self, fetcher: Fetcher, base_url: str, token: str) -> None:
        self._fetcher, self._base = fetcher, base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": _JSON}

    def read(self, remote_id: str) -> dict[str, Any] | None:
        """The account, or None if it is no more."""
        status, found = self._call("GET", self._path(remote_id), absent=True)
        return None if status == HTTPStatus.NOT_FOUND else _account(found)

    def find(self, attribute: str, value: str) -> dict[str, Any] | None:
        """The account whose attribute has this value (RFC 7644 §3.4.2.2). None if there is none.

        A target that does not know the filter may answer all accounts, so each is compared. Several are refused.
        """
        page = self._list({"filter": f"{attribute} eq {json.dumps(value)}"})
        same = [each for each in page.accounts if _same(each.get(attribute), value)]
        if len(same) > 1:
            raise AccountRefused("several accounts")
        return same[0] if same else None

    def page(self, start: int, count: int) -> Page:
        """So many accounts from this number on; the first one is 1 (RFC 7644 §3.4.2.4)."""
        return self._list({"startIndex": str(start), "count": str(count)})

    def create(self, account: Mapping[str, Any]) -> dict[str, Any] | None:
        """Make the account. None if the target says that it is there already (409)."""
        status, made = self._call("POST", "/Users", account, conflict=True)
        return None if status == HTTPStatus.CONFLICT else _account(made)

    def patch(self, remote_id: str, operations: Iterable[Mapping[str, Any]]) -> bool:
        """Change the account (RFC 7644 §3.5.2). False if it is no more."""
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self._call("PATCH", self._path(remote_id), body, absent=True)[0] != HTTPStatus.NOT_FOUND

    def delete(self, remote_id: str) -> None:
        """Remove the account, or find that it is no more."""
        self._call("DELETE", self._path(remote_id), absent=True)

    def _list(self, query: Mapping[str, str]) -> Page:
        _, found = self._call("GET", f"/Users?{urlencode(query, quote_via=quote)}")
        listed, total = _member(found, "Resources", []), _member(found, "totalResults", None)
        if not isinstance(listed, list) or type(total) is not int or total < 0:
            raise AccountRefused("no list")
        return Page([_account(each) for each in listed], total)

    def _path(self, remote_id: str) -> str:
        return f"/Users/{quote(remote_id, safe='')}"

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, absent: bool = False, conflict: bool = False
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer. `absent`, `conflict`: 404 and 409 are returned.

        Raises:
            TargetResting: there is no answer, or one that is not about this account.
            AccountRefused: another status, or no JSON.
        """
        headers = self._headers if body is None else {**self._headers, "Content-Type": _JSON}
        sent = b"" if body is None else json.dumps(body).encode()
        try:
            answer = self._fetcher.send(self._base + path, method=method, content=sent, headers=headers, limit=_LIMIT, timeout=TIMEOUT)
        except FetchRefused as refused:
            raise TargetResting(f"no answer: {refused.detail[:60]}", rest(None)) from None
        if answer.status in _BUSY:
            raise TargetResting(f"status {answer.status}", rest(answer.headers.get("retry-after")))
        if answer.status in _CLOSED:
            raise TargetResting(f"status {answer.status}: the token is not accepted", rest(None))
        if (absent and answer.status == HTTPStatus.NOT_FOUND) or (conflict and answer.status == HTTPStatus.CONFLICT):
            return answer.status, None
        if answer.status not in _OK:
            raise AccountRefused(f"status {answer.status}{_scim_type(answer.body)}")
        return answer.status, _parse(answer.body)


def _account(found: Any) -> dict[str, Any]:
    """A resource with a usable id."""
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not 0 < len(found["id"]) <= _LONGEST_ID:
        raise AccountRefused("no account in the answer")
    return found


def _parse(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise AccountRefused("the answer is no JSON") from None


def _scim_type(body: bytes) -> str:
    """The scimType of an error (RFC 7644 §3.12), if it is a plain word."""
    try:
        found = json.loads(body).get("scimType")
    except (ValueError, RecursionError, AttributeError):
        return ""
    return f" {found}" if isinstance(found, str) and found.isalnum() and len(found) < _LONGEST_SCIM_TYPE else ""


def _member(found: Any, name: str, default: Any) -> Any:
    if not isinstance(found, dict):
        raise AccountRefused("no list")
    return found.get(name, default)


def _same(there: Any, value: str) -> bool:
    """Whether an attribute has the value. userName is compared without regard to case (RFC 7643 §4.1.1)."""
    return isinstance(there, str) and there.lower() == value.lower()
