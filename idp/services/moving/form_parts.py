"""An export for another system as parts that are whole files: in bounded memory, and an interrupted export goes on at a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from idp.services.moving.other_forms import COUNTED, Form, Part, as_json

if TYPE_CHECKING:
    from idp.domain.moving.leaving.left_out import Counts
    from idp.services.moving.export_objects import Object
    from idp.services.moving.exporter import Exporter
    from idp.store.keys import Key


def parts(of: Form, exporter: Exporter, number: int, after: Key | None, seen: Callable[[], None]) -> Iterator[Part]:
    """The parts from this number on, which begin after this item. `seen` is called for each partition."""
    gathered = _Gathered(of, number)
    for found in exporter.objects(after):
        left: Counts = Counter()
        made = [(each.type, as_json(record)) for each in found.objects if (record := _record(of, each, left)) is not None]
        if not gathered.has_room(made):
            yield gathered.part()
            gathered = _Gathered(of, gathered.number + 1)
        gathered.add(made, left, found.last)
        seen()
    yield gathered.part()


def _record(of: Form, it: Object, left: Counts) -> dict[str, Any] | None:
    if it.type in COUNTED and not (it.type == "client" and of.head):
        left[COUNTED[it.type]] += 1
    return of.record(it, left)


class _Gathered:
    """The records of one part."""

    def __init__(self, of: Form, number: int) -> None:
        self._form, self.number, self._records, self._size = of, number, [of.ends[0]], sum(map(len, of.ends))
        self._part = Part(of.name(number), None)

    def has_room(self, made: list[tuple[str, bytes]]) -> bool:
        more = sum(len(text) + len(self._form.ends[1]) for _, text in made)
        count = self._part.records.total()
        return not count or (count + len(made) <= self._form.most and self._size + more <= self._form.largest)

    def add(self, made: list[tuple[str, bytes]], left: Counts, last: Key) -> None:
        for kind, text in made:
            if self._part.records.total():
                self._records.append(self._form.ends[1])
            self._records.append(text)
            self._size += len(text) + len(self._form.ends[1])
            self._part.records[kind] += 1
        self._part.left.update(left)
        self._part.last = last

    def part(self) -> Part:
        if self._part.records:
            self._part.content = [*self._records, self._form.ends[2]]
        return self._part
