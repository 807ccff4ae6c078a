"""Passkeys: add, use, rename and remove them (WebAuthn Level 3 §7).

`verification` judges the answer of an authenticator. `attestation` checks the model of a new one by `metadata`, where the deployment wants
that. These three alone know fido2, which loads with the first answer. `challenges` seals what a page asks an authenticator to sign.
`registration` adds a passkey, `authentication` uses one, `own_passkeys` changes those of a person.
"""
