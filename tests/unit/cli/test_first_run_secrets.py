"""Secrets of a first run (K-14): repeatable in development, random in production, different in every deployment."""

from __future__ import annotations

from pathlib import Path

from idp.cli.first_run import secrets
from idp.cli.first_run.secrets import Derived, Random
from idp.settings import Settings

KEY = bytes(range(32))


def test_a_key_file_gives_the_same_secrets_again() -> None:
    """A second run prints the same values."""
    one, two = Derived(KEY, "idp"), Derived(KEY, "idp")
    assert secrets.password(one, "a", strong=True, minimum=15) == secrets.password(two, "a", strong=True, minimum=15, again=True)
    assert secrets.client_secret(one, "a") == secrets.client_secret(two, "a", again=True)
    assert secrets.totp_secret(one, "a") == secrets.totp_secret(two, "a")


def test_secrets_differ_by_name_deployment_and_key_file() -> None:
    """The password and the TOTP secret of one person differ too."""
    sources = [Derived(KEY, "idp"), Derived(KEY, "other"), Derived(bytes(32), "idp")]
    made = [s for source in sources for name in "ab" for s in (source.new(f"password {name}", 20), source.new(f"totp {name}", 20))]
    assert len(set(made)) == len(made)


def test_production_secrets_are_random_and_printed_once() -> None:
    """A second run does not know them."""
    source = Random()
    assert secrets.password(source, "a", strong=True, minimum=15) != secrets.password(source, "a", strong=True, minimum=15)
    assert secrets.password(source, "a", strong=True, minimum=15, again=True) is None
    assert secrets.client_secret(source, "a", again=True) is None


def test_an_admins_password_has_160_bits() -> None:
    """Base32 has five bits per letter."""
    password = secrets.password(Random(), "admin", strong=True, minimum=15) or ""
    assert len(password.replace("-", "")) * 5 == 160


def test_only_development_with_a_key_file_derives_secrets(tmp_path: Path) -> None:
    """A secret derived from the key file is known to every reader of that file."""
    key = tmp_path / "key"
    key.write_bytes(KEY)
    assert isinstance(secrets.source(Settings("http://localhost", env="dev", key_file=str(key))), Derived)
    assert isinstance(secrets.source(Settings("http://localhost", env="dev", kms_key_id="k")), Random)
    assert isinstance(secrets.source(Settings("https://id.example.com", kms_key_id="k")), Random)
