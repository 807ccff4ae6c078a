"""What any endpoint may answer."""

TEMPLATES = {
    "member.unknown": "This member does not exist or cannot be changed.",
    "request.media_type": "Send the body as Content-Type: {types}.",
    "request.method_not_allowed": "This address does not take that method.",
    "request.nothing_here": "There is nothing at this address.",
    "request.too_large": "The body is larger than 64 KB.",
    "resource.changed": "It has changed since you read it. Read it again.",
    "resource.changed_meanwhile": "It has changed in the meantime. Read it again.",
    "service.busy": "The service is busy. Try again in a moment.",
    "service.too_many_attempts": "Too many attempts. Wait a little and try again.",
    "service.try_again": "Something changed at the same time. Try again.",
    "value.not_among": "This has to be a list of some of: {values}.",
    "value.not_boolean": "This has to be true or false.",
    "value.not_https_url": "This has to be an https URL.",
    "value.not_object": "This has to be an object.",
    "value.not_one_of": "This has to be one of: {values}.",
    "value.not_text": "This has to be a text of 1 to {longest} characters.",
    "value.not_texts": "This has to be a list of at most {maximum} texts of 1 to {longest} characters.",
    "value.null": "This cannot be null.",
    "value.out_of_range": "This has to be between 1 and {maximum}.",
}
