"""Which network an attempt comes from, for throttling: one IPv4 address, or one IPv6 /64, since that is what one customer gets."""

import ipaddress

UNKNOWN = "unknown"

_LONGEST = 64


def network_of(ip: str) -> str:
    """Name the network of an address that the gateway reported. All unreadable addresses share one name, and so one counter."""
    if len(ip) > _LONGEST:
        return UNKNOWN
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))
