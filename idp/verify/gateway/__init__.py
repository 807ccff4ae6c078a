"""API Gateway's Lambda authorizers: REST and WebSocket APIs (IAM policies), HTTP APIs (payload 1.0 and 2.0, policies or simple answers).

    call        what an event says, of whichever kind it is
    route       route keys: GET /orders/{id}, ANY /{proxy+}, $connect; which is the most specific one for a path
    rules       the document of rules: what a token needs for which route
    enforcement whether a token may do what a rule is for: its requirement, and a decision where the rule asks for one
    readings    what a path may be read as: decoded, without dots
    globs       what IAM's wildcards match, which is more than a route's parameters do
    policy      resources to allow and to deny, right for every route of the API, since the gateway uses an answer again for other paths
    answer      policies and simple answers in the gateway's form
    authorizer  an event in, an answer out
    journal     the line of the log

Facts about the gateway are from AWS's developer guide: "Output from API Gateway Lambda authorizers", "Control access to HTTP APIs with AWS
Lambda authorizers", "Use API Gateway Lambda authorizers", "Create routes for HTTP APIs".
"""
