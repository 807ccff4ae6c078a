"""Outbound provisioning by SCIM 2.0: targets, what is due, the requests, the nightly comparison. docs/provisioning.md explains it."""
