"""Writes of directories and admins: SCIM, organisations and their members, and a sign-in with another provider."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import httpx

from bench.faults.flows.flow import MANY_ENVIRONMENTS, Flow, expect
from bench.faults.flows.visits import Visit
from bench.faults.run import NotReached
from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.account.upstreams import CALLBACK, identity, leave, upstream_of
from tests.integration.scim.provisioning import PATCH, USER

CONFLICT, NOT_FOUND, NO_CONTENT = 409, 404, 204


class Scim(Flow):
    """A directory makes a person, changes the name, and deletes the person (RFC 7644)."""

    name: ClassVar[str] = "SCIM"
    without: ClassVar[frozenset[str]] = MANY_ENVIRONMENTS

    def prepare(self) -> None:
        id_ = f"directory-{secrets.token_hex(4)}"
        _, self.token = self.site.services.scim_client_service.create(id_, {"name": "Corp"}, scope=DEPLOYMENT, by=self.site.by)
        self.history.secret(self.token)
        self.user_name, self.id = f"{secrets.token_hex(6)}@corp.example", ""

    def act(self) -> None:
        made = self._send("POST", "/Users", {"schemas": [USER], "userName": self.user_name, "displayName": "first"})
        self.id = made.json().get("id", "") if made.is_success else self._found()
        expect(self.id, made.text)
        about, start = f"name of {self.user_name}", self.run.begin()
        self.run.note("write", about, value="first", start=start)
        with self.run.writing(about, "second"):
            body = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "displayName", "value": "second"}]}
            expect(self._send("PATCH", f"/Users/{self.id}", body).is_success, "not changed")

    def after(self) -> None:
        """The change is read, and a deleted person is gone."""
        start = self.run.begin()
        answer = self._send("GET", f"/Users/{self.id}")
        self.run.note(
            "read", f"name of {self.user_name}", value=answer.json().get("displayName", ""), start=start,
            outcome="ok" if answer.is_success else "refused",
        )  # fmt: skip
        expect(self._send("DELETE", f"/Users/{self.id}").status_code == NO_CONTENT, "not deleted")
        expect(self._send("GET", f"/Users/{self.id}").status_code == NOT_FOUND, "a deleted person is there")

    def _found(self) -> str:
        """The id of a person whom an earlier try made: the directory got a conflict."""
        answer = self._send("GET", f'/Users?filter=userName eq "{self.user_name}"')
        found = answer.json().get("Resources", []) if answer.is_success else []
        return str(found[0]["id"]) if found else ""

    def _send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        return self.run.insist(lambda: self.run.http.request(method, f"/scim/v2{path}", json=body, headers=headers))


BUSY = "is still in progress. Try again in a moment."


class Organisation(Flow):
    """An admin makes an organisation, adds a member, and removes the member."""

    name: ClassVar[str] = "organisation"
    without: ClassVar[frozenset[str]] = MANY_ENVIRONMENTS

    def prepare(self) -> None:
        self.person, self.slug = self.run.person(), f"o{secrets.token_hex(6)}"
        self.keys: dict[str, str] = {}
        self.unsure: set[str] = set()
        self.run.prepare_admin()

    def rival(self) -> Flow:
        """Another admin who wants the same short name."""
        other = Organisation(self.run)
        other.prepare()
        other.slug = self.unique = self.slug
        return other

    def act(self) -> None:
        self.path = f"/organizations/{self._make()}/members"
        with self.run.writing(f"member of {self.slug}", "yes"):
            self._once(self.path, {"user_id": self.person.user.id}, f"{self.path}/{self.person.user.id}")

    def _make(self) -> str:
        """Returns the id."""
        made = self._once("/organizations", {"slug": self.slug, "name": "Acme"}, f"/organizations?search={self.slug}")
        found = made.json().get("items", [made.json()])
        return str(found[0]["id"])

    def _once(self, path: str, body: Any, found_at: str) -> httpx.Response:
        """Send a request with a key. A 503 leaves the key in use, because the write may have happened.

        Then an admin looks, and asks again with another key if nothing is there. If it is refused because the first write arrived after
        the look, the admin looks again. Returns what was made, or what was found.
        """
        answer = self.run.admin("POST", path, body, once=self.keys.setdefault(path, secrets.token_hex(8)))
        if answer.status_code == CONFLICT and answer.json()["detail"].endswith(BUSY):
            found = self.run.admin("GET", found_at)
            if found.is_success and found.json().get("items") != []:
                return found
            self.keys[path] = secrets.token_hex(8)
            self.unsure.add(path)
            answer = self.run.admin("POST", path, body, once=self.keys[path])
        if answer.status_code == CONFLICT and path in self.unsure:
            found = self.run.admin("GET", found_at)
            if found.is_success and found.json().get("items") != []:
                return found
        expect(answer.is_success, answer.text)
        return answer

    def after(self) -> None:
        member, start = f"{self.path}/{self.person.user.id}", self.run.begin()
        answer = self.run.admin("GET", member)
        self.run.note("read", f"member of {self.slug}", value="yes", start=start, outcome="ok" if answer.is_success else "refused")
        expect(self.run.admin("DELETE", member).is_success, "not removed")
        expect(self.run.admin("GET", member).status_code == NOT_FOUND, "a removed member is there")


class Upstream(Flow):
    """A sign-in with another provider, which makes the account. What the other provider answers is made up."""

    name: ClassVar[str] = "sign-in with another provider"

    def prepare(self) -> None:
        self.subject = secrets.token_hex(8)
        self.email, self.person = f"{self.subject}@up.example", self.run.person()

    def act(self) -> None:
        expect(self._visit(), "no way to the app")

    def after(self) -> None:
        """The next visit comes to the same account."""
        first = self.site.services.users.id_of(self.email)
        expect(self._visit(), "no second visit")
        self.run.note("write", f"account of {self.email}", value=first or "", start=self.run.begin())
        start = self.run.begin()
        self.run.note("read", f"account of {self.email}", value=self.site.services.users.id_of(self.email) or "", start=start)

    def _visit(self) -> bool:
        visit = Visit(self.run, self.person, self.site.shop)
        browser = visit.browser
        page = browser.open("/authorize", visit.asked())
        expect(page.has_button("connection-corp"), page)
        try:
            state = leave(browser, page)
        except AssertionError as problem:
            raise NotReached(str(problem)[:300]) from problem
        upstream_of(self.site).who = identity(self.subject, self.email)
        page = browser.open(CALLBACK.format("corp"), {"state": state, "code": "c"})
        for _ in range(3):
            if page.redirected_to is None and page.has_button("approve"):
                page = browser.submit(page, button="approve")
        return page.redirected_to is not None
