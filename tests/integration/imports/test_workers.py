"""Workers of an import job: one dies, two run at once (threats R-12). On real engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from idp.domain.moving.import_job import Progress
from tests.integration.imports.conftest import Importing, csv
from tests.store.race import crowd


class Killed(BaseException):
    """The environment of a worker ended. Nothing of it runs any more."""


def _once_each(importing: Importing, number: int) -> None:
    """Each person is stored, with one account."""
    raws = list(importing.world.services.database.scan("directory"))
    assert Counter(raw["kind"]["S"] for raw in raws)["source"] == number
    people = importing.people()
    assert len(people) == len(set(people)) == number


def test_a_worker_that_dies_loses_nothing(racing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a batch, after people of it were written. The next one does the batch again, when the lease has ended."""
    job_id = racing.started(csv(1, 300), rate=5)
    services = racing.world.services
    write, calls = services.people_imports.write, []

    def dies(people: Any) -> Any:
        calls.append(1)
        done = write(people)
        if len(calls) > 5:
            raise Killed
        return done

    with monkeypatch.context() as dying:
        dying.setattr(services.people_imports, "write", dies)
        with pytest.raises(Killed):
            racing.work()
    before = len(racing.people())
    assert 0 < before < 300
    assert racing.work() is False  # the dead worker has the job still
    assert len(racing.people()) == before
    racing.world.clock.now += 301
    assert racing.work() is False
    told = racing.job(job_id)
    assert (told["status"], told["rows"], told["refused"]) == ("finished", 300, 0)
    assert told["created"] + told["known"] == 300
    _once_each(racing, 300)


def test_two_workers_at_once_make_no_account_twice(racing: Importing) -> None:
    """One takes the job, the others find nothing to do."""
    job_id = racing.started(csv(1, 200), rate=5)
    workers = [racing.worker() for _ in range(6)]
    crowd(6, lambda number: workers[number].run(has_time=lambda: True))
    told = racing.job(job_id)
    assert (told["status"], told["rows"], told["created"], told["known"]) == ("finished", 200, 200, 0)
    _once_each(racing, 200)


def test_a_worker_that_was_taken_for_dead_overwrites_no_progress(racing: Importing) -> None:
    """It slept in the middle of its slice, and another one finished the job. Its people are known, and its progress is refused."""
    job_id = racing.started(csv(1, 300), rate=5)
    asked, woken = Event(), Event()
    turns = iter(range(100))

    def sleeps() -> bool:
        if next(turns) == 1:
            asked.set()
            assert woken.wait(30)
        return True

    def other() -> bool:
        assert asked.wait(30)
        racing.world.clock.now += 301
        racing.work()
        told.update(racing.job(job_id))
        woken.set()
        return True

    told: dict[str, Any] = {}
    runs: list[Callable[[], bool]] = [lambda: racing.worker().run(has_time=sleeps), other]
    crowd(2, lambda number: runs[number]())
    assert (told["status"], told["rows"], told["created"]) == ("finished", 300, 300)
    assert racing.job(job_id) == told
    _once_each(racing, 300)


def test_a_worker_that_lost_the_job_writes_nothing_about_it(racing: Importing) -> None:
    """Neither progress nor a release, while the next worker has the job."""
    job_id, jobs, clock = racing.started(csv(1, 3)), racing.world.services.import_jobs, racing.world.clock
    assert jobs.take(job_id, "one", now=clock())
    clock.now += 301
    assert jobs.take(job_id, "two", now=clock())
    assert not jobs.go_on(job_id, "one", Progress(rows=2), now=clock())
    jobs.release(job_id, "one", until=0)
    assert racing.job(job_id)["rows"] == 0
    assert jobs.take(job_id, "three", now=clock()) is None
    assert jobs.go_on(job_id, "two", Progress(rows=1), now=clock())


def test_two_starts_at_once_run_one_job(racing: Importing) -> None:
    """Of four jobs one starts, whichever it is."""
    made = [racing.create(csv(number * 10 + 1, number * 10 + 5)) for number in range(4)]
    for number, each in enumerate(made):
        racing.upload(each, csv(number * 10 + 1, number * 10 + 5)).raise_for_status()
    answers = crowd(4, lambda number: racing.start(made[number]["id"]).status_code)
    assert sorted(answers) == [202, 409, 409, 409]


def test_the_end_and_a_cancellation_at_once_end_the_job_once(racing: Importing) -> None:
    """Whichever was first. The trail has one of the two events."""
    job_id = racing.started(csv(1, 5))
    acts: list[Callable[[], object]] = [racing.work, lambda: racing.world.call("POST", f"/imports/{job_id}/cancel")]
    crowd(2, lambda number: acts[number]())
    ends = [event["type"] for event in racing.world.events() if event["type"] in {"import.finished", "import.cancelled"}]
    assert ends == [f"import.{racing.job(job_id)['status']}"]
