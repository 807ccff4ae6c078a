"""Presigned URLs of Amazon S3: signatures in the query ("Authenticating Requests: Using Query Parameters", S3 API reference).

A URL permits one method on one object for some seconds. Headers that are signed have to be sent as they are: with another length, S3
refuses an upload. A test compares the results with botocore's signer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from idp.adapters.sigv4 import ALGORITHM, Credentials, Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

_BODY = "UNSIGNED-PAYLOAD"


def presigned_path(
    signer: Signer, credentials: Credentials, *, method: str, host: str, path: str, at: str, lifetime: int,
    headers: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Return the path with the signed query. `path`: percent-encoded, as it is sent. `at`: UTC in the form 20260102T030405Z.

    `lifetime`: seconds. `headers`: in lower case, which the request must have with exactly these values beside Host.
    """
    signed = dict(sorted({**(headers or {}), "host": host}.items()))
    names = ";".join(signed)
    query = {
        "X-Amz-Algorithm": ALGORITHM, "X-Amz-Credential": signer.scope_of(credentials, at), "X-Amz-Date": at,
        "X-Amz-Expires": str(lifetime), "X-Amz-SignedHeaders": names,
        **({"X-Amz-Security-Token": credentials.token} if credentials.token else {}),
    }  # fmt: skip
    told = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(query.items()))
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    signature = signer.sign(credentials, at, f"{method}\n{path}\n{told}\n{lines}\n{names}\n{_BODY}")
    return f"{path}?{told}&X-Amz-Signature={signature}"
