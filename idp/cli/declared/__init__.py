"""`idp plan` and `idp apply`: a file says what shall be there (docs/declared.md)."""
