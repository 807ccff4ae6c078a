"""The token endpoint runs all phases: its shared checks apply to a grant without own checks, and no grant issues tokens itself."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import idp.oauth.token as package
from idp.domain.apps import grant_types
from idp.oauth.token.grant import Approved, GrantHandler, Subject, TokenRequest, Used
from idp.services.apps.client_rules.grants import find_problems
from tests.integration.oidc.forging import claims_of
from tests.support.deployment import App, Deployment

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.oauth.sender.constraint import Constraint
    from idp.store.reads.client import StoredClient

DUMMY = "urn:example:dummy"


@dataclass
class Dummy:
    """A grant that names its user and grant in plain text and has no checks. `used` is true after its write ran."""

    GRANT_TYPE: ClassVar[str] = DUMMY
    PUBLIC_CLIENTS: ClassVar[bool] = True
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = True
    REDEEMS_CODE: ClassVar[bool] = False

    request: TokenRequest
    used: list[Used] = field(default_factory=list)

    def read(self) -> StoredClient | None:
        named = (self.request.params.one("user"), self.request.params.one("grant"))
        self.facts = self.request.provider.reads.redemption(self.request.credentials.client_id, named)
        return self.facts.client

    def identify(self, client: Client, bound: Constraint) -> Subject:
        return Subject(self.facts.user, self.facts.grant)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        return Approved(("openid",))

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        self.used.append(Used(subject.grant))
        return self.used[-1]


@dataclass
class Asked:
    """The dummy grant at one deployment, with an app, a person and a live grant of theirs."""

    idp: Deployment
    app: App
    user: User
    grant: Grant
    used: list[Used]

    def __call__(self, **form: str | None) -> Any:
        return self.idp.call(self.app, "/token", **{"grant_type": DUMMY, "user": self.user.id, "grant": self.grant.id, **form})

    def refused(self, *error: object, **form: str | None) -> None:
        """Asserts that the request is refused with this status and code, and that the grant was not used."""
        answer = self(**form)
        assert (answer.status, answer.error) == error
        assert not self.used
        assert "access_token" not in answer.json


@pytest.fixture
def asked(idp: Deployment, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The dummy grant, registered as a seventh one."""
    used: list[Used] = []

    def new(request: TokenRequest) -> GrantHandler:
        return Dummy(request, used)

    module = ModuleType("idp.oauth.token.grants.dummy")
    vars(module)["HANDLER"] = new
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(grant_types.MODULES, DUMMY, "dummy")
    app, user = idp.app(grant_types=("authorization_code", "refresh_token", DUMMY)), idp.person()
    idp.tokens(app, user)
    (grant,) = idp.services.grants.of(user.id)
    return Asked(idp, app, user, grant, used)


def test_the_endpoint_issues_for_it(asked: Asked) -> None:
    """The endpoint issues the approved tokens for a correct request."""
    answer = asked()
    assert answer.status == 200, answer.text
    assert claims_of(answer.json["access_token"])["scope"] == "openid"
    assert len(asked.used) == 1


def test_refused_without_client_authentication(asked: Asked) -> None:
    """A wrong secret and a missing secret are refused."""
    for auth in (replace(asked.app, secret="another"), replace(asked.app, secret="")):
        asked.app = auth
        asked.refused(401, "invalid_client")
    sent = {"grant_type": DUMMY, "user": asked.user.id, "grant": asked.grant.id, "client_id": asked.app.id}
    assert asked.idp.post("/token", sent).status == 401
    assert not asked.used


def test_refused_for_a_client_without_the_grant_type(asked: Asked) -> None:
    """The client is not registered for it."""
    asked.idp.change(asked.app, grant_types=("authorization_code", "refresh_token"))
    asked.refused(400, "unauthorized_client")


def test_refused_for_a_public_client_where_the_grant_says_so(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint applies the flag PUBLIC_CLIENTS of the grant."""
    monkeypatch.setattr(Dummy, "PUBLIC_CLIENTS", False)
    asked.app = asked.idp.app(secret=False, grant_types=("authorization_code", DUMMY))
    asked.refused(400, "unauthorized_client")


def test_refused_without_a_required_sender_constraint(asked: Asked) -> None:
    """The client is registered to send DPoP proofs and sends none."""
    asked.idp.change(asked.app, dpop_bound_access_tokens=True)
    asked.refused(400, "invalid_dpop_proof")


def test_refused_without_the_key_that_the_grant_is_bound_to(asked: Asked) -> None:
    """The grant of a public client is bound to a key, and the request has no proof."""
    public = asked.idp.app(secret=False, grant_types=("authorization_code", "refresh_token", DUMMY))
    bound = replace(asked.grant, id="bound", client_id=public.id, client_stamp=public.client.stamp, confirmation={"jkt": "a key"})
    asked.idp.services.grants.give(bound)
    asked.app, asked.grant = public, bound
    asked.refused(400, "invalid_grant")


def test_refused_for_a_disabled_user(asked: Asked) -> None:
    """An admin disabled the user."""
    asked.idp.alter(asked.user, disabled=True)
    asked.refused(400, "invalid_grant")


def test_refused_after_the_user_ended_everything(asked: Asked) -> None:
    """The user's security stamp changed, as after a change of the password."""
    asked.idp.alter(asked.user, security_stamp=asked.user.security_stamp + 1)
    asked.refused(400, "invalid_grant")


def test_refused_for_a_user_or_grant_that_is_not_there(asked: Asked) -> None:
    """The id of the user or of the grant is unknown."""
    asked.refused(400, "invalid_grant", user="unknown")
    asked.refused(400, "invalid_grant", grant="unknown")


def test_refused_for_a_disabled_client(asked: Asked) -> None:
    """An admin disabled the app."""
    asked.idp.change(asked.app, disabled=True)
    asked.refused(401, "invalid_client")


def test_refused_for_another_incarnation_of_the_client(asked: Asked) -> None:
    """The app was deleted, and another one got its id."""
    asked.idp.change(asked.app, incarnation="another", created_at=asked.idp.clock() + 1)
    asked.refused(400, "invalid_grant")


def test_refused_for_a_grant_of_another_client(asked: Asked) -> None:
    """The grant was given to another app."""
    asked.app = asked.idp.app(grant_types=("authorization_code", DUMMY))
    asked.refused(400, "invalid_grant")


def test_refused_for_a_revoked_grant(asked: Asked) -> None:
    """The user revoked the grant."""
    assert asked.idp.services.grants.revoke(asked.user.id, asked.grant.id, asked.idp.clock())
    asked.refused(400, "invalid_grant")


def test_refused_for_a_grant_past_its_end(asked: Asked) -> None:
    """The grant has expired."""
    asked.idp.clock.now = asked.grant.not_after
    asked.refused(400, "invalid_grant")


def test_refused_when_the_grant_type_returns_no_grant_for_the_token_of_a_user(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a grant the token would be about the client, and would stay valid after the user is disabled."""
    monkeypatch.setattr(Dummy, "use", lambda *_: Used())
    asked.refused(400, "invalid_grant")


def handler_class(module: str) -> type[GrantHandler]:
    """Return the class that implements the grant in this module."""
    found: type[GrantHandler]
    (found,) = {value for value in vars(import_module(f"idp.oauth.token.grants.{module}")).values() if hasattr(value, "REDEEMS_CODE")} - {
        GrantHandler
    }
    return found


@pytest.mark.parametrize(("grant_type", "module"), grant_types.MODULES.items())
def test_each_module_of_the_table_has_the_handler_of_its_grant_type(grant_type: str, module: str) -> None:
    """`GRANT_TYPE` is the name in the table: the endpoint compares it with the grant types of the client."""
    assert callable(import_module(f"idp.oauth.token.grants.{module}").HANDLER)
    assert grant_type == handler_class(module).GRANT_TYPE


@pytest.mark.parametrize(("grant_type", "module"), grant_types.MODULES.items())
def test_public_clients_cannot_register_a_grant_type_that_they_may_not_use(idp: Deployment, grant_type: str, module: str) -> None:
    """`PUBLIC_CLIENTS` and the rules of registration agree."""
    client = replace(idp.app(secret=False).client, grant_types=("authorization_code", grant_type))
    messages = [problem for member, problem in find_problems(client, ("code",), idp.services.settings) if member == "grant_types"]
    assert bool(messages) is not handler_class(module).PUBLIC_CLIENTS


def test_no_grant_signs() -> None:
    """A handler's result has no field for a token, and no module of a grant calls a function that signs tokens."""
    folder = Path(package.__path__[0])
    signing = {"access_token", "id_token", "refresh_token", "signed"}
    files = [*(folder / "grants").glob("*.py"), folder / "id_jag.py"]
    assert len(files) > len(grant_types.MODULES)
    for file in files:
        called = {
            node.func.attr
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not called & signing, file.name
