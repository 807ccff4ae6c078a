"""One person, one identity: email addresses, passwords, networks and recovery codes are the same in every spelling."""

import ipaddress
import string
import unicodedata
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from idp.domain.factors import password_policy, recovery_codes
from idp.domain.people import email
from idp.domain.sessions import network_address as address

LOCAL = string.ascii_lowercase + string.digits + "!#$%&'*+/=?^_`{|}~-"
addresses = st.builds(
    "{}@{}.example".format,
    st.text(LOCAL, min_size=1, max_size=20),
    st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20),
)
# Spellings that NFKC and lower case make equal: full-width, capital, mathematical bold.
SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda c: chr(ord(c) + 0xFEE0),
    lambda c: chr(0x1D41A + ord(c) - ord("a")) if c.isalpha() else c,
]


@given(st.one_of(st.text(), addresses, st.emails()))
@example("\u212a@\u212a.example")
def test_a_canonical_address_is_its_own_canonical_form(typed: str) -> None:
    try:
        canonical = email.normalise(typed)
    except ValueError:
        return
    assert email.normalise(canonical) == canonical
    assert canonical.isascii()
    assert canonical.isprintable()
    assert canonical.count("@") == 1
    assert not set(canonical) & set(string.ascii_uppercase + ' "(),:;<>[]\\')


@given(addresses, st.data())
def test_no_spelling_of_an_address_is_a_second_identity(typed: str, data: st.DataObject) -> None:
    """G-11."""
    spelt = "".join(data.draw(st.sampled_from(SPELLINGS))(character) for character in typed)
    assert email.normalise(f"  {spelt} ") == typed


@given(st.text())
@example("\ufdfa" * 57)
def test_a_password_is_normalised_once_and_for_all(typed: str) -> None:
    try:
        normal = password_policy.normalise(typed)
    except ValueError:
        assert password_policy.problem(typed, minimum=15, email="a@b.example", blocklist=()) is not None
        return
    assert normal == password_policy.normalise(normal)
    for form in ("NFC", "NFD", "NFKD"):
        assert password_policy.normalise(unicodedata.normalize(form, typed)) == normal
    assert (password_policy.problem(typed, minimum=15, email="a@b.example", blocklist=()) is None) == (15 <= len(normal) <= 1024)
    normal.encode()


@given(st.binary(min_size=15, max_size=15), st.data())
def test_a_recovery_code_is_read_however_it_is_typed(drawn: bytes, data: st.DataObject) -> None:
    shown = recovery_codes.generate(1, randbytes=lambda _: drawn)[0]
    typed = "".join(data.draw(st.sampled_from([c, c.lower(), c.translate(str.maketrans("10-", "lo "))])) for c in shown)
    assert recovery_codes.canonical(typed) == shown.replace("-", "")


@given(st.text())
def test_any_text_is_a_recovery_code_or_none(typed: str) -> None:
    code = recovery_codes.canonical(typed)
    assert code is None or recovery_codes.canonical(code) == code


@given(st.binary(min_size=15, max_size=15), st.binary(min_size=15, max_size=15))
def test_two_recovery_codes_are_never_read_as_one(one: bytes, other: bytes) -> None:
    drawn = iter([one, other])
    shown = recovery_codes.generate(2, randbytes=lambda _: next(drawn))
    assert (recovery_codes.canonical(shown[0]) == recovery_codes.canonical(shown[1])) == (one == other)


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_ipv6_network_count_as_one(ip: ipaddress.IPv6Address, host: int) -> None:
    if not ip.ipv4_mapped:
        neighbour = ipaddress.IPv6Address(int(ip) >> 64 << 64 | host)
        if not neighbour.ipv4_mapped:
            assert address.network_of(str(ip)) == address.network_of(str(neighbour)) == address.network_of(ip.exploded.upper())


@given(st.one_of(st.text(), st.ip_addresses().map(str)))
def test_any_text_names_a_network(ip: str) -> None:
    network = address.network_of(ip)
    assert network == "unknown" or str(ipaddress.ip_network(network)).removesuffix("/32") == network
