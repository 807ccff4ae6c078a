"""No background event failed for good: the queue of dead letters is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import NotToldError, ok, skipped, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Ask SQS how many there are. An engine of one's own has no such queue."""
    if not parts.in_aws:
        return
    queue = f"{parts.settings.table_prefix}-dead-letters"
    try:
        waiting = parts.queues.count(queue)
    except NotToldError as error:
        silent = marked("SQS does not tell about the queue {queue} ({problem})")
        yield skipped("dead letters", silent, queue=queue, problem=error)
        return
    if waiting:
        lost = marked(
            "Background events that failed for good, such as a mail or a batch of changes: {count}. "
            "Read them in the queue {queue}, and the logs of their functions."
        )
        yield wrong("dead letters", lost, count=waiting, queue=queue)
    else:
        yield ok("dead letters", marked("No background event failed for good"))
