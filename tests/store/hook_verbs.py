"""Cases of the methods that write hooks (see `verbs`)."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.hooks.hook import SIGN_IN, Hook
from idp.store.hooks import Hooks
from tests.store.examples import new_id
from tests.store.versioned import Versioned


def _hook() -> Hook:
    return Hook(name=new_id().lower(), kind=SIGN_IN, cedar="permit(principal, action, resource);", on_failure="deny")


ALL = Versioned(
    "hook", Hooks, _hook, lambda it: replace(it, enabled=False), lambda it: replace(it, on_failure="allow"), lambda it: it.name
).cases()  # fmt: skip
