"""A self-hosted OpenID Connect provider for AWS Lambda and DynamoDB. This docstring is the map.

Imports point one way, and never in a circle. import-linter checks this (pyproject.toml):

    functions   what Lambda starts, one module per function
    wiring      the composition root: settings → store → services → app
    http        Starlette and FastAPI: parse, call one function, shape the answer
    oauth       the protocol: checks, grants, endpoints' rules; the only package that knows Authlib
    services    use cases: sign-in, passwords, sessions, tokens, keys, users, clients, audit
    store       DynamoDB through pynamodb; verbs are facts
    domain      frozen dataclasses and pure rules, standard library only
    verify      tokens checked and access decided, for any API: a package of its own, which needs `cryptography` alone

Beside them: `settings` (one frozen object), `adapters` (AWS services, the key file, other hosts), `telemetry` (log, metrics and traces),
`cli` (the `idp` command; `cli/dev_server` is what `make dev` runs).
"""
