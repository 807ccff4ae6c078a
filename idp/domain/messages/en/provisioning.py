"""Provisioning targets: why one is refused."""

TEMPLATES = {
    "provisioning.exists": "There is a provisioning target with this id.",
    "provisioning.id_malformed": "This has to be 1 to 40 of a-z, 0-9 and -, beginning with a letter or a digit.",
    "provisioning.name_needed": "Name the group or the role whose people get an account. For everybody leave the name out.",
    "provisioning.token_malformed": (
        "Give the bearer token of the target: 8 to 4096 characters of ASCII without spaces. With another address it is needed again."
    ),
    "provisioning.too_many": "There are {maximum} provisioning targets already.",
    "provisioning.unknown": "There is no such provisioning target.",
    "provisioning.url_malformed": (
        "Give the address of the SCIM endpoint without /Users: https with a public host name, without a port, a query or a fragment."
    ),
}
