"""Keys: rotation, retirement and revocation."""

TEMPLATES = {
    "keys.changed": "The keys changed at the same time. Read them again.",
    "keys.no_data_key": "There is no data key. Run idp bootstrap.",
    "keys.none": "There are no keys yet. Run idp bootstrap.",
    "region.changed": "The region that serves changed at the same time. Read it again.",
    "region.name_malformed": "The name of a region has lower-case letters, digits and -, 32 at most, such as eu-central-1.",
    "region.none": "There is one region only. Run idp region start in the region that serves, and set IDP_REGION in both.",
    "region.serves": "{region} serves already. Nothing was changed.",
    "region.stored": "A region is stored already. To let another one serve, run idp region activate there.",
    "rp_id.changed": "The stored RP ID changed at the same time. Read it again.",
    "rp_id.has_passkeys": "There are passkeys for {rp_id}, and they would stop working. Nothing was changed.",
    "rp_id.none": "No RP ID is stored. The next start stores the one of its settings.",
    "sealing_key.unknown": "There is no sealing key with the id {kid}, or it is already retired.",
    "signing_key.algorithm_unknown": (
        "No key signs with this algorithm. Choose one of {algorithms}, or give no algorithm to rotate the keys of all of them."
    ),
    "signing_key.revoked": "The signing key {kid} is already revoked.",
    "signing_key.too_new": (
        "The next {algorithm} key has been in the JWK Set for {published} seconds. Verifiers that keep the set for up to "
        "{kept} seconds may not have it yet. Nothing was rotated. Try again in {seconds} seconds. In an emergency rotate "
        "at once: until such a verifier reads the set again, it refuses what the new key signs."
    ),
    "signing_key.unknown": "There is no signing key with the id {kid}.",
}
