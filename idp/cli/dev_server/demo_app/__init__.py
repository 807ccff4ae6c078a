"""A relying party to try the provider with: a little web app that signs people in by OpenID Connect, with Authlib's client.

It knows nothing of the provider but its issuer, and runs as a process of its own. `relying_party` is what an app of yours needs too.
"""
