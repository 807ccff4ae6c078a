"""Forms by which a browser sends a file to Amazon S3 ("Creating an HTML Form (Using AWS Signature Version 4)", S3 API reference).

The signed policy permits one key of one bucket, a range of sizes and one way back, for some seconds. S3 refuses a form with another field
or value. A test compares the results with botocore's.
"""

from __future__ import annotations

import json
from base64 import b64encode
from calendar import timegm
from time import gmtime, strftime, strptime
from typing import TYPE_CHECKING, Any

from idp.adapters.sigv4 import ALGORITHM

if TYPE_CHECKING:
    from idp.adapters.sigv4 import Credentials, Signer


def form_fields(
    signer: Signer, credentials: Credentials, *, bucket: str, key: str, most: int, back: str, at: str, lifetime: int
) -> dict[str, str]:  # fmt: skip
    """Return the fields, which come before the file. `most`: bytes of the file. `back`: the URL after the upload.

    `at`: UTC in the form 20260102T030405Z. `lifetime`: seconds.
    """
    fields = {
        "key": key, "success_action_redirect": back, "x-amz-algorithm": ALGORITHM,
        "x-amz-credential": signer.scope_of(credentials, at), "x-amz-date": at,
        **({"x-amz-security-token": credentials.token} if credentials.token else {}),
    }  # fmt: skip
    conditions: list[Any] = [{"bucket": bucket}, ["content-length-range", 1, most], *({name: value} for name, value in fields.items())]
    ends = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(timegm(strptime(at, "%Y%m%dT%H%M%SZ")) + lifetime))
    policy = b64encode(json.dumps({"expiration": ends, "conditions": conditions}).encode()).decode()
    return {**fields, "policy": policy, "x-amz-signature": signer.sign_text(credentials, at, policy)}
