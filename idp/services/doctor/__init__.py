"""Checks of a deployment that its own functions can make, and what they found last. `idp doctor` makes them too, and more."""
