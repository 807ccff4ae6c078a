"""The sign-in at a SAML 2.0 identity provider: this provider is the service provider (SAML Profiles §4.1).

Nothing here parses XML. What we send is written from templates; what comes is judged by the function `idp.functions.saml`.
"""
