"""Which public keys are accepted (RFC 9053, RFC 8230, RFC 8812): those that the page offers, in one form, of a sound size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.passkeys.refusal import RefusedCeremony

if TYPE_CHECKING:
    from collections.abc import Mapping

ES256, EDDSA, RS256 = -7, -8, -257
OFFERED = (ES256, EDDSA, RS256)
"""COSE algorithms, the preferred first. RS256 is what Windows Hello uses with an old TPM."""

_KTY, _ALG, _CRV, _X, _Y, _N, _E = 1, 3, -1, -2, -3, -1, -2
_COORDINATE = 32
_RSA_BITS = range(2048, 4097)
"""Bits of an RSA modulus. A larger one would make each check slow."""
_LEAST_EXPONENT, _MOST_EXPONENT = 65537, 2**32


def accepted(key: Mapping[object, object]) -> dict[int, int | bytes]:
    """The key with the members that its algorithm needs, and no others.

    Raises:
        RefusedCeremony: the algorithm was not offered, or the key has another form or size.
    """
    alg = key.get(_ALG)
    if alg == ES256 and (key.get(_KTY), key.get(_CRV)) == (2, 1):
        return {_KTY: 2, _ALG: ES256, _CRV: 1, _X: _sized(key, _X, _COORDINATE), _Y: _sized(key, _Y, _COORDINATE)}
    if alg == EDDSA and (key.get(_KTY), key.get(_CRV)) == (1, 6):
        return {_KTY: 1, _ALG: EDDSA, _CRV: 6, _X: _sized(key, _X, _COORDINATE)}
    if alg == RS256 and key.get(_KTY) == 3:  # noqa: PLR2004  # RFC 8230 §4: the key type RSA
        return {_KTY: 3, _ALG: RS256, _N: _modulus(key.get(_N)), _E: _exponent(key.get(_E))}
    raise RefusedCeremony("algorithm")


def _sized(key: Mapping[object, object], name: int, size: int) -> bytes:
    value = key.get(name)
    if not isinstance(value, bytes) or len(value) != size:
        raise RefusedCeremony("key")
    return value


def _modulus(value: object) -> bytes:
    number = int.from_bytes(value) if isinstance(value, bytes) else 0
    if number.bit_length() not in _RSA_BITS or not number & 1:
        raise RefusedCeremony("key")
    return number.to_bytes(-(-number.bit_length() // 8))


def _exponent(value: object) -> bytes:
    number = int.from_bytes(value) if isinstance(value, bytes) else 0
    if not _LEAST_EXPONENT <= number < _MOST_EXPONENT or not number & 1:
        raise RefusedCeremony("key")
    return number.to_bytes(-(-number.bit_length() // 8))
