"""This provider as a service provider, without a store, and the identity provider that answers it."""

from __future__ import annotations

import zlib
from base64 import b64decode
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from idp.adapters.saml_function import in_this_process
from idp.domain.connections.connection import Connection
from idp.services.upstream.saml import own_keys
from idp.services.upstream.sign_in import UpstreamSignIn
from idp.settings import Settings
from tests.support.saml_idp import IDP, NOW, SP, key_pair, response
from tests.support.sealing import Sealing

if TYPE_CHECKING:
    from lxml.etree import _Element

    from idp.adapters.saml_function import Judge
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.sign_in import Begun, Finished
    from idp.store.used_once import UsedOnce

ISSUER, SSO = "https://id.example.com", "https://idp.corp.example/sso?tenant=1"


class Marks:
    """The part of the store that makes the mark of a use."""

    def use_part(self, kind: str, name: str, *, expires_at: int, attempt: str) -> dict[str, Any]:
        """The mark."""
        del attempt
        return {"kind": kind, "name": name, "expires_at": expires_at}


def connection(**changes: Any) -> Connection:
    """A connection with keys of its own."""
    made = Connection(
        id="corp", type="saml", preset="saml", name="Corp", issuer=IDP, authorization_endpoint=SSO, client_id=SP, client_auth="none",
        scopes=(), certificates=(key_pair().der,),
    )  # fmt: skip
    return replace(made, **{"secret": _keys().secret, "own_certificates": _keys().own_certificates, **changes})


@cache
def _keys() -> Connection:
    return own_keys.make(cast("Keyring", Sealing()), Connection(id="corp", type="saml"), ISSUER, NOW)


@dataclass
class ServiceProvider:
    """The sign-in service, and one connection."""

    connection: Connection = field(default_factory=connection)
    judge: Judge = in_this_process
    now: int = NOW

    def __post_init__(self) -> None:
        self.service = UpstreamSignIn(
            Settings(ISSUER), cast("Keyring", Sealing()), cast("Any", None), cast("UsedOnce", Marks()), lambda: self.now, lambda: "attempt",
            lambda: self.judge,
        )  # fmt: skip

    def begin(self, **options: Any) -> Begun:
        """Begin an attempt."""
        wanted: dict[str, Any] = {"purpose": "sign_in", "carried": "request", "now": self.now} | options
        return self.service.begin(self.connection, **wanted)

    def reply(self, begun: Begun, *, relay_state: str | None = None, value: str | None = None, **changes: Any) -> dict[str, str]:
        """The query of our own URL after the identity provider's form."""
        request = request_of(begun)
        posted = value if value is not None else response(**{"request_id": request.get("ID"), "now": self.now} | changes)
        form = {"SAMLResponse": posted, "RelayState": relay_state_of(begun) if relay_state is None else relay_state}
        url = self.service.repost(self.connection, form, self.now)
        assert url.startswith(f"{ISSUER}/upstream/corp/callback?")
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def finish(self, begun: Begun, query: dict[str, str]) -> Finished:
        """Go on in the browser that began."""
        return self.service.finish(self.connection, query, begun.cookie_value, self.now)

    def sign_in(self, **changes: Any) -> Finished:
        """A whole sign-in."""
        begun = self.begin()
        return self.finish(begun, self.reply(begun, **changes))


def request_of(begun: Begun) -> _Element:
    """The request, as the identity provider reads it."""
    packed = parse_qs(urlsplit(begun.url).query)["SAMLRequest"][0]
    return etree.fromstring(zlib.decompress(b64decode(packed), -15))


def relay_state_of(begun: Begun) -> str:
    """The RelayState."""
    return parse_qs(urlsplit(begun.url).query)["RelayState"][0]
