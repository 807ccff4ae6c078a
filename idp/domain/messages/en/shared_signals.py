"""Shared signals: why a request of a receiver is refused."""

TEMPLATES = {
    "signals.delivery_unknown": "Give delivery as an object whose method is one of {values}.",
    "signals.email_subject": "This app may not name people by address: an admin has not registered it for the scope email.",
    "signals.events_malformed": "Give events_requested as a list of at most {maximum} event types, each a URI.",
    "signals.exists": "This app has a stream already. Read it with GET, and change it with PATCH or PUT.",
    "signals.no_such_stream": "There is no such stream of shared signals.",
    "signals.not_a_receiver": (
        "Use an access token of the client credentials grant with the scope {scope}, of an app that an admin registered for this resource."
    ),
    "signals.not_yours": "The member {name} is supplied by the transmitter. Leave it out, or send its present value.",
    "signals.pairwise_subject": "Subjects of an app with pairwise subjects cannot be added or removed.",
    "signals.poll_malformed": (
        "Give maxEvents as a number from 0, returnImmediately as true or false, ack as a list of jti, and setErrs as an object of jti to "
        "err and description."
    ),
    "signals.push_stream": "This stream is delivered by push. Change its delivery method before you poll.",
    "signals.status_unknown": "Give a status: {values}.",
    "signals.subject_malformed": (
        "Give a subject with format iss_sub, the issuer of this transmitter as iss, and sub; or with format email, and email."
    ),
    "signals.text_malformed": "The member {name} is a text of at most {maximum} printable characters.",
    "signals.too_many": "There are {maximum} streams already.",
    "signals.unknown": "This app has no stream with this stream_id.",
    "signals.url_malformed": "Give endpoint_url as an https address with a public host name, without a port or a fragment.",
    "signals.verified_lately": "Verification was asked for a moment ago. Wait before you ask again.",
}
