"""What can go wrong, as values that one renderer turns into an answer. Raise once, render once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


class IdpError(Exception):
    """A refusal with a sentence for the caller (`description`) and a detail for the log (`detail`). Neither holds a secret."""

    status: ClassVar[int] = 400

    def __init__(self, description: str = "", *, detail: str = "") -> None:
        super().__init__(description)
        self.description = description
        self.detail = detail


class OAuthError(IdpError):
    """An error that the protocol names: `code` as in RFC 6749 §4.1.2.1 and §5.2 and the specifications that extend it.

    Descriptions keep to the characters that RFC 6749 §5.2 allows (%x20-21 / %x23-5B / %x5D-7E); the renderer drops others.
    """

    def __init__(
        self, code: str, description: str = "", *, detail: str = "", status: int = 400, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(description, detail=detail)
        self.code = code
        self.http_status = status
        self.headers = headers or {}


class InvalidClient(OAuthError):
    """Client authentication failed (RFC 6749 §5.2): 401, with the Basic challenge."""

    def __init__(self, description: str = "Client authentication failed.", *, detail: str = "") -> None:
        super().__init__("invalid_client", description, detail=detail, status=401, headers={"WWW-Authenticate": 'Basic realm="token"'})


class InvalidGrant(OAuthError):
    """The code or refresh token is not valid for this client (RFC 6749 §5.2)."""

    def __init__(
        self,
        description: str = "The code or refresh token is invalid, expired, revoked or was issued to another client.",
        *,
        detail: str = "",
    ) -> None:
        super().__init__("invalid_grant", description, detail=detail)


class InvalidToken(OAuthError):
    """A protected resource refuses the access token (RFC 6750 §3.1): 401, with the Bearer challenge."""

    def __init__(self, description: str = "The access token is invalid, expired or revoked.", *, detail: str = "") -> None:
        challenge = f'Bearer error="invalid_token", error_description="{description}"'
        super().__init__("invalid_token", description, detail=detail, status=401, headers={"WWW-Authenticate": challenge})


class PageError(IdpError):
    """A refusal that a person sees as a page: nothing is redirected anywhere (RFC 6749 §4.1.2.1, RFC 9700 §4.11).

    `app`: the app that the person came from, where it is known; the page may offer a link to its website.
    """

    def __init__(self, code: str, description: str, *, status: int = 400, detail: str = "", app: Client | None = None) -> None:
        super().__init__(description, detail=detail)
        self.code = code
        self.http_status = status
        self.app = app


class Throttled(IdpError):
    """Too many attempts; `retry_after` seconds until the next one counts."""

    status = 429

    def __init__(self, retry_after: int, description: str = "Too many attempts. Wait a little and try again.") -> None:
        super().__init__(description)
        self.retry_after = max(1, retry_after)


class Unavailable(IdpError):
    """A part this depends on is throttled or down: 503 with Retry-After, never open and never `invalid_grant`."""

    status = 503
    retry_after = 2

    def __init__(self, description: str = "The service is busy. Try again in a moment.", *, detail: str = "") -> None:
        super().__init__(description, detail=detail)


class NotFound(IdpError):
    """There is no such thing, or not for this caller."""

    status = 404


class Conflict(IdpError):
    """Something else is in the way: the email is taken, the id exists."""

    status = 409


class PreconditionFailed(IdpError):
    """The ETag of If-Match is not the current one (RFC 9110 §13.1.1)."""

    status = 412


class Invalid(IdpError):
    """The input does not say something acceptable. `field` names it when one does."""

    status = 400

    def __init__(self, description: str, *, field: str = "", detail: str = "") -> None:
        super().__init__(description, detail=detail)
        self.field = field


class Unprocessable(Invalid):
    """It is well-formed, and cannot be used (RFC 9110 §15.5.21). `problems`: what is wrong where, member by member."""

    status = 422

    def __init__(self, description: str, *, problems: list[dict[str, Any]]) -> None:
        super().__init__(description)
        self.problems = problems


class Forbidden(IdpError):
    """Known, but not allowed."""

    status = 403
