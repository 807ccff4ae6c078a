"""AWS credentials: from the environment in a Lambda function, and from botocore's providers everywhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from idp.adapters.sigv4 import Credentials

CredentialSource = Callable[[], Credentials | None]
"""Called before every request, because keys expire; the source decides when to fetch new ones. None if there are no credentials."""


def credential_source(environ: Mapping[str, str] | None = None) -> CredentialSource:
    """The source for this process. botocore (profiles, SSO, containers, keys that SnapStart renews) is imported only if it is needed."""
    environ = os.environ if environ is None else environ
    access_key, secret_key = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        fixed = Credentials(access_key, secret_key, environ.get("AWS_SESSION_TOKEN", ""))
        return lambda: fixed
    return _Chain()


class _Chain:
    """botocore's providers in botocore's order. Expired keys are renewed. If there were no credentials, they are looked up again."""

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
