"""Whether DynamoDB is AWS's, by its address."""

from __future__ import annotations

from urllib.parse import urlsplit

_OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


def is_own(url: str) -> bool:
    """Return whether `url` names an engine of one's own. Empty is AWS; so is a VPC endpoint."""
    host = urlsplit(url).hostname or ""
    return bool(host) and not host.endswith(_OF_AWS)
