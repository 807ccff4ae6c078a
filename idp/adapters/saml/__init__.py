"""SAML 2.0 messages of identity providers: parsed, verified and read. Only the function `saml` has the libraries for it.

Nothing here reads the settings, the store or the network. Each module raises SamlRefused, and nothing else, for a message that is wrong.
"""
