"""The catalogue in English: the templates of all areas by message id.

A template is one or more plain sentences that say what happened and what to do. It has no markup. The template of an OAuth
error keeps to the characters of RFC 6749 §5.2: ASCII without quotation mark and backslash.
"""

from idp.domain.messages.en import (
    access,
    admin_api,
    apps,
    cli,
    connection_metadata,
    connections,
    factors,
    foreign_hashes,
    imports,
    keys,
    looks,
    moving,
    oauth,
    people,
    provisioning,
    requests,
    scim,
    service,
    sign_up,
    tickets,
    upstream,
    upstream_answers,
)

_AREAS = (
    access,
    admin_api,
    apps,
    cli,
    connection_metadata,
    connections,
    factors,
    foreign_hashes,
    imports,
    keys,
    looks,
    moving,
    oauth,
    people,
    provisioning,
    requests,
    scim,
    service,
    sign_up,
    tickets,
    upstream,
    upstream_answers,
)
TEMPLATES = {message_id: template for area in _AREAS for message_id, template in area.TEMPLATES.items()}
