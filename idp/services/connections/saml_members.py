"""The members of a SAML connection that its identity provider's metadata has, and the ones that this provider makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import FetchRefused
from idp.adapters.saml_function import NoJudge
from idp.domain.errors import Invalid, Unavailable
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.adapters.outgoing import Fetcher
    from idp.adapters.saml_function import Judge

LIMIT, TIMEOUT = 1024 * 1024, 5.0
"""The greatest number of bytes of a document, and of seconds for its fetch."""
METADATA = "metadata"
"""The name under which an admin gives a document. It is read and not stored."""


def filled(given: Mapping[str, Any], judge: Judge, fetcher: Fetcher, now: int) -> dict[str, Any]:
    """Return the members with those of the metadata, if a document or its URL is given. Members that are given too replace them.

    Raises:
        Invalid: the metadata cannot be fetched, or it is not of exactly one identity provider. `field` names the member.
        Unavailable: the function does not answer.
    """
    members = {name: value for name, value in given.items() if name != METADATA}
    document, url = given.get(METADATA), given.get("metadata_url")
    if not document and not url:
        return members
    told = read(document or _fetched(str(url), fetcher), judge, now, field=METADATA if document else "metadata_url")
    return {**told, **{name: value for name, value in members.items() if value is not None}}


def without(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a connection of another type.

    Raises:
        Invalid: a document is given.
    """
    if given.get(METADATA):
        raise Invalid("connection.only_saml", field=METADATA)
    return {name: value for name, value in given.items() if name != METADATA}


def read(document: str, judge: Judge, now: int, *, field: str) -> dict[str, Any]:
    """Return the members of a connection that the metadata has. `field`: the name for a refusal."""
    try:
        answer = judge({"metadata": document, "now": now})
    except NoJudge as error:
        if not error.installed:
            raise Invalid("connection.saml_not_installed", field="preset") from error
        raise Unavailable(detail=f"the metadata of an identity provider: {error.detail}") from error
    if METADATA not in answer:
        record.note(f"the metadata of an identity provider: {answer.get('refused')}")
        raise Invalid("connection.saml_metadata", field=field)
    found = answer[METADATA]
    return {
        "issuer": found["entity_id"], "authorization_endpoint": found["sso_url"], "certificates": tuple(found["certificates"]),
        "signs_requests": bool(found["signs_requests"]),
    }  # fmt: skip


def fetched(url: str, fetcher: Fetcher, judge: Judge, now: int) -> dict[str, Any]:
    """Return the members of the metadata at a URL."""
    return read(_fetched(url, fetcher), judge, now, field="metadata_url")


def _fetched(url: str, fetcher: Fetcher) -> str:
    try:
        got = fetcher.get(url, accept="application/samlmetadata+xml, application/xml, text/xml", limit=LIMIT, timeout=TIMEOUT)
        return got.body.decode("utf-8-sig")
    except FetchRefused as error:
        record.note(f"the metadata of an identity provider could not be fetched: {error.detail}")
        raise Invalid("connection.saml_unreachable", field="metadata_url") from error
    except UnicodeDecodeError:
        raise Invalid("connection.saml_metadata", field="metadata_url") from None
