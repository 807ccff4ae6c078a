"""A rebuild of the search rows that is stopped before its end, as by Ctrl-C."""

from __future__ import annotations

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.search.rebuild import SearchRebuild


def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild reads five people at a time, and stores its place after each slice."""
    monkeypatch.setattr("idp.services.search.rebuild._SLICE", 5)
    monkeypatch.setattr("idp.services.search.rebuild._SAVED_EVERY", 1)


def stop_after(people: int, rebuild: SearchRebuild) -> None:
    """Run the rebuild, and stop it when it has told this number of people."""

    def stop(number: int) -> None:
        if number == people:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.run(scope=DEPLOYMENT, tell=stop)
