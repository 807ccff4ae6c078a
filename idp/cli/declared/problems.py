"""What stops a plan or an apply, as sentences for the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from idp.cli.declared.printable import plain


class FileProblemsError(Exception):
    """The file cannot be used. The message lists what is wrong, one line each, with the place in the file."""


class ApiRefusedError(Exception):
    """The admin API refused a request. `status`: of HTTP. The message is the API's own, and has no value of the request."""

    def __init__(self, status: int, detail: str, errors: Sequence[Mapping[str, object]] = (), *, where: str = "") -> None:
        lines = [f"{each['field']}: {each['detail']}" if each.get("field") else str(each.get("detail", "")) for each in errors]
        told = [(f"{where}: " if where else "") + (detail or _phrase(status)), *lines]
        super().__init__("\n".join(map(plain, told)))  # of another deployment, so that it does not control the terminal
        self.status, self.detail, self.errors = status, detail, errors

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else changed the object meanwhile."""
        return self.status in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}

    @property
    def is_input(self) -> bool:
        """Whether the file has to be corrected."""
        return self.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}

    def at(self, where: str) -> ApiRefusedError:
        """Return the same refusal with the place in the file."""
        return ApiRefusedError(self.status, self.detail, self.errors, where=where)


def _phrase(status: int) -> str:
    """Return the words of a status, also of one that HTTP does not name."""
    return HTTPStatus(status).phrase if status in {each.value for each in HTTPStatus} else f"status {status}"
