"""The errors of the provider. One renderer turns them into answers.

Each class takes the id of a message (`idp.domain.messages`) and its values as keywords: `Invalid("password.too_short", minimum=12)`.
A `Message` that a rule returned can take the place of the id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from idp.domain.message import message_of

if TYPE_CHECKING:
    from idp.domain.message import Message, Param


class Described(Exception):  # the base of IdpError and InvalidValue; it is not raised itself
    """An exception with a message. `description` and `str` are its English sentence."""

    def __init__(self, message: str | Message, /, **params: Param) -> None:
        self.message = message_of(message, params)
        super().__init__(self.message.id)

    @property
    def description(self) -> str:
        """The sentence in English: for OAuth's error_description, the admin API and the command line."""
        from idp.domain.messages import render  # the catalogue loads with the first error that is shown

        return render(self.message)

    def __str__(self) -> str:
        return self.description


class InvalidValue(Described, ValueError):
    """A parser of the domain refuses its input. Its caller catches this and raises an error with the field or the protocol's code."""


class IdpError(Described):
    """A refusal: a message for the caller, and a detail in English for the log. Neither contains a secret."""

    status: ClassVar[int] = 400

    def __init__(self, message: str | Message = "", /, *, detail: str = "", **params: Param) -> None:
        super().__init__(message_of(message, params))
        self.detail = detail


class OAuthError(IdpError):
    """An error of the protocol: `code` as in RFC 6749 §4.1.2.1 and §5.2 and the specifications that extend it.

    Descriptions keep to the characters that RFC 6749 §5.2 allows (%x20-21 / %x23-5B / %x5D-7E); the renderer drops others.
    """

    def __init__(
        self, code: str, message: str | Message = "", /, *, detail: str = "", status: int = 400, headers: dict[str, str] | None = None,
        **params: Param,
    ) -> None:  # fmt: skip
        super().__init__(message_of(message, params), detail=detail)
        self.code = code
        self.http_status = status
        self._headers = headers or {}

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the answer, such as a challenge."""
        return self._headers


class InvalidClient(OAuthError):
    """Client authentication failed (RFC 6749 §5.2): 401, with the Basic challenge."""

    def __init__(self, message: str | Message = "client.not_authenticated", /, *, detail: str = "", **params: Param) -> None:
        headers = {"WWW-Authenticate": 'Basic realm="token"'}
        super().__init__("invalid_client", message_of(message, params), detail=detail, status=401, headers=headers)


class InvalidGrant(OAuthError):
    """The code or refresh token is not valid for this client (RFC 6749 §5.2)."""

    def __init__(self, message: str | Message = "grant.invalid", /, *, detail: str = "", **params: Param) -> None:
        super().__init__("invalid_grant", message_of(message, params), detail=detail)


class InvalidToken(OAuthError):
    """A protected resource refuses the access token (RFC 6750 §3.1): 401, with the Bearer challenge."""

    def __init__(self, message: str | Message = "access_token.invalid", /, *, detail: str = "", **params: Param) -> None:
        super().__init__("invalid_token", message_of(message, params), detail=detail, status=401)

    @property
    def headers(self) -> dict[str, str]:
        """The challenge. It is made with the answer, because introspection answers this error with a success that has no description."""
        return {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{self.description}"'}


class LinkedApp(Protocol):
    """The app that an error page links to (`Client` is one). `home`: the address of the link; None means no link."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def home(self) -> str | None: ...


class PageError(IdpError):
    """A refusal that a person sees as a page, without a redirect (RFC 6749 §4.1.2.1, RFC 9700 §4.11).

    `app`: the app that sent the person, if it is known. The page may link to its website.
    """

    def __init__(
        self, code: str, message: str | Message, /, *, status: int = 400, detail: str = "", app: LinkedApp | None = None, **params: Param
    ) -> None:
        super().__init__(message_of(message, params), detail=detail)
        self.code = code
        self.http_status = status
        self.app = app


class Throttled(IdpError):
    """Too many attempts. `retry_after`: seconds until the next attempt counts."""

    status = 429

    def __init__(self, retry_after: int, message: str | Message = "service.too_many_attempts", /, **params: Param) -> None:
        super().__init__(message_of(message, params))
        self.retry_after = max(1, retry_after)


class Unavailable(IdpError):
    """A service that this depends on is throttled or down: 503 with Retry-After. Access is refused, but never with `invalid_grant`."""

    status = 503
    retry_after = 2

    def __init__(self, message: str | Message = "service.busy", /, *, detail: str = "", **params: Param) -> None:
        super().__init__(message_of(message, params), detail=detail)


class NotFound(IdpError):
    """It does not exist, or this caller may not see it."""

    status = 404


class Conflict(IdpError):
    """The request conflicts with the present state: for example the email is taken, or the id exists."""

    status = 409


class PreconditionFailed(IdpError):
    """The ETag of If-Match is not the current one (RFC 9110 §13.1.1)."""

    status = 412


class Invalid(IdpError):
    """The input is not acceptable. `field` names the member that is wrong, if it is one."""

    status = 400

    def __init__(self, message: str | Message, /, *, field: str = "", detail: str = "", **params: Param) -> None:
        super().__init__(message_of(message, params), detail=detail)
        self.field = field


class MalformedInput(Invalid):
    """A program sent something that cannot be parsed, such as the answer of an authenticator. A page with it has the status 400."""


class Unprocessable(Invalid):
    """The content is well-formed but cannot be used (RFC 9110 §15.5.21). `problems`: what is wrong with each member."""

    status = 422

    def __init__(self, message: str | Message, /, *, problems: list[dict[str, Any]], **params: Param) -> None:
        super().__init__(message_of(message, params))
        self.problems = problems


class Forbidden(IdpError):
    """The caller is known, but may not do this."""

    status = 403
