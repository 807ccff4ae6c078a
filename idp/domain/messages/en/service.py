"""What any endpoint may answer."""

from idp.domain.texts import Counted

TEMPLATES = {
    "access_token.sent_twice": "The access token is sent in two places. Send it in one.",
    "authzen.options_malformed": "options has to be an object.",
    "authzen.semantic_unknown": "options.evaluations_semantic has to be one of {values}.",
    "authzen.too_many": "evaluations has to be a list of at most {maximum}.",
    "logout.in_frame": "Sign-out works only in the browser's own window, not in a frame. Open it there.",
    "member.unknown": "This member does not exist or cannot be changed.",
    "page.app_unknown": "The app that sent you here is not registered with this service.",
    "page.expired": "This page has expired. Go back to the app and try again.",
    "page.foreign_form": "This form was not sent by our own page. Open the page again and try once more.",
    "page.other_session": "This page was open in another session. Open it again and try once more.",
    "registration.not_json_object": "The body has to be a JSON object, as {type}.",
    "request.media_type": "Send the body as Content-Type: {types}.",
    "request.method_not_allowed": "This address does not take that method.",
    "request.not_form": "The body has to be {type}.",
    "request.not_json": "The body has to be application/json.",
    "request.not_object": "The body has to be an object.",
    "request.not_through_cloudfront": "Requests to this service have to come through CloudFront. Use the address of the issuer.",
    "request.not_utf_8": "A parameter is not valid UTF-8.",
    "request.nothing_here": "There is nothing at this address.",
    "request.parameter_missing": "The parameter {name} is missing.",
    "request.parameter_repeated": "A parameter is given more than once.",
    "request.refused": "The request was refused: {reason}.",
    "request.too_large": "The body is larger than 64 KB.",
    "request.too_many_parameters": "There are too many parameters.",
    "resource.changed": "It has changed since you read it. Read it again.",
    "resource.changed_meanwhile": "It has changed in the meantime. Read it again.",
    "service.busy": "The service is busy. Try again in a moment.",
    "service.failed": "Something went wrong. Try again.",
    "service.too_many_attempts": "Too many attempts. Wait a little and try again.",
    "service.try_again": "Something changed at the same time. Try again.",
    "service.wait_a_minute": "Too many attempts. Wait a minute and try again.",
    "service.wait_minutes": Counted(
        "Too many attempts. Wait {minutes} minute and try again.", "Too many attempts. Wait {minutes} minutes and try again.", "minutes"
    ),
    "service.wait_seconds": Counted(
        "Too many attempts. Wait {seconds} second and try again.", "Too many attempts. Wait {seconds} seconds and try again.", "seconds"
    ),
    "value.not_among": "This has to be a list of some of: {values}.",
    "value.not_boolean": "This has to be true or false.",
    "value.not_https_url": "This has to be an https URL.",
    "value.not_object": "This has to be an object.",
    "value.not_one_of": "This has to be one of: {values}.",
    "value.not_storable": "The text has a character that cannot be stored. Remove it.",
    "value.not_text": "This has to be a text of 1 to {longest} characters.",
    "value.not_texts": "This has to be a list of at most {maximum} texts of 1 to {longest} characters.",
    "value.null": "This cannot be null.",
    "value.out_of_range": "This has to be between 1 and {maximum}.",
    "value.too_large": "This is more than can be stored in one place. Shorten or remove some of it.",
}
