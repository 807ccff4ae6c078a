"""The metadata of an upstream and the members of a connection, as admins read about them."""

TEMPLATES = {
    "connection.metadata_algorithms": "The upstream signs its ID Tokens with none of {values}, so they could not be verified.",
    "connection.metadata_endpoint": "In the metadata of this issuer, {name} is missing or is not an https URL of a public host.",
    "connection.metadata_malformed": "The metadata of this issuer is not a JSON object. Check the URL of the issuer.",
    "connection.metadata_other_issuer": "The metadata at this URL is of another issuer. Write the issuer exactly as its metadata has it.",
    "connection.metadata_unreachable": (
        "The metadata of this issuer could not be fetched. It has to be at /.well-known/openid-configuration under the issuer: public, "
        "https, without a redirect, at most 64 KiB and within three seconds."
    ),
    "connection.not_number": "This has to be a whole number.",
    "connection.not_text": "This has to be a text.",
    "connection.not_texts": "This has to be a list of texts.",
    "connection.not_texts_by_name": "This has to be an object whose members are texts.",
}
