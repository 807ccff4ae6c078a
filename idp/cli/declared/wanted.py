"""The objects of a file with the right types, their secrets and their texts, before anything is compared or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from idp.cli.declared.kinds import ORDER
from idp.cli.declared.problems import FileProblemsError
from idp.cli.declared.references import secret_of, text_of
from idp.domain.errors import Invalid
from idp.http.admin.invalid_input import describe_errors

if TYPE_CHECKING:
    from pathlib import Path

    from idp.cli.declared.file import Declared
    from idp.cli.declared.kinds.base import Kind

_ANY_SECRET = "x" * 32


class Wanted(NamedTuple):
    """An object of the file. `secret`: in plain, or empty if the file has no reference."""

    kind: Kind
    id: str
    given: dict[str, Any]
    secret: str

    @property
    def place(self) -> str:
        """Where it is in the file."""
        return f"{self.kind.name}.{self.id}"


def wanted_of(declared: Declared, folder: Path) -> list[Wanted]:
    """Return the objects in the order in which they are written. A member with null is as if it were not there.

    Raises:
        FileProblemsError: members are unknown, missing or have another type. Nothing was read from the deployment.
        Invalid: a secret is not where its reference says.
    """
    found, problems = list[Wanted](), list[str]()
    for kind in ORDER:
        for object_id, members in declared.objects.get(kind.name, {}).items():
            place = f"{kind.name}.{object_id}"
            given = {name: value for name, value in members.items() if value is not None}
            reference = given.pop(kind.secret, None) if kind.secret else None
            given |= {name: text_of(given[name], folder=folder, field=f"{place}.{name}") for name in kind.texts if name in given}
            problems += _problems(kind, object_id, given, place)
            secret = secret_of(reference, folder=folder, field=f"{place}.{kind.secret}") if reference is not None else ""
            found.append(Wanted(kind, object_id, given, secret))
    if problems:
        raise FileProblemsError("\n".join(problems))
    return found


def _problems(kind: Kind, object_id: str, given: Mapping[str, Any], place: str) -> list[str]:
    """Return what is wrong with the members, by the shape of the admin API."""
    if kind.id_in_body and kind.id_member in given:
        return [f"{place}.{kind.id_member}: The id is the name of the object, and no member of it."]
    body = dict(given)
    if kind.id_in_body and kind.id_member in kind.model.model_fields:
        body[kind.id_member] = object_id
    if kind.secret in kind.model.model_fields:
        body[kind.secret] = _ANY_SECRET
    try:
        kind.model.model_validate(body)
    except ValidationError as error:
        errors = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False, include_input=False)]
        return [f"{place}{'.' if each['field'] else ''}{each['field']}: {each['detail']}" for each in describe_errors(errors, body)]
    return []


def at(wanted: Wanted, problem: Invalid) -> FileProblemsError:
    """Return a problem of an object with its place in the file."""
    return FileProblemsError(f"{wanted.place}{'.' if problem.field else ''}{problem.field}: {problem.description}")
