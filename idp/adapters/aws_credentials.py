"""Whose key signs. A Lambda function has it in its environment; everywhere else botocore's chain of providers finds it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from idp.adapters.sigv4 import Credentials

CredentialSource = Callable[[], Credentials | None]
"""Asked before every call, because keys expire: a source knows when to fetch a new one. None: there is no key."""


def credential_source(environ: Mapping[str, str] | None = None) -> CredentialSource:
    """The source for this process. botocore (profiles, SSO, containers, keys that SnapStart renews) is imported only where it is needed."""
    environ = os.environ if environ is None else environ
    access_key, secret_key = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        fixed = Credentials(access_key, secret_key, environ.get("AWS_SESSION_TOKEN", ""))
        return lambda: fixed
    return _Chain()


class _Chain:
    """botocore's providers in botocore's order. It renews what expires; what it did not find it looks for again."""

    def __init__(self) -> None:
        self._found: Any = None

    def __call__(self) -> Credentials | None:
        if self._found is None:
            from botocore.session import Session

            self._found = Session().get_credentials()
        if self._found is None:
            return None
        frozen = self._found.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token or "")
