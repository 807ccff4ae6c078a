"""What has to change so that a deployment is as a file says. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.cli.declared.kinds import KINDS, ORDER
from idp.cli.declared.problems import FileProblemsError
from idp.cli.declared.wanted import at
from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Found, Kind
    from idp.cli.declared.wanted import Wanted
    from idp.domain.declared.managed_object import ManagedObject

CREATE, UPDATE, DELETE, SAME = "create", "update", "delete", "same"
Difference = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One object. `changed`: for each member the stored and the wanted value. `body`: what is sent. `etag`: of what was compared.

    `secret`: in plain, if it is written. `labelled_by`: None if the object has no label that is about it.
    """

    kind: Kind
    id: str
    action: str
    changed: Difference = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    etag: str = ""
    secret: str = field(default="", repr=False)
    labelled_by: str | None = None

    @property
    def place(self) -> str:
        """The kind and the id, for the output."""
        return f"{self.kind.title} {self.id}"


def plan(api: Api, wanted: Sequence[Wanted], *, manager: str, prune: bool) -> list[Planned]:
    """Return one entry for each object of the file, in the order in which they are written.

    `manager`: the name of the file, or empty. `prune`: labelled objects that the file does not have are deleted, after all else.

    Raises:
        Invalid: `prune` without a name.
        FileProblemsError: the file cannot be brought about: members contradict each other, or another file manages an object.
        ApiRefusedError: the API refused a read.
    """
    if prune and not manager:
        raise Invalid("declared.prune_without_name", field="managed")
    labels = {(each.kind, each.id): each for each in api.labels()}
    planned, problems = list[Planned](), list[str]()
    for each in wanted:
        try:
            planned.append(_compare(api, each, labels.get((each.kind.name, each.id)), manager))
        except FileProblemsError as problem:
            problems.append(str(problem))
        except Invalid as problem:
            problems.append(str(at(each, problem)))
    if problems:
        raise FileProblemsError("\n".join(problems))
    if prune:
        planned += _left_out(api, wanted, list(labels.values()), manager)
    return planned


def _compare(api: Api, wanted: Wanted, label: ManagedObject | None, manager: str) -> Planned:
    kind, object_id = wanted.kind, wanted.id
    full = kind.wanted(api, object_id, wanted.given)
    found = kind.read(api, object_id)
    if found is None:
        shown = {name: (None, value) for name, value in wanted.given.items()}
        return Planned(kind, object_id, CREATE, shown, wanted.given, secret=wanted.secret)
    labelled = label.manager if label and label.is_about(found.mark, found.version) else None
    changed = differences(kind, full, found)
    body = kind.changes(full, frozenset(changed), wanted.given, found) if changed else {}
    secret = ""
    if wanted.secret:
        is_other = not api.holds_secret(kind.name, kind.secret_id(api, object_id), wanted.secret)
        changed |= {kind.secret: (None, None)} if is_other else {}
        secret = wanted.secret if is_other or body else ""  # a change of the host needs the secret again, also if it is the same
    if changed and label and label.manager != manager and (labelled or not found.has_time):
        raise FileProblemsError(f"{wanted.place}: The file {label.manager!r} manages this object. Change it there.")
    if manager and kind.prunable and labelled is None:
        changed |= {"managed": (None, manager)}
    return Planned(kind, object_id, UPDATE if changed else SAME, changed, body, found.etag, secret, labelled)


def differences(kind: Kind, full: Mapping[str, Any], found: Found) -> dict[str, tuple[Any, Any]]:
    """Return the stored and the wanted value of each member that differs."""
    shown = kind.shown(found)
    return {name: (shown.get(name), value) for name, value in full.items() if shown.get(name) != value}


def _left_out(api: Api, wanted: Sequence[Wanted], labels: Sequence[ManagedObject], manager: str) -> list[Planned]:
    """Return the objects that this file labelled and does not have any more, those first that need others."""
    there = {(each.kind.name, each.id) for each in wanted}
    gone = [each for each in labels if each.manager == manager and (each.kind, each.id) not in there and each.kind in KINDS]
    planned = []
    for label in sorted(gone, key=lambda each: (-ORDER.index(KINDS[each.kind]), each.id)):
        kind = KINDS[label.kind]
        found = kind.read(api, label.id)
        if found and kind.prunable and label.is_about(found.mark, found.version):
            planned.append(Planned(kind, label.id, DELETE, etag=found.etag, labelled_by=manager))
    return planned
