"""The admin API as a plan needs it. `local_api` calls it in this process, `remote_api` over HTTPS with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.declared.managed_object import ManagedObject
    from idp.settings import Settings

PREFIX = "/admin/v1"
NOT_FOUND = 404
ABSENT = "*"
"""In place of an ETag: the object must not exist (RFC 9110 §13.1.2, If-None-Match)."""


class Answer(NamedTuple):
    """An answer. `etag`: as it was sent, or empty."""

    body: Any
    etag: str = ""


class Api(Protocol):
    """The admin API, and what a file needs beside it."""

    settings: Settings
    """Of the deployment: for the defaults of apps."""

    def call(self, method: str, path: str, body: Any = None, *, etag: str = "") -> Answer:
        """Send one request. `path`: below /admin/v1, percent-encoded, with a query. `etag`: for If-Match, or ABSENT.

        Raises:
            ApiRefusedError: the answer is a refusal.
        """
        ...

    def holds_secret(self, kind: str, object_id: str, secret: str) -> bool:
        """Return whether the object has this secret. `kind`: connections, organization_connections, provisioning_targets or apps.

        `object_id`: of a connection of an organisation, its whole id.
        """
        ...

    def set_app_secret(self, client_id: str, secret: str) -> None:
        """Replace the secrets of an app by this one."""
        ...

    def labels(self) -> Sequence[ManagedObject]:
        """Return the labels of all objects."""
        ...

    def label(self, made: ManagedObject) -> None:
        """Write a label.

        Raises:
            ApiRefusedError: another file manages the object.
        """
        ...

    def unlabel(self, made: ManagedObject) -> None:
        """Remove a label."""
        ...
