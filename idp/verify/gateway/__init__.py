"""API Gateway's Lambda authorizers: REST and WebSocket APIs (IAM policies), HTTP APIs (payload 1.0 and 2.0, policies or simple answers).

    call        the facts of an event, for each kind of authorizer
    route       route keys: GET /orders/{id}, ANY /{proxy+}, $connect; the most specific one for a path
    rules       the document of rules: what each route requires of a token
    enforcement checks a token against a rule: its requirement, and a decision if the rule asks for one
    readings    the ways in which a path may be interpreted: decoded, without dots
    globs       IAM's wildcards, which match more than the parameters of a route
    policy      resources to allow and to deny, correct for every route, because the gateway reuses an answer for other paths
    answer      policies and simple answers in the gateway's form
    authorizer  turns an event into an answer
    journal     the log line

Facts about the gateway are from AWS's developer guide: "Output from API Gateway Lambda authorizers", "Control access to HTTP APIs with AWS
Lambda authorizers", "Use API Gateway Lambda authorizers", "Create routes for HTTP APIs".
"""
