"""Keys: they can be decrypted, each algorithm has an active and a next key, none is too old; the KMS key is enabled and rotates."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from idp.adapters.aws_client import AwsError, AwsUnreachableError
from idp.adapters.aws_json import KMS, AwsJson
from idp.cli.doctor.finding import Finding, ok, skipped, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices

_LATE = 2
"""Days after which a due rotation must have happened. The schedule runs daily."""
_DAY = 86400


def check(services: AllServices) -> Iterator[Finding]:
    """Check the KMS key first, because the others cannot be decrypted without it."""
    yield from _kms(services.settings.kms_key_id)
    services.keyring.sealer()  # raises Unavailable if they cannot be decrypted
    yield ok("keys", "the stored keys open")
    yield from _signing(services)
    age, limit = services.sealing_keys.age_days(), services.settings.key_rotation_days
    if age > limit + _LATE:
        yield wrong("sealing keys", f"The newest is {age:.0f} days old, more than {limit}. {_schedule('idp keys rotate --kind sealing')}")
    else:
        yield ok("sealing keys", f"the newest is {age:.0f} days old")


def _signing(services: AllServices) -> Iterator[Finding]:
    now, limit = services.clock(), services.settings.key_rotation_days
    listed = services.key_rotation.listing()
    for alg in services.settings.algorithms:
        about, states = f"signing key {alg}", {key.state: key for key in listed if key.alg == alg}
        active = states.get("active")
        if active is None or "next" not in states:
            yield wrong(
                about, f"There is no {'active' if active is None else 'next'} key. Run: idp bootstrap, or wait for the daily schedule."
            )
            continue
        age = (now - (active.activated_at or active.created_at)) / _DAY
        if age > limit + _LATE:
            yield wrong(about, f"It has signed for {age:.0f} days, more than {limit}. {_schedule('idp keys rotate')}")
        else:
            yield ok(about, f"has signed for {age:.0f} days of {limit}; the next one is published")
    over = [key.kid for key in listed if key.state == "retiring" and (key.retire_at or now) + _LATE * _DAY < now]
    if over:
        yield wrong("retiring keys", f"{over[0]} should have been retired. {_schedule('idp keys rotate')}")


def _schedule(command: str) -> str:
    return f"Find out why the function rotate_keys does not run each day. For now: {command}"


def _kms(key_id: str) -> Iterator[Finding]:
    if not key_id:
        yield skipped("KMS key", "a key file protects the keys (IDP_KEY_FILE)")
        return
    region = os.environ.get("AWS_REGION") or "us-east-1"
    kms = AwsJson(KMS, region=region, endpoint=os.environ.get("AWS_ENDPOINT_URL_KMS"))
    try:
        key = kms.call("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
        if not key.get("Enabled"):
            yield wrong("KMS key", f"{key_id} is {key.get('KeyState')}. Enable it, or cancel its deletion, before new environments start.")
            return
        yield ok("KMS key", "is enabled")
        rotates = key.get("Origin") == "AWS_KMS" and kms.call("GetKeyRotationStatus", {"KeyId": key["KeyId"]}).get("KeyRotationEnabled")
    except (AwsError, AwsUnreachableError) as error:
        yield wrong(
            "KMS key", f"KMS does not describe {key_id} ({error}). Set IDP_KMS_KEY_ID to the stack's key, and credentials that may use it."
        )
        return
    if rotates:
        yield ok("KMS key, rotation", "rotates every year")
    else:
        yield wrong("KMS key, rotation", "It does not rotate. Switch rotation on (EnableKeyRotation), or deploy the stack again.")
