"""Settings: the table in docs/settings.md equals that of the code, and a wrong value stops the start with a message."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from idp.settings import OF_THE_AUTHORIZER, PREFIX, Settings, SettingsError, load
from idp.wiring.authorizer_settings import AuthorizerSettings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "settings.md"
DEPLOYED = [ROOT / "serverless.yml", *(ROOT / "deploy").rglob("*.yml"), *(ROOT / "examples").glob("*/serverless.yml")]
PROD = {"IDP_ISSUER": "https://id.example.com", "IDP_KMS_KEY_ID": "alias/idp"}
SMTP = {**PROD, "IDP_MAIL_FROM": "a@b.example", "IDP_SMTP_URL": "smtp://u@mail.example", "IDP_SMTP_PASSWORD": "canary"}
DEV = {"IDP_ISSUER": "http://localhost:8000", "IDP_ENV": "dev", "IDP_KEY_FILE": "key"}


def documented() -> dict[str, str]:
    """Name and default of every row of the table."""
    return dict(re.findall(r"^\| `(IDP_\w+)` \| (`[^`]+`|–) \|", DOCS.read_text(), re.MULTILINE))


def in_code() -> dict[str, str]:
    """The same from the code. A missing or empty default is a dash."""
    return {
        PREFIX + field.name.upper(): f"`{field.default}`" if field.default not in (MISSING, "") else "–"  # as in the table
        for field in fields(Settings)
    }


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    """Names and defaults are the same on both sides."""
    assert documented() == in_code()


def test_the_least_that_production_needs_is_enough() -> None:
    """An issuer and a KMS key; everything else has a default."""
    settings = load(PROD)
    assert (settings.env, settings.secure, settings.admin_resource) == ("prod", True, "https://id.example.com/admin/v1")


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    """`IDP_CODE_LIFETIME= idp …` means the default."""
    assert load({**PROD, "IDP_CODE_LIFETIME": "", "IDP_KEY_FILE": ""}).code_lifetime == 60


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("IDP_REGISTRATON", "IDP_REGISTRATION"), ("IDP_ISUER", "IDP_ISSUER"), ("IDP_ACCESS_TOKEN_LIFETIMES", "IDP_ACCESS_TOKEN_LIFETIME"),
        ("IDP_issuer", "IDP_ISSUER"), ("IDP_AUTHORIZER_RULE", "IDP_AUTHORIZER_RULES"), ("IDP_KMS_KEY", "IDP_KMS_KEY_ID"),
        ("IDP_ISSUER ", "IDP_ISSUER"), ("IDP_XYZZY_PLUGH", ""), ("IDP_", ""),
    ],
)  # fmt: skip
def test_a_name_that_is_no_setting_stops_the_start(name: str, meant: str) -> None:
    """The message has the most similar name. A misspelt setting that is ignored would not be noticed."""
    with pytest.raises(SettingsError, match="is not a setting") as refused:
        load({**PROD, name: "x"})
    assert str(refused.value).startswith(f"{name} is not")
    assert (f"Did you mean {meant}?" in str(refused.value)) if meant else ("Did you mean" not in str(refused.value))


def test_settings_of_the_other_parts_are_known() -> None:
    """Settings of the authorizer, variables of the tests and of other programs, and a variable without a value are accepted."""
    of_the_authorizer = {PREFIX + name.upper() for name in AuthorizerSettings._fields}
    assert of_the_authorizer - {PREFIX + field.name.upper() for field in fields(Settings)} == OF_THE_AUTHORIZER
    others = dict.fromkeys(["IDP_TEST_DYNAMODB", "IDPROOT", "XIDP_ISSUER", *OF_THE_AUTHORIZER], "x")
    assert load({**PROD, **others, "IDP_REGISTRATON": ""}).issuer == PROD["IDP_ISSUER"]


def test_every_variable_that_the_stack_sets_is_known() -> None:
    """In serverless.yml and what it includes: a function whose environment had another name would not start."""
    set_there = {name for path in DEPLOYED for name in re.findall(r"^ +(IDP_\w+): ", path.read_text(), re.MULTILINE)}
    assert "IDP_AUDIENCE" in set_there
    assert set_there <= {PREFIX + field.name.upper() for field in fields(Settings)} | OF_THE_AUTHORIZER


def test_every_setting_can_be_set_in_a_deployment() -> None:
    """Each setting has a line in the files of the stack, except a password and those for development only."""
    set_there = {name for path in DEPLOYED for name in re.findall(r"^ *(IDP_\w+): ", path.read_text(), re.MULTILINE)}
    development = {"IDP_KEY_FILE", "IDP_SMTP_PASSWORD", "IDP_DEV_FETCH_CA", "IDP_DEV_FETCH_HOSTS"}
    assert {PREFIX + field.name.upper() for field in fields(Settings)} - development <= set_there


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({}, "IDP_ISSUER is not set"),
        ({**PROD, "IDP_ISSUER": "id.example.com"}, "IDP_ISSUER"),
        ({**PROD, "IDP_ISSUER": "https://id.example.com/"}, "slash"),
        ({**PROD, "IDP_ISSUER": "https://id.example.com?tenant=1"}, "without query"),
        ({**PROD, "IDP_ISSUER": "https://me@id.example.com"}, "IDP_ISSUER"),
        ({**PROD, "IDP_ISSUER": "https://id.example.com/tenant"}, "path"),
        ({**PROD, "IDP_ISSUER": "HTTPS://id.example.com"}, "lower case"),
        ({**PROD, "IDP_ISSUER": "https://Id.example.com"}, "lower case"),
        ({**PROD, "IDP_ISSUER": "https://id.example.com:65536"}, "IDP_ISSUER"),
        ({**PROD, "IDP_ISSUER": "https://id.example.com:0"}, "IDP_ISSUER"),
        ({**PROD, "IDP_PASSWORD_ATTEMPTS": "4"}, "IDP_PASSWORD_ATTEMPTS must be between 5 and 20"),
        ({**PROD, "IDP_PASSWORD_ATTEMPTS": "21"}, "IDP_PASSWORD_ATTEMPTS must be between 5 and 20"),
        ({**PROD, "IDP_PASSWORD_ATTEMPTS": "1_0"}, "Set it to a whole number"),
        ({**PROD, "IDP_PASSWORD_MIN_LENGTH": "14"}, "IDP_PASSWORD_MIN_LENGTH must be between 15 and 64"),
        ({**PROD, "IDP_PASSWORD_MIN_LENGTH": "65"}, "IDP_PASSWORD_MIN_LENGTH must be between 15 and 64"),
        ({**DEV, "IDP_PASSWORD_MIN_LENGTH_MFA": "7"}, "IDP_PASSWORD_MIN_LENGTH_MFA between 8 and IDP_PASSWORD_MIN_LENGTH"),
        ({**PROD, "IDP_PASSWORD_MIN_LENGTH_MFA": "16"}, "IDP_PASSWORD_MIN_LENGTH_MFA between 8 and IDP_PASSWORD_MIN_LENGTH"),
        ({**PROD, "IDP_PASSWORD_MIN_LENGTH": "fifteen"}, "Set it to a whole number"),
        ({**PROD, "IDP_NETWORK_ATTEMPTS": "99"}, "IDP_NETWORK_ATTEMPTS between 100 and 10000"),
        ({**PROD, "IDP_NETWORK_ATTEMPTS": "10001"}, "IDP_NETWORK_ATTEMPTS between 100 and 10000"),
        ({**PROD, "IDP_ISSUER": "https://id example.com"}, "IDP_ISSUER"),
        ({**PROD, "IDP_ISSUER": "https://id.example.com\n"}, "IDP_ISSUER"),
        ({**DEV, "IDP_ISSUER": "http://[::1"}, "IDP_ISSUER"),
        ({**PROD, "IDP_TABLE_PREFIX": "idp/prod"}, "IDP_TABLE_PREFIX is 'idp/prod'"),
        ({**PROD, "IDP_ARGON2_MEMORY_KIB": "9999999999"}, "Lower IDP_ARGON2_MEMORY_KIB"),
        ({**PROD, "IDP_ARGON2_ITERATIONS": "65"}, "IDP_ARGON2_ITERATIONS"),
        ({**PROD, "IDP_CLIENT_ID_METADATA_DENIED_HOSTS": "a.example, b.example"}, "IDP_CLIENT_ID_METADATA_DENIED_HOSTS"),
        ({**PROD, "IDP_CLIENT_ID_METADATA_DENIED_HOSTS": "https://a.example"}, "in lower case, separated by spaces"),
        ({**PROD, "IDP_ISSUER": "http://id.example.com"}, "https URL when IDP_ENV is prod"),
        ({**PROD, "IDP_ENV": "staging"}, "Set it to dev or prod"),
        ({"IDP_ISSUER": "https://id.example.com"}, "IDP_KMS_KEY_ID"),
        ({**PROD, "IDP_KEY_FILE": "key"}, "either IDP_KMS_KEY_ID"),
        ({"IDP_ISSUER": "https://id.example.com", "IDP_KEY_FILE": "key"}, "Set IDP_KMS_KEY_ID when IDP_ENV is prod"),
        ({**PROD, "IDP_ARGON2_MEMORY_KIB": "19455"}, "Raise IDP_ARGON2_MEMORY_KIB"),
        ({**PROD, "IDP_ARGON2_ITERATIONS": "1"}, "IDP_ARGON2_ITERATIONS"),
        ({**DEV, "IDP_ARGON2_ITERATIONS": "0"}, "IDP_ARGON2_ITERATIONS"),
        ({**DEV, "IDP_ARGON2_MEMORY_KIB": "7"}, "IDP_ARGON2_MEMORY_KIB"),
        ({**PROD, "IDP_CODE_LIFETIME": "601"}, "IDP_CODE_LIFETIME must be between 1 and 600"),
        ({**PROD, "IDP_CODE_LIFETIME": "a minute"}, "IDP_CODE_LIFETIME is 'a minute'. Set it to a whole number"),
        ({**PROD, "IDP_CODE_LIFETIME": "-1"}, "whole number"),
        ({**PROD, "IDP_CODE_LIFETIME": "٦٠"}, "whole number"),
        ({**PROD, "IDP_REFRESH_GRACE": "61"}, "IDP_REFRESH_GRACE"),
        ({**PROD, "IDP_SESSION_IDLE_LIFETIME": "0"}, "LIFETIME"),
        ({**PROD, "IDP_DEV_FETCH_HOSTS": "localhost"}, "IDP_DEV_FETCH_HOSTS and IDP_DEV_FETCH_CA are for development"),
        ({**PROD, "IDP_DEV_FETCH_CA": "ca.pem"}, "IDP_DEV_FETCH_HOSTS and IDP_DEV_FETCH_CA are for development"),
        ({**DEV, "IDP_DEV_FETCH_CA": "nowhere.pem"}, "IDP_DEV_FETCH_CA is 'nowhere.pem', which is no file"),
        ({**PROD, "IDP_MAIL_FROM": "a@b.example", "IDP_SMTP_URL": "mail.example"}, "IDP_SMTP_URL must be smtp://"),
        ({**PROD, "IDP_MAIL_FROM": "a@b.example", "IDP_SMTP_URL": "smtp://u:canary@mail.example"}, "without a password"),
        ({**PROD, "IDP_SMTP_URL": "smtp://mail.example"}, "Set IDP_MAIL_FROM"),
        ({**PROD, "IDP_MAIL_FROM": "a@b.example", "IDP_SMTP_PASSWORD": "canary"}, "IDP_SMTP_URL must be smtp://"),
        ({**SMTP, "IDP_SMTP_URL": "smtp://mail.example"}, "if IDP_SMTP_URL has a user"),
        ({**SMTP, "IDP_SMTP_PASSWORD": ""}, "Set either IDP_SMTP_PASSWORD_PARAMETER"),
        ({**SMTP, "IDP_SMTP_PASSWORD_PARAMETER": "/idp/smtp"}, "Set either IDP_SMTP_PASSWORD_PARAMETER"),
        ({**SMTP, "IDP_SMTP_PASSWORD": "", "IDP_SMTP_PASSWORD_PARAMETER": "arn:aws:ssm:x"}, "whole name of a parameter"),
        ({**PROD, "IDP_MAIL_FROM": "example.com"}, "IDP_MAIL_FROM is 'example.com'"),
        ({**DEV, "IDP_SELF_DELETION": "yes"}, "IDP_SELF_DELETION is 'yes'. Set it to on or off."),
        ({**DEV, "IDP_DELETION_GRACE_DAYS": "31"}, "IDP_DELETION_GRACE_DAYS must be between 0 (erased at once) and 30."),
        ({**DEV, "IDP_SIGN_UP": "yes"}, "Set it to closed, invited or open"),
        ({**PROD, "IDP_SIGN_UP": "open"}, "IDP_SIGN_UP needs mails"),
        ({**PROD, "IDP_SIGN_UP": "invited"}, "IDP_SIGN_UP needs mails"),
        ({**DEV, "IDP_SIGN_UP_DOMAINS": "example.com,example.org"}, "IDP_SIGN_UP_DOMAINS"),
        ({**DEV, "IDP_SIGN_UP_DOMAINS": "Example.com"}, "lower case"),
        ({**DEV, "IDP_SIGN_UP_DENIED_DOMAINS": "*.example.com"}, "IDP_SIGN_UP_DENIED_DOMAINS"),
        ({**DEV, "IDP_SIGN_UP_DENIED_DOMAINS": "bücher.example"}, "ASCII"),
        ({**DEV, "IDP_SIGN_UP_DENIED_DOMAINS": "a@example.com"}, "IDP_SIGN_UP_DENIED_DOMAINS"),
        ({**DEV, "IDP_SIGN_UP_CLAIMS": "name! email"}, "IDP_SIGN_UP_CLAIMS"),
        ({**DEV, "IDP_SIGN_UP_CLAIMS": "name name!"}, "each once"),
        ({**DEV, "IDP_SIGN_UP_CLAIMS": "name!!"}, "IDP_SIGN_UP_CLAIMS"),
        ({**DEV, "IDP_PROFILE_CLAIMS": "name email"}, "IDP_PROFILE_CLAIMS"),
        ({**DEV, "IDP_PROFILE_CLAIMS": "none name"}, "IDP_PROFILE_CLAIMS"),
        ({**DEV, "IDP_PROFILE_CLAIMS": "address"}, "IDP_PROFILE_CLAIMS"),
        ({**DEV, "IDP_SIGN_UP_CHALLENGE": "on"}, "off or proof-of-work"),
        ({**DEV, "IDP_TERMS_URI": "https://example.com/terms"}, "together with IDP_TERMS_VERSION"),
        ({**DEV, "IDP_TERMS_VERSION": "1"}, "IDP_TERMS_URI must be an https URL"),
        ({**DEV, "IDP_TERMS_URI": "javascript:alert(1)", "IDP_TERMS_VERSION": "1"}, "https URL"),
        ({**DEV, "IDP_TERMS_URI": "https://example.com/terms", "IDP_TERMS_VERSION": "first one"}, "IDP_TERMS_VERSION"),
        ({**PROD, "IDP_MAIL_FROM": "a@example.com, b@example.com"}, "Set it to one address"),
        ({**PROD, "IDP_MTLS_URL": "http://mtls.example.com"}, "IDP_MTLS_URL"),
        ({**PROD, "IDP_MTLS_URL": "https://mtls.example.com/"}, "without query"),
        ({**PROD, "IDP_FETCH_FUNCTION": "fetch/../other"}, "IDP_FETCH_FUNCTION"),
        ({**PROD, "IDP_DNS_RESOLVER": "http://dns.example/resolve"}, "IDP_DNS_RESOLVER"),
        ({**PROD, "IDP_DNS_RESOLVER": "https://dns.example/resolve?do=1"}, "IDP_DNS_RESOLVER"),
        ({**PROD, "IDP_DNS_RESOLVER": "https://dns.example"}, "IDP_DNS_RESOLVER"),
        ({**PROD, "IDP_DNS_RESOLVER": "8.8.8.8"}, "IDP_DNS_RESOLVER"),
        ({**DEV, "IDP_FETCH_FUNCTION": "fetch", "IDP_DEV_FETCH_HOSTS": "localhost"}, "Unset it or IDP_FETCH_FUNCTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in"}, "IDP_AUDIT_RETENTION is 'sign_in'. Set it to types with days"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in:0"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in:3661"}, "3660 at most"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in:90, user:400"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in:90,sign_in:91"}, "each once"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in:90,"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "Sign_in:90"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in.:90"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "sign_in:٩٠"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_AUDIT_RETENTION": "*:90"}, "IDP_AUDIT_RETENTION"),
        ({**PROD, "IDP_SHARED_SIGNALS": "yes"}, "IDP_SHARED_SIGNALS is 'yes'. Set it to on or off."),
        ({**PROD, "IDP_AUDIT_CHAIN": "yes"}, "IDP_AUDIT_CHAIN is 'yes'. Set it to on or off."),
        ({**PROD, "IDP_AUDIT_BUCKET": "s3://audit"}, "IDP_AUDIT_BUCKET must be the name of an S3 bucket"),
        ({**PROD, "IDP_AUDIT_LOCK": "on"}, "Set it to governance, compliance or off."),
    ],
)
def test_a_wrong_one_stops_with_what_to_set(environ: dict[str, str], says: str) -> None:
    """The message has one or two sentences and the name of the variable, and no traceback."""
    with pytest.raises(SettingsError) as stopped:
        load(environ)
    assert says in str(stopped.value)
    assert "IDP_" in str(stopped.value)


def test_development_may_hash_cheaply_and_speak_http() -> None:
    """Production refuses both; a test on this machine may use them."""
    settings = load({**DEV, "IDP_ARGON2_MEMORY_KIB": "8", "IDP_ARGON2_ITERATIONS": "1"})
    assert settings.dev
    assert not settings.secure


def test_no_grace_is_allowed() -> None:
    """Zero is a valid value and not a missing one. A lost reply then requires a new sign-in."""
    assert load({**PROD, "IDP_REFRESH_GRACE": "0"}).refresh_grace == 0


@pytest.mark.parametrize(
    ("issuer", "given", "rp_id"),
    [
        ("https://id.example.com", "", "id.example.com"),
        ("https://id.example.com:8443", "", "id.example.com"),
        ("http://localhost:8000", "", "localhost"),
        ("http://localhost:8000", "localhost", "localhost"),
        ("http://127.0.0.1:8000", "", "127.0.0.1"),
        ("http://[::1]:8000", "", "[::1]"),
        ("https://id.example.com", "id.example.com", "id.example.com"),
        ("https://id.example.com", "example.com", "example.com"),
        ("https://a.b.example.com", "b.example.com", "b.example.com"),
    ],
)
def test_the_rp_id_is_the_issuers_host_or_a_parent_domain_of_it(issuer: str, given: str, rp_id: str) -> None:
    """WebAuthn Level 3 §5.1.3: the RP ID is the origin's effective domain or a registrable suffix of it."""
    assert load({**DEV, "IDP_ISSUER": issuer, "IDP_RP_ID": given}).webauthn_rp_id == rp_id


@pytest.mark.parametrize(
    ("issuer", "given"),
    [
        ("https://id.example.com", "com"),
        ("https://id.example.com", "other.example.com"),
        ("https://id.example.com", "x.id.example.com"),
        ("https://id.example.com", "ample.com"),
        ("https://id.example.com", "d.example.com"),
        ("https://id.example.com", ".example.com"),
        ("https://id.example.com", "example.com."),
        ("https://id.example.com", "Example.com"),
        ("https://id.example.com", "https://id.example.com"),
        ("https://id.example.com:8443", "id.example.com:8443"),
        ("https://id.example.com", "example.com example.org"),
        ("https://id.example.com", "example.com\n"),
        ("https://id.localhost", "localhost"),
        ("https://a._b.example.com", "_b.example.com"),
        ("https://a.-b.example.com", "-b.example.com"),
        ("http://127.0.0.1:8000", "0.0.1"),
        ("http://127.0.0.1:8000", "localhost"),
        ("http://[::1]:8000", "::1"),
    ],
)
def test_another_rp_id_stops_the_start(issuer: str, given: str) -> None:
    """Browsers would refuse it, so no passkey could be created."""
    with pytest.raises(SettingsError, match=r"(?s)IDP_RP_ID is .* Set it to the host of IDP_ISSUER or to a parent domain"):
        load({**DEV, "IDP_ISSUER": issuer, "IDP_RP_ID": given})


def test_the_password_of_the_mail_server_is_in_no_text_of_the_settings() -> None:
    """An error or a log line that shows the settings does not show it."""
    settings = load(SMTP)
    assert settings.smtp_password == "canary"
    assert "canary" not in repr(settings)


def test_the_rp_id_of_an_old_domain_stays_if_the_issuer_is_a_related_origin() -> None:
    """WebAuthn Level 3 §5.11: the old domain says that pages of the issuer may use its passkeys. Pages of others may not."""
    moved = {**PROD, "IDP_ISSUER": "https://id.example.org", "IDP_RP_ID": "id.example.com"}
    chosen = load({**moved, "IDP_RELATED_ORIGINS": "https://shop.example.net https://id.example.org"})
    assert chosen.webauthn_rp_id == "id.example.com"
    assert chosen.passkey_origins == {"https://id.example.org"}
    for wrong in ("", "https://shop.example.net", "https://id.example.org.evil.example", "https://id.example.org:8443"):
        with pytest.raises(SettingsError, match="only if IDP_RELATED_ORIGINS has IDP_ISSUER"):
            load({**moved, "IDP_RELATED_ORIGINS": wrong})
    for no_domain in ("com", "192.0.2.1", "https://id.example.com"):
        with pytest.raises(SettingsError, match="IDP_RP_ID is"):
            load({**moved, "IDP_RP_ID": no_domain, "IDP_RELATED_ORIGINS": "https://id.example.org"})


@pytest.mark.parametrize(
    "given",
    ["http://id.example.com", "id.example.com", "https://id.example.com/", "https://a.example,https://b.example", "https://ID.example"],
)
def test_a_related_origin_that_is_no_https_origin_stops_the_start(given: str) -> None:
    """Also a sixth one: browsers need to take five only."""
    for wrong in (given, " ".join(f"https://{number}.example" for number in range(6))):
        with pytest.raises(SettingsError, match="IDP_RELATED_ORIGINS must be"):
            load({**PROD, "IDP_RELATED_ORIGINS": wrong})


@pytest.mark.parametrize("name", ["passwordless", "passkey_offer", "passkey_upgrade"])
def test_what_depends_on_passkeys_is_on_or_off(name: str) -> None:
    with pytest.raises(SettingsError, match=f"IDP_{name.upper()} is 'yes'"):
        load({**PROD, f"IDP_{name.upper()}": "yes"})
    without = load({**PROD, "IDP_PASSKEYS": "off", f"IDP_{name.upper()}": "on"})
    assert (without.allows_passwordless, without.offers_passkeys) == (False, False)


def test_passkeys_are_on_or_off() -> None:
    assert load(PROD).passkeys == "on"
    with pytest.raises(SettingsError, match="IDP_PASSKEYS is 'yes'"):
        load({**PROD, "IDP_PASSKEYS": "yes"})


_MODEL = "01234567-89ab-cdef-0123-456789abcdef"
_DIRECT = {"IDP_PASSKEY_ATTESTATION": "direct"}
_METADATA = {**_DIRECT, "IDP_PASSKEY_MDS_FILE": "files/blob", "IDP_PASSKEY_MDS_ROOT": "files/root"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"IDP_PASSKEY_ATTESTATION": "enterprise"}, "Set it to none or direct"),
        ({**_METADATA, "IDP_PASSKEY_ATTESTATION": "none"}, "no attestation is asked for"),
        ({**_DIRECT, "IDP_PASSKEY_MDS_FILE": "files/blob"}, "Set both or none"),
        ({**_DIRECT, "IDP_PASSKEY_MDS_ROOT": "files/root"}, "Set both or none"),
        ({"IDP_PASSKEY_AAGUIDS": _MODEL}, "An AAGUID proves nothing unless the attestation is checked"),
        ({**_DIRECT, "IDP_PASSKEY_AAGUIDS": _MODEL}, "An AAGUID proves nothing unless the attestation is checked"),
        ({**_METADATA, "IDP_PASSKEY_AAGUIDS": _MODEL.upper()}, "in lower case"),
        ({**_METADATA, "IDP_PASSKEY_AAGUIDS": _MODEL.replace("-", "")}, "in lower case"),
        ({**_METADATA, "IDP_PASSKEY_AAGUIDS": f"{_MODEL},{_MODEL}"}, "separated by spaces"),
        ({**_METADATA, "IDP_PASSKEY_AAGUIDS": " ".join([_MODEL] * 31)}, "at most 30"),
    ],
)
def test_settings_of_attestation_that_do_not_fit_stop_the_start(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load({**PROD, **given})


def test_models_of_authenticators_are_a_list() -> None:
    assert load({**PROD, **_METADATA, "IDP_PASSKEY_AAGUIDS": f"{_MODEL} {_MODEL}"}).accepted_aaguids == {_MODEL}
    assert load({**PROD, **_METADATA}).accepted_aaguids == frozenset()
    assert load(PROD).passkey_attestation == "none"
