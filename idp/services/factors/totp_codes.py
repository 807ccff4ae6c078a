"""TOTP codes and secrets (RFC 6238, RFC 4226), by pyotp. domain/factors/totp.py says which steps are valid; the store uses each step once.

pyotp is imported on first use, because most sign-ins need no code.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable

from idp.domain.factors import totp

# RFC 4226 §4, R6: "The length of the shared secret MUST be at least 128 bits. This document RECOMMENDs a shared secret length of 160 bits".
_SECRET_BYTES = 20
_DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


def new_secret(randbytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Make a secret of 160 bits, in base32 without padding, as authenticator apps read it."""
    return base64.b32encode(randbytes(_SECRET_BYTES)).decode("ascii")


def matching_step(secret_base32: str, code: str, *, now: int, last_step: int | None, parameters: totp.Parameters = totp.OURS) -> int | None:
    """Return the step that `code` is for, near `now` and not used yet, or None.

    Every acceptable step is compared in constant time, so the duration does not tell which one matched. If a code fits two steps, the
    newer one is returned: using it makes both invalid. Steps are counted in units of 30 seconds, also those of a minute.
    """
    if totp.parse_code(code, parameters.digits) != code:
        return None
    import pyotp

    otp = pyotp.HOTP(secret_base32, digits=parameters.digits, digest=_DIGESTS[parameters.algorithm])
    units = parameters.period // totp.PERIOD
    steps = totp.acceptable_steps(now, None if last_step is None else last_step // units, parameters.period)
    found = [step for step in steps if hmac.compare_digest(otp.generate_otp(step), code)]
    return max(found) * units if found else None


def provisioning_uri(issuer_name: str, email: str, secret: str) -> str:
    """Make the otpauth:// URI of the QR code.

    Its label is `issuer:account`. The Key URI Format allows no colon in either part, because authenticator apps split the label there.
    A space replaces it.
    """
    import pyotp

    otp = pyotp.TOTP(secret, digits=totp.DIGITS, interval=totp.PERIOD)
    return otp.provisioning_uri(name=_label(email), issuer_name=_label(issuer_name))


def _label(name: str) -> str:
    return " ".join(name.replace(":", " ").split())
