"""The endpoints of an OpenID Connect upstream, from its metadata (OIDC Discovery §4). An admin asks for them; a sign-in never does.

The document is fetched as all URLs that others name: https, public addresses, no redirect, limited in bytes and seconds (threats O-11).
What it says is stored with the connection only if it names exactly the issuer of the connection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.outgoing import FetchRefused, parse_target
from idp.domain.connections.presets import metadata_url
from idp.domain.errors import Invalid
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.telemetry import record
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from idp.adapters.outgoing import Fetcher
    from idp.domain.connections.connection import Connection

LIMIT, TIMEOUT = 64 * 1024, 3.0
"""The greatest number of bytes of a document, and of seconds for its fetch."""
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


class Discovered(NamedTuple):
    """What a connection takes from the metadata. `algorithms`: those of its ID Tokens that this provider verifies, RS256 first.

    `endpoints`: the members of a connection with a URL. An optional endpoint that is missing is the empty text.
    """

    endpoints: Mapping[str, str]
    iss_parameter: bool
    algorithms: tuple[str, ...]


def discover(fetcher: Fetcher, issuer: str, *, tenants: Sequence[str] = (), dev_hosts: Collection[str] = ()) -> Discovered:
    """Fetch the metadata of an issuer. `tenants`: of Microsoft Entra. `dev_hosts`: hosts of development with any address and port.

    Raises:
        Invalid: it cannot be fetched, is not such a document, belongs to another issuer, or has an endpoint that is not https.
    """
    try:
        fetched = fetcher.get(metadata_url(issuer, tenants), limit=LIMIT, timeout=TIMEOUT)
    except FetchRefused as error:
        record.note(f"the metadata of an upstream could not be fetched: {error.detail}")
        raise Invalid("connection.metadata_unreachable", field="issuer") from error
    try:
        document = strict_json.loads(fetched.body)
    except ValueError as error:
        raise Invalid("connection.metadata_malformed", field="issuer") from error
    # OIDC Discovery §4.3: "The issuer value returned MUST be identical to the Issuer URL that was used as the prefix"
    if document.get("issuer") != issuer:
        raise Invalid("connection.metadata_other_issuer", field="issuer")
    endpoints = {name: _endpoint(document, name, dev_hosts) for name in (*REQUIRED, *OPTIONAL)}
    # RFC 9207 §3: without the member, the upstream does not send `iss`
    return Discovered(endpoints, document.get("authorization_response_iss_parameter_supported") is True, _algorithms(document))


def discovered(made: Connection, given: Mapping[str, Any], fetcher: Fetcher, *, dev_hosts: Collection[str]) -> Connection:
    """Return the connection with what the metadata says. Members that the admin gave stay. Raises Invalid, as `discover`."""
    found = discover(fetcher, made.issuer, tenants=made.tenants, dev_hosts=dev_hosts)
    told: dict[str, Any] = {name: url for name, url in found.endpoints.items() if not given.get(name)}
    if made.preset in {"apple", "microsoft"}:
        told["userinfo_endpoint"] = ""  # their UserInfo endpoint needs another scope or adds nothing
    if not given.get("signing_alg"):
        told["signing_alg"] = found.algorithms[0]
    return replace(made, **told, iss_parameter=found.iss_parameter)


def is_endpoint(url: str, dev_hosts: Collection[str] = ()) -> bool:
    """Return whether a connection may have this URL: one that may be fetched, without a fragment (RFC 6749 §3.1, §3.2)."""
    try:
        parse_target(url, dev_hosts)
    except FetchRefused:
        return False
    return "#" not in url


def _endpoint(document: Mapping[str, Any], name: str, dev_hosts: Collection[str]) -> str:
    url = document.get(name)
    if url is None and name in OPTIONAL:
        return ""
    if not isinstance(url, str) or not is_endpoint(url, dev_hosts):
        raise Invalid("connection.metadata_endpoint", name=name, field="issuer")
    return url


def _algorithms(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the algorithms of ID Tokens. RS256 is one of them if the upstream names none (OIDC Discovery §3)."""
    named = document.get("id_token_signing_alg_values_supported", ["RS256"])
    found = tuple(each for each in ("RS256", *ALGORITHMS) if isinstance(named, list) and each in named)
    if not found:
        raise Invalid("connection.metadata_algorithms", values=", ".join(ALGORITHMS), field="issuer")
    return tuple(dict.fromkeys(found))
