"""Password hashes of other systems, at an import."""

TEMPLATES = {
    "foreign_hash.malformed": "The {part} of this {scheme} hash cannot be read.",
    "foreign_hash.no_signer_key": "Firebase's hashes need base64_signer_key, which the console shows under Password hash parameters.",
    "foreign_hash.not_supported": "Hashes of {scheme} are not supported.",
    "foreign_hash.too_costly": "Checking this {scheme} hash would take more than a second or more than 256 MB.",
    "foreign_hash.unknown": "This is not a hash in a known notation.",
}
