"""A demo relying party: a small web app that signs people in by OpenID Connect, with Authlib's client.

It has only the issuer's address, and runs as a process of its own. `relying_party` is an example for apps of your own.
"""
