"""How answers to the client are signed and encrypted (OIDC Registration §2, RFC 9701 §6, JARM §3), and the kind of subject identifier (§8).

The default of `…_response_enc` is A256GCM, and the answer contains it. The default of OIDC Registration is not offered.
"""

from __future__ import annotations

from idp.services.apps.client_metadata.values import Member, algorithm, https_url, one_of

ENCRYPTION_ALGORITHMS = ("RSA-OAEP-256", "ECDH-ES")
ENCRYPTION_ENCODINGS = ("A256GCM",)
ENCRYPTED = ("id_token", "userinfo", "introspection", "authorization")
SIGNED = tuple(f"{what}_signed_response_alg" for what in (*ENCRYPTED, "access_token"))

MEMBERS: dict[str, Member] = {
    **{name: (name, algorithm) for name in SIGNED},
    **{f"{what}_encrypted_response_alg": (f"{what}_encrypted_response_alg", one_of(ENCRYPTION_ALGORITHMS)) for what in ENCRYPTED},
    **{f"{what}_encrypted_response_enc": (f"{what}_encrypted_response_enc", one_of(ENCRYPTION_ENCODINGS)) for what in ENCRYPTED},
    "subject_type": ("subject_type", one_of(("public", "pairwise"))),
    "sector_identifier_uri": ("sector_identifier_uri", https_url),
}
REMOVABLE = frozenset(MEMBERS) - {"id_token_signed_response_alg", "access_token_signed_response_alg", "subject_type"}
