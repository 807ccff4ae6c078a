"""Callers of two environments of one deployment at the same time: people who sign in and out again and again, and admins who read lists."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import TYPE_CHECKING, Any, Self

import httpx

from bench.flows import Account, Relying
from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.app import build
from tests.support.forms import Browser
from tests.support.in_process import InProcess

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

MOST_SECONDS = 300
"""Only stops a test that hangs."""
CALLBACK = "https://shop.example/cb"
APP: dict[str, Any] = {
    "client_name": "Shop", "redirect_uris": [CALLBACK], "scope": "openid offline_access", "first_party": True,
    "backchannel_logout_uri": "https://shop.example/logout",
}  # fmt: skip
READER: dict[str, Any] = {"client_name": "Reader", "grant_types": ["client_credentials"], "scope": "users:read audit:read"}


class Turns(httpx.BaseTransport):
    """Sends each request to the next environment, from a network of its own, and keeps the statuses."""

    def __init__(self, environments: list[AllServices], address: str) -> None:
        self._next = cycle([InProcess(build(each, in_place=True), address=address) for each in environments])
        self.statuses = list[int]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = next(self._next).handle_request(request)
        self.statuses.append(answer.status_code)
        return answer


class Caller:
    """One person before one app, who signs in and out again and again; and an admin program that reads lists."""

    def __init__(self, environments: list[AllServices], number: int) -> None:
        one = environments[0]
        email, password = f"ada{number}@example.com", f"nine wet walruses {secrets.token_hex(4)}"
        self.user_id = one.user_service.create(email, password, email_verified=True, scope=DEPLOYMENT).id
        (app, secret), (reader, reader_secret) = (
            one.client_service.create(each, scope=DEPLOYMENT) for each in (APP, {**READER, "resources": [one.settings.admin_resource]})
        )
        self.turns = Turns(environments, f"203.0.113.{number}")
        self._http = httpx.Client(transport=self.turns, base_url=one.settings.issuer)
        self._reader, self._resource = (reader.id, reader_secret or ""), one.settings.admin_resource
        self._visit = Relying(self._http, Account(app.id, secret or "", CALLBACK, reader.id, "", {"email": email, "password": password}))
        self._browser = Browser(self._http, stop=CALLBACK)
        self._visit.discovery()

    def round(self) -> None:
        """Sign in, visit, refresh, and sign out; fail once; read people and events. An answer that is none of these raises."""
        visit = self._visit
        visit.login()
        visit.sso_visit()
        visit.refresh()
        self._sign_out()
        self._fail()
        form = {"grant_type": "client_credentials", "scope": READER["scope"], "resource": self._resource}
        token = self._http.post("/token", auth=self._reader, data=form).raise_for_status().json()["access_token"]
        for path in ("/admin/v1/users", "/admin/v1/audit"):
            found = self._http.get(path, headers={"Authorization": f"Bearer {token}"}).raise_for_status().json()
            assert found

    def _sign_out(self) -> None:
        self._browser.submit(self._browser.open("/logout"), button="confirm-logout")

    def _fail(self) -> None:
        self._http.cookies.clear()
        page, *_ = self._visit._open({})  # noqa: SLF001  # the sign-in page
        page = self._browser.submit(page, {"email": f"{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(6)})
        assert page.status == 422


class Load:
    """All callers at the same time, until it is left. `rounds` waits until each has ended so many more rounds."""

    def __init__(self, callers: list[Caller]) -> None:
        self.callers, self.done = callers, [0] * len(callers)
        self._stop, self._changed = threading.Event(), threading.Condition()
        self._failure: BaseException | None = None
        self._pool = ThreadPoolExecutor(len(callers))

    def __enter__(self) -> Self:
        for number in range(len(self.callers)):
            self._pool.submit(self._run, number)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown()
        if self._failure:
            raise self._failure

    def rounds(self, wanted: int = 1) -> None:
        with self._changed:
            goals = [done + wanted + 1 for done in self.done]  # the one that has begun does not count
            self._changed.wait_for(
                lambda: self._failure or all(done >= goal for done, goal in zip(self.done, goals, strict=True)), timeout=MOST_SECONDS
            )
            if self._failure:
                raise self._failure

    def _run(self, number: int) -> None:
        try:
            while not self._stop.is_set():
                self.callers[number].round()
                with self._changed:
                    self.done[number] += 1
                    self._changed.notify_all()
        except BaseException as failure:  # noqa: BLE001  # the test raises it
            with self._changed:
                self._failure = failure
                self._changed.notify_all()
