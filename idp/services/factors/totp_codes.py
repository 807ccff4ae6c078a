"""TOTP codes and secrets, by pyotp: RFC 6238 over RFC 4226. domain/factors/totp.py says which steps count; the store lets each count once.

pyotp is imported on first use: most sign-ins end without it.
"""

import base64
import hmac
import secrets
from collections.abc import Callable

from idp.domain.factors import totp

# RFC 4226 §4, R6: "The length of the shared secret MUST be at least 128 bits. This document RECOMMENDs a shared secret length of 160 bits".
_SECRET_BYTES = 20


def new_secret(randbytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Make a secret of 160 bits, in base32 without padding, as authenticator apps take it."""
    return base64.b32encode(randbytes(_SECRET_BYTES)).decode("ascii")


def matching_step(secret_base32: str, code: str, *, now: int, last_step: int | None) -> int | None:
    """Find the step that `code` belongs to: the one around `now` that was not used yet, or none.

    Every acceptable step is compared, each in constant time, so the time taken does not say which one was near. When one
    code fits two steps, the newer is answered: marking that one as used burns both.
    """
    if totp.parse_code(code) != code:
        return None
    import pyotp

    otp = pyotp.HOTP(secret_base32, digits=totp.DIGITS)
    found = [step for step in totp.acceptable_steps(now, last_step) if hmac.compare_digest(otp.generate_otp(step), code)]
    return max(found, default=None)


def provisioning_uri(issuer_name: str, email: str, secret: str) -> str:
    """Make the otpauth:// URI that the QR code holds.

    Its label is `issuer:account`. The Key URI Format lets neither of the two contain a colon, encoded or not: authenticator apps split
    the label there: a space stands in its place.
    """
    import pyotp

    otp = pyotp.TOTP(secret, digits=totp.DIGITS, interval=totp.PERIOD)
    return otp.provisioning_uri(name=_label(email), issuer_name=_label(issuer_name))


def _label(name: str) -> str:
    return " ".join(name.replace(":", " ").split())
