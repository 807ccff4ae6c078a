"""`idp plan` and `idp apply`: a file has the wanted state (docs/declared.md)."""
