"""What is loaded before SnapStart takes its snapshot: all the code that a request may need, in place of what is rare at its first use.

Code only: no key is read and no connection is made, so nothing secret and nothing unique is in a snapshot. That is done after a restore,
before the first request.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages

PACKAGES = ("idp.domain", "idp.adapters", "idp.store", "idp.services", "idp.oauth", "idp.http", "idp.wiring")
LIBRARIES = ("argon2", "joserfc.jwe", "segno", "pyotp", "encodings.idna")
"""Imported inside functions of those packages, or by a first connection."""


def wanted() -> bool:
    """Whether this is the start from which a snapshot is taken."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def load() -> None:
    """All of it."""
    for package in PACKAGES:
        for found in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(found.name)
    for library in LIBRARIES:
        import_module(library)
    from idp.http.pages import load_templates

    load_templates()


def after_restore(act: Callable[[], object]) -> None:
    """Do this in each environment that begins from the snapshot. What fails then fails again at a request, which is answered for it."""
    from snapshot_restore_py import register_after_restore  # a part of Lambda's own runtime

    def tried() -> None:
        with suppress(Exception):
            act()

    register_after_restore(tried)
