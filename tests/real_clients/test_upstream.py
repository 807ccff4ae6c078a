"""Our relying party and an OpenID Provider by another author: each sees what the other one really sends (OIDC Core, RFC 7636, RFC 9207)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import ECKey

from idp.adapters.outgoing import Outgoing
from idp.adapters.saml_function import in_this_process
from idp.domain.connections.connection import Connection
from idp.services.upstream.secret import seal_secret
from idp.services.upstream.sign_in import UpstreamRefused, UpstreamSignIn
from idp.settings import Settings
from tests.support.clock import ShiftedClock
from tests.support.oidc_provider import HOST, oidc_provider
from tests.support.sealing import Sealing
from tests.unit.upstream.hostile import Marks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.sign_in import Finished
    from idp.store.used_once import UsedOnce
    from tests.support.oidc_provider import Upstream

ISSUER = "https://id.example"
SECRET, KEY = "s:ecret/with+signs=" * 3, ECKey.generate_key("P-256", {"kid": "ours"})
PEOPLE = {
    "ada": {"email": "Ada@up.example", "email_verified": True, "name": "Ada Lovelace", "given_name": "Ada", "locale": "en-GB"},
    "eve": {"email": "eve@up.example", "email_verified": False, "name": "Eve"},
    "nil": {},
}


def client(method: str, **members: Any) -> dict[str, Any]:
    """A client of the upstream for the connection with this name."""
    name = members.pop("name", method)
    secret = {"client_secret": SECRET} if method.startswith("client_secret") else {}
    return {
        "client_id": name, "redirect_uris": [f"{ISSUER}/upstream/{name}/callback"], "token_endpoint_auth_method": method,
        **secret, **members,
    }  # fmt: skip


CLIENTS = [
    client("client_secret_basic"),
    client("client_secret_post"),
    client("none"),
    client("private_key_jwt", jwks={"keys": [KEY.as_dict(private=False)]}, token_endpoint_auth_signing_alg="ES256"),
    client("client_secret_basic", name="es256", id_token_signed_response_alg="ES256"),
]


@pytest.fixture(scope="session")
def upstream(node_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    """The provider, once for all tests."""
    with oidc_provider(tmp_path_factory.mktemp("upstream"), node_clients, clients=CLIENTS, people=PEOPLE) as upstream:
        yield upstream


@dataclass
class Ours:
    """Our side: connections to the upstream, and the service."""

    upstream: Upstream
    keyring: Keyring = field(default_factory=lambda: cast("Keyring", Sealing()))
    clock: ShiftedClock = field(default_factory=ShiftedClock)

    def __post_init__(self) -> None:
        self.metadata = self.upstream.metadata()
        outgoing = Outgoing(frozenset({HOST}), str(self.upstream.authority.file))
        self.service = UpstreamSignIn(
            Settings(ISSUER), self.keyring, lambda: outgoing, cast("UsedOnce", Marks()), self.clock, lambda: "attempt",
            lambda: in_this_process,
        )  # fmt: skip

    def connection(self, name: str = "client_secret_basic", **members: Any) -> Connection:
        """The connection of this client, with the endpoints of the upstream's metadata."""
        told = {each: self.metadata[each] for each in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")}
        method = name if name != "es256" else "client_secret_basic"
        plain = KEY.as_pem(private=True).decode() if method == "private_key_jwt" else SECRET
        made = Connection(
            id=name, type="oidc", name="Upstream", issuer=self.metadata["issuer"], client_id=name, client_auth=method,
            iss_parameter=self.metadata["authorization_response_iss_parameter_supported"], **told,
        )  # fmt: skip
        return replace(made, secret=seal_secret(self.keyring, name, plain), key_id="ours", **members)

    def sign_in(self, connection: Connection, person: str = "ada", **options: Any) -> Finished:
        """A whole sign-in of this person."""
        wanted: dict[str, Any] = {"purpose": "sign_in", "carried": "request", "now": self.clock()} | options
        begun = self.service.begin(connection, **wanted)
        arrived = self.upstream.visit(begun.url, person)
        url = self.service.repost(connection, arrived.form, self.clock()) if arrived.form else arrived.url
        assert url.startswith(f"{ISSUER}/upstream/{connection.id}/callback?")
        return self.service.finish(connection, dict(parse_qsl(urlsplit(url).query)), begun.cookie_value, self.clock())


@pytest.fixture
def ours(upstream: Upstream) -> Ours:
    return Ours(upstream)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none", "private_key_jwt"])
def test_a_person_signs_in_with_each_client_authentication(ours: Ours, method: str) -> None:
    """The upstream requires PKCE and sends `iss`. The address comes from userinfo, because its ID Tokens have none."""
    found = ours.sign_in(ours.connection(method)).identity
    assert (found.issuer, found.subject, found.email, found.email_verified) == (ours.metadata["issuer"], "ada", "ada@up.example", True)
    assert found.claims == {"name": "Ada Lovelace", "given_name": "Ada", "locale": "en-GB"}


def test_an_unverified_address_and_none_are_told_apart(ours: Ours) -> None:
    found = ours.sign_in(ours.connection(), "eve").identity
    assert (found.email, found.email_verified) == ("eve@up.example", False)
    assert ours.sign_in(ours.connection(), "nil").identity.email is None


def test_the_answer_is_posted(ours: Ours) -> None:
    """form_post, as Apple does it."""
    assert ours.sign_in(ours.connection(response_mode="form_post")).identity.subject == "ada"


def test_another_algorithm_of_id_tokens(ours: Ours) -> None:
    """The client is registered for ES256. A connection that expects RS256 refuses its token."""
    assert ours.sign_in(ours.connection("es256", signing_alg="ES256")).identity.subject == "ada"
    with pytest.raises(UpstreamRefused) as refusal:
        ours.sign_in(ours.connection("es256"))
    assert refusal.value.detail == "upstream es256: ID Token: alg or typ"


def test_the_time_of_authentication(ours: Ours) -> None:
    """With max_age, the upstream says when the person signed in."""
    found = ours.sign_in(ours.connection(), max_age=0, prompt="login").identity
    assert found.auth_time is not None
    assert abs(found.auth_time - ours.clock()) < 600


def test_a_person_cancels(ours: Ours) -> None:
    """The upstream sends an error with `iss` and the state."""
    connection = ours.connection()
    begun = ours.service.begin(connection, purpose="sign_in", carried="request", now=ours.clock())
    sent = dict(parse_qsl(urlsplit(ours.upstream.visit(begun.url, "ada", cancel=True).url).query))
    assert (sent["error"], sent["iss"]) == ("access_denied", ours.metadata["issuer"])
    with pytest.raises(UpstreamRefused) as refusal:
        ours.service.finish(connection, sent, begun.cookie_value, ours.clock())
    assert (refusal.value.message.id, refusal.value.carried) == ("upstream.cancelled", "request")


def test_a_code_counts_once_and_with_its_own_verifier(ours: Ours) -> None:
    """The upstream refuses the rest: our answer says so, and identifies no person."""
    connection = ours.connection()

    def begin() -> tuple[Any, dict[str, str]]:
        begun = ours.service.begin(connection, purpose="sign_in", carried="request", now=ours.clock())
        return begun, dict(parse_qsl(urlsplit(ours.upstream.visit(begun.url, "ada").url).query))

    (first, sent), (second, other) = begin(), begin()
    with pytest.raises(UpstreamRefused) as injected:  # the code of another attempt: the verifier does not belong to it
        ours.service.finish(connection, other | {"code": sent["code"]}, second.cookie_value, ours.clock())
    assert injected.value.detail == "upstream client_secret_basic: token request: status 400 invalid_grant"
    (first, sent), _ = begin(), None
    assert ours.service.finish(connection, sent, first.cookie_value, ours.clock())
    with pytest.raises(UpstreamRefused) as replayed:
        ours.service.finish(connection, sent, first.cookie_value, ours.clock())
    assert replayed.value.message.id == "upstream.answer_invalid"


def test_a_wrong_secret_is_a_mistake_of_the_connection(ours: Ours) -> None:
    connection = replace(ours.connection(), secret=seal_secret(ours.keyring, "client_secret_basic", "wrong"))
    with pytest.raises(UpstreamRefused) as refusal:
        ours.sign_in(connection)
    assert refusal.value.message.id == "upstream.misconfigured"
    assert "wrong" not in json.dumps([refusal.value.detail, repr(refusal.value)])


@pytest.mark.parametrize("issuer", ["https://localhost:1", "ISSUER/", "https://LOCALHOST"])
def test_another_issuer_is_refused(ours: Ours, issuer: str) -> None:
    """Exactly, by the parameter of the answer."""
    with pytest.raises(UpstreamRefused) as refusal:
        ours.sign_in(ours.connection(issuer=issuer.replace("ISSUER", ours.metadata["issuer"])))
    assert refusal.value.detail.endswith("the iss parameter names another issuer")
