"""The network under which attempts are counted. Threat F-09."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import pytest

from idp.domain.sessions.network_address import network_of


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
    ],
)
def test_addresses_of_one_64_prefix_share_a_counter(ip: str, network: str) -> None:
    """A customer with a /64 has 2^64 addresses."""
    assert network_of(ip) == network


@pytest.mark.parametrize(
    "ip",
    [
        "",
        "unknown",
        "192.0.2.7, 10.0.0.1",
        "192.0.2.7:443",
        "192.0.2.07",
        "192.0.2",
        "0x7f.1",
        "１.2.3.4",
        "[::1]",
        "::1\n",
        "fe80::1%" + "x" * 4096,
        "\ud800",
        "testclient",
    ],
)
def test_invalid_addresses_share_one_counter(ip: str) -> None:
    assert network_of(ip) == "unknown"
