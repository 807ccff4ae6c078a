"""Functions that read and sign tokens, for tests that forge them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices


def b64(data: bytes | str) -> str:
    """Encode as base64url without padding. Text is encoded as UTF-8 first."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Decode base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(token: str) -> dict[str, Any]:
    """Return the header of a token, without verification."""
    header: dict[str, Any] = json.loads(unb64(token.split(".", maxsplit=1)[0]))
    return header


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a token, without verification."""
    claims: dict[str, Any] = json.loads(unb64(token.split(".")[1]))
    return claims


def own_key(services: AllServices) -> rsa.RSAPrivateKey:
    """Return the provider's active signing key, for invalid tokens with a valid signature."""
    key = load_der_private_key(services.keyring.active().private, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def rs256(key: rsa.RSAPrivateKey, header: dict[str, Any] | str, claims: dict[str, Any] | str) -> str:
    """Return a compact JWS signed by this key. Text is not changed, so it can have duplicate members or NaN."""
    signed = f"{b64(_text(header))}.{b64(_text(claims))}"
    return f"{signed}.{b64(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _text(value: dict[str, Any] | str) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def mutants(handle: str) -> list[str]:
    """C-10: return changed copies of a handle: cut, lengthened, reordered or spelled differently."""
    key_id, _, text = handle.partition(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(text[-1]) ^ 1]
    return [
        *(handle[:-n] for n in range(1, 5)), handle + "A", handle + "=", handle + "\n", handle + ".", f".{handle}", handle.swapcase(),
        f"{key_id}.{text[:-1]}{last}", f"{key_id}.{text[1:]}", f"x{handle}", text, f"{key_id}.", key_id, f"{key_id}..{text}",
        f"{handle}\x00",
        f" {handle}", handle.replace(".", ""), f"{key_id}.{text[::-1]}", handle + handle,
    ]  # fmt: skip
