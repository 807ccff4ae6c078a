"""Passkeys: add, use, rename and remove them (WebAuthn Level 3 §7).

`verification` is the only module that knows fido2, and it loads with the first answer of an authenticator. `challenges` seals what a page
asks an authenticator to sign. `registration` adds a passkey, `authentication` uses one, `own_passkeys` changes those of a person.
"""
