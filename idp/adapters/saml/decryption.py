"""Encrypted assertions (SAML Core §2.3.4, XML Encryption 1.1): AES-GCM with a key under RSA-OAEP.

AES-CBC has no integrity, so an attacker who sends changed ciphertexts and sees which are refused gets the text (a padding oracle). It
counts only if the response is signed: then a changed ciphertext is refused before it is decrypted. RSA with PKCS #1 v1.5 never counts.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.safe_xml import DSIG, XENC, XENC11, children, name, one, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element

_GCM: Final = {f"{XENC11}aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)}
_CBC: Final = {f"{XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_OAEP, _OAEP_11 = XENC + "rsa-oaep-mgf1p", XENC11 + "rsa-oaep"
_DIGESTS: Mapping[str, type[hashes.HashAlgorithm]] = {
    "": hashes.SHA1, DSIG + "sha1": hashes.SHA1, XENC + "sha256": hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384, XENC + "sha512": hashes.SHA512,
}  # fmt: skip
_MASKS: Mapping[str, type[hashes.HashAlgorithm]] = {
    "": hashes.SHA1, XENC11 + "mgf1sha1": hashes.SHA1, XENC11 + "mgf1sha256": hashes.SHA256, XENC11 + "mgf1sha384": hashes.SHA384,
    XENC11 + "mgf1sha512": hashes.SHA512,
}  # fmt: skip
_NONCE, _TAG, _BLOCK, _MOST_KEYS = 12, 16, 16, 3


def decrypted(encrypted: _Element, keys: Sequence[str], *, authentic: bool) -> bytes:
    """Return the XML of the assertion. `keys`: private RSA keys in PEM. `authentic`: a verified signature covers the ciphertext.

    Raises:
        SamlRefused: an algorithm is not allowed, or no key decrypts it. Which of the two steps failed is not told.
    """
    data = one(encrypted, "xenc", "EncryptedData")
    algorithm = one(data, "xenc", "EncryptionMethod").get("Algorithm", "")
    if algorithm in _CBC and not authentic:
        raise SamlRefused("AES-CBC in a response that is not signed")
    size = _GCM.get(algorithm) or _CBC.get(algorithm)
    if size is None:
        raise SamlRefused("the algorithm of the encryption is not allowed")
    content = _cipher_value(data)
    for wrapped in _wrapped_keys(encrypted, data):
        for pem in keys:
            plain = _decrypt(content, _unwrap(wrapped, pem), size, gcm=algorithm in _GCM)
            if plain is not None:
                return plain
    raise SamlRefused("no key decrypts the assertion")


def _wrapped_keys(encrypted: _Element, data: _Element) -> list[_Element]:
    inside = [key for info in children(data, "ds", "KeyInfo") for key in children(info, "xenc", "EncryptedKey")]
    found = inside + children(encrypted, "xenc", "EncryptedKey")
    if not 0 < len(found) <= _MOST_KEYS:
        raise SamlRefused("no encrypted key, or too many")
    return found


def _unwrap(wrapped: _Element, pem: str) -> bytes:
    """Return the content key, or "" if this key does not decrypt it."""
    method = one(wrapped, "xenc", "EncryptionMethod")
    algorithm, inside = method.get("Algorithm"), {child.tag: child.get("Algorithm", "") for child in method}
    allowed = {name("ds", "DigestMethod")} | ({name("xenc11", "MGF")} if algorithm == _OAEP_11 else set())
    digest, mask = _DIGESTS.get(inside.get(name("ds", "DigestMethod"), "")), _MASKS.get(inside.get(name("xenc11", "MGF"), ""))
    if algorithm not in {_OAEP, _OAEP_11} or not set(inside) <= allowed or digest is None or mask is None:
        raise SamlRefused("the algorithm of the encrypted key is not allowed")
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        return b""
    try:
        return key.decrypt(_cipher_value(wrapped), padding.OAEP(mgf=padding.MGF1(mask()), algorithm=digest(), label=None))
    except ValueError:
        return b""


def _decrypt(content: bytes, key: bytes, size: int, *, gcm: bool) -> bytes | None:
    if len(key) != size:
        return None
    if gcm:
        if len(content) <= _NONCE + _TAG:
            return None
        try:
            return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], None)
        except InvalidTag:
            return None
    if len(content) < 2 * _BLOCK or len(content) % _BLOCK:
        return None
    context = Cipher(algorithms.AES(key), modes.CBC(content[:_BLOCK])).decryptor()
    plain = context.update(content[_BLOCK:]) + context.finalize()
    return plain[: -plain[-1]] if 0 < plain[-1] <= _BLOCK else None


def _cipher_value(element: _Element) -> bytes:
    text = text_of(one(one(element, "xenc", "CipherData"), "xenc", "CipherValue"))
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise SamlRefused("a cipher value is not base64") from None
