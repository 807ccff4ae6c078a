"""Flows of administrators and directories: users, roles, apps, connections, SCIM, invitations, organisations, webhooks, audit.

What only this version has is made by it, and the version before then serves the same people.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from bench.versions.pair import NEWER, OLDER
from bench.versions.site import Person, Site, address, expect

_WORDS = "an unguessable sentence of mine"
_SCIM = "urn:ietf:params:scim:schemas:core:2.0:"
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def users(site: Site) -> Iterator[None]:
    """Make a user, give a role, change with If-Match at the other version, disable, enable, delete."""
    name = f"r{secrets.token_hex(6)}"
    site.ok("POST", "/roles", name=name, permissions=["orders:read"])
    yield
    person, visit = site.person(claims={"name": "Ada"}), site.visit(site.app())
    path = f"/users/{person.id}"
    tag = site.call("GET", path).headers["etag"]
    yield
    expect(site.call("PATCH", path, headers={"If-Match": tag}, roles=[name]).status_code == 200, "the ETag of the other version")
    yield
    expect(site.call("PATCH", path, headers={"If-Match": tag}, roles=[]).status_code == 412, "an old ETag was taken")
    expect(site.ok("GET", path)["roles"] == [name], "a role is lost")
    tokens = visit.redeem(visit.sign_in(person))
    yield
    site.ok("PATCH", path, disabled=True)
    yield
    expect(site.refresh(visit.app, tokens["refresh_token"]).status_code == 400, "a disabled user refreshes")
    expect(visit.authorize().redirected_to is None, "a disabled user has a session")
    site.ok("PATCH", path, disabled=False)
    yield
    visit.redeem(visit.sign_in(person))
    yield
    site.ok("DELETE", path)
    yield
    expect(site.call("GET", path).status_code == 404, "an erased user is there")
    expect(site.visit(visit.app).sign_in(person).redirected_to is None, "an erased user signs in")


def repeated(site: Site) -> Iterator[None]:
    """A request that is repeated with its Idempotency-Key has no second effect. This version gives the first answer.

    The version before refuses a key of this one (422), because this one no longer stores a fast hash of the request.
    """
    key, email = {"Idempotency-Key": secrets.token_hex(16)}, address()
    made = site.ok("POST", "/users", headers=key, email=email)
    yield
    again = site.call("POST", "/users", headers=key, email=email)
    refused = again.status_code == 422 and site.pair.sent[-1].version == OLDER
    expect(refused or again.json().get("id") == made["id"], again.text)
    expect(len(site.ok("GET", f"/users?email={email}")["items"]) == 1, "made twice")
    yield
    expect(site.call("POST", "/users", headers=key, email=address()).status_code == 422, "a key was taken for another request")


def apps(site: Site) -> Iterator[None]:
    """Make an app, change it, give it another secret, disable it, delete it."""
    app = site.app()
    path = f"/clients/{app.id}"
    yield
    tag = site.call("GET", path).headers["etag"]
    expect(site.call("PATCH", path, headers={"If-Match": tag}, client_name="Shop 2").status_code == 200, "the ETag of the other version")
    yield
    expect(site.ok("GET", path)["client_name"] == "Shop 2", "a change is lost")
    person, visit = site.person(), site.visit(app)
    tokens = visit.redeem(visit.sign_in(person))
    yield
    site.ok("PATCH", path, disabled=True)
    yield
    expect(site.refresh(app, tokens["refresh_token"]).status_code in {400, 401}, "a disabled app refreshes")
    site.ok("PATCH", path, disabled=False)
    yield
    visit.redeem(visit.sign_in(person))
    site.ok("DELETE", path)
    yield
    expect(site.refresh(app, tokens["refresh_token"]).status_code == 401, "a deleted app refreshes")


def connections(site: Site) -> Iterator[None]:
    """Make an upstream provider, change it, delete it."""
    name = f"c{secrets.token_hex(6)}"
    site.ok("POST", "/connections", **_connection(name))
    yield
    expect(site.ok("PATCH", f"/connections/{name}", name="Corp 2")["name"] == "Corp 2", "a change is lost")
    yield
    expect(site.ok("GET", f"/connections/{name}")["name"] == "Corp 2", "a change is lost")
    yield
    site.ok("DELETE", f"/connections/{name}")
    yield
    expect(site.call("GET", f"/connections/{name}").status_code == 404, "a deleted connection is there")


def directory(site: Site) -> Iterator[None]:
    """A SCIM client: people and groups, changed by either version."""
    name, domain = f"d{secrets.token_hex(6)}", f"{secrets.token_hex(6)}.example"
    made = site.ok("POST", "/scim-clients", id=name, name="Corp", domains=[domain])
    yield
    scim = _Scim(site, made["token"])
    person = scim.ok("POST", "/Users", schemas=[_SCIM + "User"], userName=f"ada@{domain}", active=True)
    yield
    group = scim.ok("POST", "/Groups", schemas=[_SCIM + "Group"], displayName="Staff", members=[{"value": person["id"]}])
    yield
    change = {"schemas": [_PATCH], "Operations": [{"op": "replace", "path": "active", "value": False}]}
    expect(scim.ok("PATCH", f"/Users/{person['id']}", **change)["active"] is False, "a change is lost")
    yield
    expect(scim.ok("GET", f"/Users/{person['id']}")["active"] is False, "a change is lost")
    found = scim.ok("GET", f'/Users?filter=userName eq "ada@{domain}"')
    expect(found["totalResults"] == 1, found)
    expect(len(scim.ok("GET", f"/Groups/{group['id']}")["members"]) == 1, "a member is lost")
    yield
    scim.ok("DELETE", f"/Groups/{group['id']}")
    scim.ok("DELETE", f"/Users/{person['id']}")
    yield
    expect(scim.ok("GET", "/Users")["totalResults"] == 0, "a deleted person is listed")


def invited(site: Site) -> Iterator[None]:
    """Invite a person, who accepts with a password."""
    email = address()
    made = site.ok("POST", "/invitations", email=email)
    link = site.pair.link_in_mail(email)
    yield
    browser = site.browser()
    page = browser.open(link)
    yield
    page = browser.submit(page, {"new_password": _WORDS}, button="create-account")
    expect(page.status < 400, page)
    yield
    expect(site.call("GET", f"/invitations/{made['id']}").status_code == 404, "an accepted invitation is open")
    visit = site.visit(site.app())
    visit.redeem(visit.sign_in(Person("", email, _WORDS)))
    yield
    expect("new_password" not in site.browser().open(link).fields, "an invitation was accepted twice")


def organisation(site: Site) -> Iterator[None]:
    """An organisation of this version. Its member signs in, and is changed by the version before: the membership stays."""
    slug = f"o{secrets.token_hex(6)}"
    org = site.ok("POST", "/organizations", on=NEWER, slug=slug, name="Acme")
    path = f"/organizations/{org['id']}"
    site.ok("POST", f"{path}/roles", on=NEWER, name="buyer")
    person, visit = site.person(), site.visit(site.app())
    site.ok("PATCH", f"/clients/{visit.app.id}", on=NEWER, organization="allowed", scope="openid email offline_access organization")
    site.ok("POST", f"{path}/members", on=NEWER, user_id=person.id, roles=["buyer"])
    with site.only(NEWER):
        page = visit.sign_in(person, organization=slug, scope="openid email offline_access organization")
        tokens = visit.redeem(page)
    yield
    # The version before may refuse what belongs to an organisation. It must not give it without the organisation, nor use the token up.
    with site.only(OLDER):
        refused = site.refresh(visit.app, tokens["refresh_token"])
    expect(refused.status_code >= 400, "the version before refreshes for an organisation that it does not know")
    with site.only(NEWER):
        answer = site.refresh(visit.app, tokens["refresh_token"])
    expect(answer.status_code == 200, answer.text)
    site.ok("PATCH", f"/users/{person.id}", on=OLDER, claims={"name": "Ada"})
    other_app = site.visit(site.app())
    other_app.redeem(other_app.sign_in(person))
    yield
    (member,) = site.ok("GET", f"{path}/members", on=NEWER)["items"]
    expect(member["roles"] == ["buyer"], member)
    expect(site.ok("GET", path, on=NEWER)["members"] == 1, "the number of members is wrong")
    yield
    other = site.ok("POST", "/organizations", on=NEWER, slug=f"o{secrets.token_hex(6)}", name="Other")
    site.ok("POST", f"/organizations/{other['id']}/members", on=NEWER, user_id=person.id)
    site.ok("DELETE", f"/organizations/{other['id']}/members/{person.id}", on=NEWER)
    site.ok("DELETE", f"{path}/members/{person.id}", on=NEWER)
    yield
    expect(site.ok("GET", f"/users/{person.id}/organizations", on=NEWER)["items"] == [], "a membership that was ended is there")


def webhook(site: Site) -> Iterator[None]:
    """A webhook endpoint of this version stays as it is while the version before serves."""
    made = site.ok("POST", "/webhooks", on=NEWER, url="https://crm.example.com/hook", events=["user"])
    yield
    site.ok("PATCH", f"/users/{site.person().id}", claims={"name": "Ada"})
    yield
    found = site.ok("GET", f"/webhooks/{made['id']}", on=NEWER)
    expect(found["url"] == made["url"], found)
    site.ok("DELETE", f"/webhooks/{made['id']}", on=NEWER)


def audited(site: Site) -> Iterator[None]:
    """Events that either version wrote are listed by both: of a person, and by time."""
    person, visit = site.person(), site.visit(site.app())
    visit.redeem(visit.sign_in(person))
    yield
    site.ok("PATCH", f"/users/{person.id}", claims={"name": "Ada"})
    yield
    site.ok("PATCH", f"/users/{person.id}", claims={"name": "Ada L"})
    yield
    older, newer = (site.ok("GET", f"/audit?user_id={person.id}&limit=100", on=each)["items"] for each in (OLDER, NEWER))
    expect(len(older) >= 4, older)
    expect([each["id"] for each in older] == [each["id"] for each in newer], "the versions list other events of a person")
    wanted = {each["id"] for each in newer}
    for version in (OLDER, NEWER):
        listed = {each["id"] for each in site.ok("GET", "/audit?limit=100", on=version)["items"]}
        expect(wanted <= listed, f"{site.pair.versions[version].name} does not list by time what is written")


def _connection(name: str) -> dict[str, Any]:
    return {
        "id": name, "preset": "oauth2", "name": "Corp", "issuer": "https://up.example", "client_id": "ours", "secret": "of-ours",
        "authorization_endpoint": "https://up.example/authorize", "token_endpoint": "https://up.example/token",
        "userinfo_endpoint": "https://up.example/me", "scopes": ["me"], "claims": {"sub": "id"},
    }  # fmt: skip


class _Scim:
    """A directory."""

    def __init__(self, site: Site, token: str) -> None:
        self._site, self._headers = site, {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}

    def ok(self, method: str, path: str, **body: Any) -> Any:
        """A request that has to succeed. Returns the body."""
        answer = self._site.http.request(method, f"/scim/v2{path}", headers=self._headers, json=body or None)
        expect(answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None


FLOWS = {
    "users, roles": users, "Idempotency-Key": repeated, "apps": apps, "connections": connections, "SCIM": directory,
    "invitation": invited, "audit": audited,
}  # fmt: skip
ONLY_HERE = {"organisation": organisation, "webhooks": webhook}
"""What the version before lacks. Empty these when it has them (docs/releasing.md)."""
