"""What is loaded before SnapStart takes its snapshot: all the code that a request may need, in place of what is rare at its first use.

Code only: no key is read and no connection is made, so nothing secret and nothing unique is in a snapshot.
"""

from __future__ import annotations

import os
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
