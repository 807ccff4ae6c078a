"""The admin API, /admin/v1: users, apps, sessions, signing keys, audit. It uses FastAPI, which is imported with the first request for it.

app.py          the application
gate.py         refuses requests without a valid token for this API
principal.py    the caller: whose token it is and what it may do
authority.py    the part of the deployment that the caller administers
scopes.py       the OAuth scope of each route
route.py        reads a request: one JSON document, known members only
problems.py     renders refusals as problem+json (RFC 9457)
etags.py, idempotency_key.py, pagination.py     If-Match, Idempotency-Key, cursors
users.py …      the routes, one module per resource
present.py      builds the answers; schemas/ describes them in OpenAPI
"""
