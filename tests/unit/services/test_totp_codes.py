"""TOTP codes: RFC 6238, and which of them are accepted. Threats H-01, H-02, H-09."""

import base64
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from idp.domain.factors.totp import Parameters
from idp.services.factors.totp_codes import matching_step, new_secret, provisioning_uri

# RFC 6238, Appendix B: the ASCII string 12345678901234567890; the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = 1111111109


@pytest.mark.parametrize(
    ("epoch", "code"),
    [(59, "287082"), (NOW, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_examples_of_the_specification(epoch: int, code: str) -> None:
    assert matching_step(SECRET, code, now=epoch, last_step=None) == epoch // 30


@pytest.mark.parametrize(
    ("algorithm", "size", "epoch", "code"),
    [
        ("SHA256", 32, 59, "119246"), ("SHA256", 32, NOW, "084774"), ("SHA256", 32, 20000000000, "737706"),
        ("SHA512", 64, 59, "693936"), ("SHA512", 64, NOW, "091201"), ("SHA512", 64, 20000000000, "863826"),
    ],
)  # fmt: skip
def test_the_examples_with_other_hash_functions(algorithm: str, size: int, epoch: int, code: str) -> None:
    """RFC 6238, Appendix B, for imported secrets. A code of one function is none of another."""
    secret = base64.b32encode((b"1234567890" * 7)[:size]).decode()
    assert matching_step(secret, code, now=epoch, last_step=None, parameters=Parameters(algorithm)) == epoch // 30
    assert matching_step(secret, code, now=epoch, last_step=None) is None


@pytest.mark.parametrize(("epoch", "code"), [(59, "94287082"), (NOW, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")])
def test_the_examples_with_eight_digits(epoch: int, code: str) -> None:
    """RFC 6238, Appendix B, for imported secrets. A code of the other length is refused, also if its digits are those of a right one."""
    eight = Parameters(digits=8)
    assert matching_step(SECRET, code, now=epoch, last_step=None, parameters=eight) == epoch // 30
    assert matching_step(SECRET, code[2:], now=epoch, last_step=None, parameters=eight) is None
    assert matching_step(SECRET, code, now=epoch, last_step=None) is None


def test_steps_of_a_minute() -> None:
    """Imported secrets may have a period of 60 seconds. The step before and after is accepted, none further away, and each once."""
    minute = Parameters(period=60)
    codes = {seconds: pyotp.TOTP(SECRET, interval=60).at(NOW + seconds) for seconds in (-120, -60, 0, 60, 120)}
    found = {
        seconds: matching_step(SECRET, code, now=NOW, last_step=None, parameters=minute) is not None for seconds, code in codes.items()
    }
    assert found == {-120: False, -60: True, 0: True, 60: True, 120: False}
    assert matching_step(SECRET, codes[0], now=NOW, last_step=NOW // 60 * 2, parameters=minute) is None
    assert matching_step(SECRET, codes[60], now=NOW, last_step=NOW // 60 * 2, parameters=minute) == (NOW // 60 + 1) * 2


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_one_step_of_skew_is_allowed(seconds: int) -> None:
    """H-02."""
    code = pyotp.TOTP(SECRET).at(NOW + seconds)
    assert matching_step(SECRET, code, now=NOW, last_step=None) == (NOW + seconds) // 30


@pytest.mark.parametrize("seconds", [-300, -60, 60, 300])
def test_two_steps_of_skew_are_refused(seconds: int) -> None:
    """H-02."""
    code = pyotp.TOTP(SECRET).at(NOW + seconds)
    assert matching_step(SECRET, code, now=NOW, last_step=None) is None


def test_a_code_counts_once_even_while_its_step_lasts() -> None:
    """H-01: the same code again, in its own step and in the next."""
    code = pyotp.TOTP(SECRET).at(NOW)
    step = matching_step(SECRET, code, now=NOW, last_step=None)
    assert step is not None
    assert matching_step(SECRET, code, now=NOW, last_step=step) is None
    assert matching_step(SECRET, code, now=NOW + 30, last_step=step) is None
    assert matching_step(SECRET, pyotp.TOTP(SECRET).at(NOW + 30), now=NOW + 30, last_step=step) == step + 1


def test_a_code_older_than_the_last_one_used_is_refused() -> None:
    assert matching_step(SECRET, pyotp.TOTP(SECRET).at(NOW - 30), now=NOW, last_step=NOW // 30) is None


def test_a_code_that_matches_two_steps_uses_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyotp.HOTP, "generate_otp", lambda _self, _step: "123456")
    assert matching_step(SECRET, "123456", now=NOW, last_step=None) == NOW // 30 + 1


@pytest.mark.parametrize("code", ["", "81804", "0818040", "081 804", "081804\n", "\uff1081804", "-81804", "081804081804", "\ud800" * 6])
def test_a_wrong_code_matches_no_step(code: str) -> None:
    assert matching_step(SECRET, code, now=NOW, last_step=None) is None


def test_secrets_have_160_bits_and_differ() -> None:
    made = {new_secret() for _ in range(20)}
    assert len(made) == 20
    assert {len(base64.b32decode(secret)) for secret in made} == {20}


def test_the_qr_code_names_issuer_and_account() -> None:
    """The key URI format. Defaults (SHA-1, six digits, thirty seconds) are left out, and names are escaped."""
    secret = new_secret()
    uri = urlsplit(provisioning_uri("Shop: Ünits & co", "a+b&c=d@example.com", secret))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    issuer, _, account = uri.path.removeprefix("/").partition(":")
    assert (unquote(issuer), unquote(account)) == ("Shop Ünits & co", "a+b&c=d@example.com")
    assert parse_qs(uri.query) == {"secret": [secret], "issuer": ["Shop Ünits & co"]}


@pytest.mark.parametrize(
    ("brand", "email"),
    [
        ("Shop: one", "ada@example.com"), ("a:b:c", '"x:y"@example.com'), (":Shop:", "ada@example.com"), ("Shop", "ada@[IPv6:2001:db8::1]"),
        ("A/B?c#d%3A", "a%3Ab@example.com"), ("Ünits", "ä@example.com"),
    ],
)  # fmt: skip
def test_the_label_has_one_colon(brand: str, email: str) -> None:
    """Key URI Format: "Neither issuer nor account name may themselves contain a colon"; the issuer is the same in label and parameter."""
    uri = urlsplit(provisioning_uri(brand, email, new_secret()))
    issuer, account = unquote(uri.path.removeprefix("/")).split(":")
    assert parse_qs(uri.query)["issuer"] == [issuer]
    assert issuer
    assert "@" in account
    assert (uri.netloc, uri.fragment) == ("totp", "")
