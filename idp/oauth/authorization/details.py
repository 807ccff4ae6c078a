"""authorization_details (RFC 9396): of a type that the client may use and that an admin registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidValue, OAuthError
from idp.domain.requests import authorization_details as rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.oauth.params import Params
    from idp.oauth.provider import DetailParts

ERROR = "invalid_authorization_details"


def parse_requested(params: Params, client: Client) -> tuple[dict[str, Any], ...]:
    """The details of the request; empty without the parameter.

    Raises:
        OAuthError: they cannot be parsed, or are of a type that the client is not registered for (§5, §10).
    """
    text = params.get("authorization_details")
    return () if text is None else parse_details(text, client)


def parse_details(text: str, client: Client) -> tuple[dict[str, Any], ...]:
    """The details in a text. Errors as `parse_requested`."""
    try:
        found = rules.parse(text)
    except InvalidValue as problem:
        raise OAuthError(ERROR, problem.message) from None
    if not {detail["type"] for detail in found} <= set(client.authorization_details_types):
        raise OAuthError(ERROR, "authorization_details.type_not_registered")
    return found


def require_types(provider: DetailParts, details: Sequence[Mapping[str, Any]]) -> None:
    """Return when each fits the type that an admin registered. One read, and none without details.

    Raises:
        OAuthError: §5: "MUST refuse to process any unknown authorization details type or authorization details not conforming to the …
            type definition."
    """
    if details and provider.settings.authorization_details != "on":
        raise OAuthError(ERROR, "authorization_details.off")
    known = provider.detail_types.of(detail["type"] for detail in details) if details else {}
    for detail in details:
        problem = rules.problem(detail, known.get(detail["type"]))
        if problem:
            raise OAuthError(ERROR, problem)


def narrow_details(params: Params, client: Client, granted: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The details of the token (§6): those of the grant that the client still may use, or fewer if the request says so.

    Raises:
        OAuthError: the request asks for more.
    """
    kept = tuple(detail for detail in granted if detail["type"] in client.authorization_details_types)
    wanted = parse_requested(params, client)
    if not rules.within(wanted, kept):
        raise OAuthError(ERROR, "authorization_details.beyond_grant")
    return wanted or kept
