"""Webhook endpoints: why one is refused; and the queue of changes that were given up."""

TEMPLATES = {
    "stream.no_queue": "There is no queue {name} in this region. Set AWS_REGION and IDP_TABLE_PREFIX to those of the deployment.",
    "webhook.description_malformed": "Use at most {maximum} printable characters.",
    "webhook.disabled": "This endpoint is switched off. Switch it on first.",
    "webhook.events_malformed": (
        "Name at most {maximum} types of events, such as user.created, or first words of types, such as user. An empty list stands for all."
    ),
    "webhook.organization_malformed": "This is no id of an organization.",
    "webhook.overlap_malformed": "Give 0 to {maximum} seconds.",
    "webhook.period_malformed": "Give a beginning and a later end, neither of them in the future.",
    "webhook.period_or_ids": "Give either ids of events or a period with both since and until.",
    "webhook.too_many": "There are {maximum} webhook endpoints already.",
    "webhook.unknown": "There is no such webhook endpoint.",
    "webhook.url_malformed": "Give an https address with a public host name, without a port or a fragment.",
}
