"""Parameters of OAuth and OpenID Connect requests, and URIs."""

TEMPLATES = {
    "authorization_details.malformed": (
        "authorization_details has to be a JSON array of 1 to {maximum} objects with a type, {longest} characters at most."
    ),
    "authorization_details.member_missing": "A member that the type {type} requires is missing.",
    "authorization_details.member_unknown": "A member is not registered for the type {type}, or its value is of another kind.",
    "authorization_details.type_unknown": "A type of authorization_details is not known here.",
    "authorization_details.value_not_registered": "A value of {member} is not registered for the type {type}.",
    "claims_parameter.claim_malformed": "A claim of claims.{member} has to be null or an object with essential, value or values.",
    "claims_parameter.member_malformed": "claims.{member} has to be an object of at most {maximum} claims.",
    "claims_parameter.not_object": "claims has to be a JSON object.",
    "pkce.challenge_malformed": "code_challenge must be the base64url of a SHA-256 hash: 43 characters without padding.",
    "pkce.challenge_missing": "code_challenge is missing.",
    "pkce.method_missing": "code_challenge_method is missing. Send S256: the default (plain) is not supported.",
    "pkce.method_unsupported": "code_challenge_method must be S256.",
    "scope.malformed": "scope must be values of printable ASCII, without quotes and backslashes, separated by spaces.",
    "scope.too_many_values": "scope has more than {maximum} values.",
    "uri.control_character": "It has a space or a control character.",
    "uri.dangerous_scheme": "A browser runs or reads content by the scheme {scheme}.",
    "uri.dot_segment": "Its path has a . or .. segment, which browsers resolve.",
    "uri.encoded_control_character": "It has an encoded control character.",
    "uri.forbidden_character": "It has a character that RFC 3986 does not allow in a URI.",
    "uri.has_fragment": "It has a fragment, which RFC 6749 section 3.1.2 forbids.",
    "uri.has_user_information": "It has user information before the host.",
    "uri.has_wildcard": "It has a wildcard. Register each redirect URI in full: they are compared exactly.",
    "uri.host_malformed": "Its host is missing, or is not written in lower case as letters, digits, hyphens and dots.",
    "uri.host_not_ip_address": "Its host is a number that is not a complete IP address.",
    "uri.not_absolute": "It is not an absolute URI. Write it with its scheme.",
    "uri.not_ascii": "It has a character outside ASCII. Write the host in its xn-- form and percent-encode the rest.",
    "uri.not_https": "It is not an https URL.",
    "uri.path_missing": "It has no path.",
    "uri.plain_http": "Plain http is for loopback only (http://127.0.0.1, http://[::1], http://localhost). Use https.",
    "uri.port_too_high": "Its port is above {maximum}.",
    "uri.private_use_path_missing": "It has no path. Write {scheme}:/callback.",
    "uri.private_use_scheme": "The scheme {scheme} is for native clients. A web client uses https.",
    "uri.scheme_not_lower_case": "Its scheme is not in lower case.",
    "uri.scheme_not_reverse_domain": (
        "The scheme {scheme} is not a domain name in reverse order, as in com.example.app:/callback (RFC 8252 section 7.1)."
    ),
    "uri.too_long": "It is longer than {maximum} characters.",
}
