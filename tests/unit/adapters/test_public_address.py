"""E-09: internal addresses are not public, in any spelling."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.public_address import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254", "169.254.170.2", "169.254.0.1", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254",
        "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001::1", "2001:db8::1",
        "3fff::1", "100::1", "5f00::1", "fec0::1",
        "", "localhost", "2130706433", "0x7f000001", "127.1", "017700000001", "127.0.0.1 ", "fe80::1%eth0", "1.1.1.1/32",
    ],
)  # fmt: skip
def test_internal_addresses_are_not_public(address: str) -> None:
    """Texts that are not addresses are not public either."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    """Addresses that are reachable on the whole internet."""
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv6_address_that_holds_an_ipv4_address_is_public(inner: IPv4Address) -> None:
    """Mapped, compatible, NAT64, 6to4: a translator may forward to the IPv4 address inside."""
    number = int(inner)
    for outer in (0xFFFF << 32 | number, number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80, 0x2001 << 112 | number):
        assert not is_public(str(IPv6Address(outer)))


@given(st.ip_addresses())
def test_addresses_that_python_excludes_are_not_public(address: IPv4Address | IPv6Address) -> None:
    """The list excludes everything that the standard library excludes."""
    if is_public(str(address)):
        assert address.is_global
        special = (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast, address.is_reserved)
        assert not any(special)
