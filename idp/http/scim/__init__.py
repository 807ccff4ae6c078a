"""SCIM 2.0 over HTTP (RFC 7644): one module per kind of request. The function `scim` serves it alone; the local server beside all else."""
