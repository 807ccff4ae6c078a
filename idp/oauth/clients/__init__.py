"""Clients of the protocol: identification, authentication, registration, and the encryption of answers to a client."""
