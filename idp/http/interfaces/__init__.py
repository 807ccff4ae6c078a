"""What `idp.http` needs of the deployment, one interface per group of consumers. `idp.wiring` implements them.

Only type checkers import these modules (under TYPE_CHECKING), so a cold start does not load them. mypy compares interface and
implementation where wiring returns its class as `Services`.
"""
