"""Loads all code that a request may need before SnapStart takes its snapshot. Elsewhere rare modules load at their first use.

It loads code only. No key is read and no connection is made, so the snapshot contains nothing secret and nothing unique. Both happen
after a restore, before the first request.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages

PACKAGES = ("idp.domain", "idp.adapters", "idp.store", "idp.services", "idp.oauth", "idp.http", "idp.wiring")
LIBRARIES = ("argon2", "joserfc.jwe", "segno", "pyotp", "fido2.webauthn", "encodings.idna")
"""Imported inside functions of those packages, or by a first connection."""


def is_wanted() -> bool:
    """Return whether this start is the one from which a snapshot is taken."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def load() -> None:
    """Import all modules and templates."""
    for package in PACKAGES:
        for found in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(found.name)
    for library in LIBRARIES:
        import_module(library)
    from idp.http.pages import load_templates

    load_templates()


def after_restore(act: Callable[[], object]) -> None:
    """Call `act` in each environment that starts from the snapshot. Errors are ignored: the first request reports them."""
    from snapshot_restore_py import register_after_restore  # part of Lambda's runtime

    def tried() -> None:
        with suppress(Exception):  # any failure: the first request tries again and reports it
            act()

    register_after_restore(tried)
