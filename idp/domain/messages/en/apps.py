"""Apps: members of a client, and what admins register about apps."""

TEMPLATES = {
    "claim_mapping.belongs_to_scope": (
        "The claim {claim} cannot be mapped: the scope {scope} gives it, in UserInfo. Set id_token_claims to have it in the ID token too."
    ),
    "claim_mapping.malformed": "A mapping has to be an object with source and in.",
    "claim_mapping.name_malformed": "A claim's name has to be 1 to 128 letters, digits and _ . : / -, beginning with a letter.",
    "claim_mapping.not_object": "This has to be an object of at most {maximum} claims.",
    "claim_mapping.reserved": "The claim {claim} has a meaning of its own and cannot be mapped.",
    "claim_mapping.same_name": "The names of two claims differ only in upper and lower case.",
    "claim_mapping.source_refused": "The claim {claim} can be mapped from these sources only: {sources}.",
    "claim_mapping.source_unknown": "A source has to be one of {sources}, or attributes. and the name of an attribute.",
    "claim_mapping.target_unknown": "in has to be a list of some of {targets}.",
    "client.uri_not_registrable": "One of these URIs cannot be registered. {problem}",
    "id_jag_audiences.name_not_issuer": "Each name has to be an issuer: an https URL without query and fragment.",
    "id_jag_audiences.not_object": (
        "This has to be an object of at most {maximum} members: each name an issuer, each value what the app may ask for there."
    ),
    "id_jag_audiences.not_text": "scope and sso_client_id have to be texts.",
    "id_jag_audiences.resources_malformed": "resources has to be a list of at most {maximum} URIs.",
    "id_jag_audiences.value_malformed": "Each has to be an object with client_id, and may have scope, resources and sso_client_id.",
    "merge_patch.too_deep": "The patch is nested deeper than {maximum} levels.",
}
