"""The keys of our own export, by which tokens of the old deployment stay valid and pairwise subjects stay the same (threats R-14).

No imported key signs. Of a signing key the public part is kept, as of a key that was rotated out: it verifies until its last token ended.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.moving import own_export
from idp.domain.moving.fields import text
from idp.domain.moving.person import RowError
from idp.services.apps.subjects import PAIRWISE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from idp.services.keys.key_rotation import KeyRotation
    from idp.services.keys.keyring import Keyring
    from idp.services.moving.opening_key import OpeningKey
    from idp.store.clients import Clients
    from idp.store.signing_keys import KeyItems

_BYTES = 32
_MOST = 50


class Former(NamedTuple):
    """A signing key of the old deployment. `kid`: the thumbprint of `public`, a JWK."""

    kid: str
    alg: str
    public: dict[str, str]


class KeysResult(NamedTuple):
    """Signing keys that were taken over and that were here; and whether the key of pairwise subjects was taken over."""

    signing: int
    there: int
    pairwise: bool


class OwnKeys:
    """The keys of one file, checked when this is built.

    Raises:
        Invalid: the file has no keys, they are malformed, or this deployment has given pairwise subjects already.
    """

    def __init__(
        self, file: BinaryIO, opening: OpeningKey | None, keyring: Keyring, items: KeyItems, rotation: KeyRotation, clients: Clients, *,
        same_issuer: bool,
    ) -> None:  # fmt: skip
        """`same_issuer`: whether the file is of this issuer. Signing keys of another one are left out: they would sign in our name."""
        if opening is None:
            raise Invalid("moving.keys_need_key", field="--with-keys")
        self._keyring, self._items, self._rotation = keyring, items, rotation
        try:
            self._pairwise, self._signing = _pairwise(file, opening), list(_signing(file, opening))
        except RowError as error:
            raise Invalid(error.message, field="--with-keys") from None
        if not self._signing or not self._pairwise:
            raise Invalid("moving.keys_not_there", field="--with-keys")
        if not same_issuer:
            self._signing = []
        self._is_same = hmac.compare_digest(keyring.derive(PAIRWISE), self._pairwise)
        if not self._is_same and (items.load().derived or clients.some_pairwise()):
            raise Invalid("moving.pairwise_in_use", field="--with-keys")

    def write(self) -> KeysResult:
        """Take the keys over.

        Raises:
            Invalid: another import stored a key of pairwise subjects meanwhile.
        """
        if not self._is_same and not self._items.put_derived_key(PAIRWISE, self._keyring.protect(f"derived:{PAIRWISE}", self._pairwise)):
            raise Invalid("moving.pairwise_in_use", field="--with-keys")
        self._keyring.reload()
        there = {item.kid for item in self._items.load().signing}
        taken = sum(each.kid not in there and self._rotation.take_former(*each) for each in self._signing)
        return KeysResult(taken, len(self._signing) - taken, not self._is_same)


def _pairwise(file: BinaryIO, opening: OpeningKey) -> bytes:
    """Return the key of pairwise subjects, b"" if the file has none."""
    for members, secret in _lines(file, opening, "derived_key"):
        if members.get("purpose") == PAIRWISE:
            key = _decoded(secret, "key")
            if len(key) != _BYTES:
                raise RowError("moving.keys_malformed")
            return key
    return b""


def _signing(file: BinaryIO, opening: OpeningKey) -> Iterator[Former]:
    """Yield the signing keys. The public part is computed from the private one, which the line has encrypted."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

    from idp.services.keys.jose import key_of_pem, public_key, public_members

    for number, (members, secret) in enumerate(_lines(file, opening, "signing_key")):
        kid, alg = text(members, "kid"), text(members, "alg")
        if members.get("state") not in {"next", "active", "retiring"} or number >= _MOST:
            raise RowError("moving.keys_malformed")
        try:
            native = load_der_private_key(_decoded(secret, "pkcs8"), password=None)
            pem = native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            key, _ = key_of_pem(pem, "")
            public = public_members(key.as_dict(private=False))
            thumbprint = public_key(public, alg).thumbprint()
        except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
            raise RowError("moving.keys_malformed") from None
        if thumbprint != kid:
            raise RowError("moving.keys_malformed")
        yield Former(kid, alg, public)


def _lines(file: BinaryIO, opening: OpeningKey, kind: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for line in own_export.of_types(file, kind):
        if line.problem:
            raise line.problem
        yield line.members, opening.open(line.members)


def _decoded(secret: Mapping[str, Any], name: str) -> bytes:
    encoded = text(secret, name)
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        raise RowError("moving.keys_malformed") from None
