"""Connections to the outside: AWS services over their wire protocols, the local key file, and other hosts."""
