"""Outbound provisioning: accounts of people at apps, kept by SCIM 2.0 (RFC 7643, RFC 7644). docs/provisioning.md explains it."""
