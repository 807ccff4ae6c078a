"""The admin API, /admin/v1: users, apps, sessions, signing keys, audit. FastAPI, imported when it is first asked for.

app.py          puts it together
gate.py         nobody passes without a live token for this API
principal.py    who a token speaks for, and what it may do
scopes.py       the scope of each route
route.py        how a request is read: one JSON document, known members only
problems.py     how refusals are told: problem+json (RFC 9457)
etags.py, once.py, pages.py
                If-Match, Idempotency-Key, cursors
users.py …      the routes, one module per kind of thing
present.py      what is told of things; schemas/ describes the same for strangers
"""
