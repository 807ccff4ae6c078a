"""SCIM 2.0 (RFC 7643, RFC 7644): schemas, filters, paths and changes of resources, as pure rules.

A resource is a `dict` with the names of its schema. The attributes of an extension are in a `dict` under the URN of the extension.
"""
