"""Which texts are hashes, and how much work one may take (threats R-08)."""

from __future__ import annotations

import pytest

from idp.domain.factors.foreign_hash import ForeignHashError
from idp.domain.factors.foreign_hash_cost import MOST_KIB, MOST_MILLISECONDS, is_fast, kib, milliseconds
from idp.domain.factors.hash_notations import notation
from idp.domain.factors.hash_notations.scheme import scheme_of
from tests.support.foreign_hashes import PUBLISHED, Published

S16, D32 = "A" * 22, "A" * 43
"""16 and 32 bytes in base64 without padding."""


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("$2b${}$" + "a" * 53, (14, 15)),
        (f"$scrypt$ln={{}},r=8,p=1${S16}${D32}", (17, 19)),
        (f"$scrypt$ln=16,r=8,p={{}}${S16}${D32}", (4, 5)),
        (f"$scrypt$ln=11,r={{}},p=1${S16}${D32}", (1023, 1025)),
        (f"$pbkdf2-sha256$i={{}},l=32${S16}${D32}", (4_000_000, 4_000_001)),
        (f"$pbkdf2-sha1$i={{}},l=32${S16}${D32}", (2_000_000, 2_000_001)),
        (f"$argon2id$v=19$m=262144,t={{}},p=4${S16}${D32}", (4, 5)),
        (f"$argon2id$v=19$m={{}},t=1,p=4${S16}${D32}", (262144, 262145)),
        (f"$argon2id$v=19$m=65536,t=1,p={{}}${S16}${D32}", (64, 65)),
        ("$6$rounds={}$saltsalt$" + "a" * 86, (1_666_666, 1_666_667)),
        ("$P${}12345678" + "a" * 22, ("I", "J")),
    ],
)
def test_more_than_a_second_or_256_mb_is_refused_by_the_parameters(text: str, most: tuple[object, object]) -> None:
    """The first value is accepted, the second is refused. No hash is computed for that."""
    found = notation.read(text.format(most[0]))
    assert milliseconds(found) <= MOST_MILLISECONDS
    assert kib(found) <= MOST_KIB
    with pytest.raises(ForeignHashError) as refused:
        notation.read(text.format(most[1]))
    assert refused.value.message.id == "foreign_hash.too_costly"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "$",
        "$$",
        "plain text",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "!",
        "!disabled",
        "*",
        "x",
        "$2$10$" + "a" * 53,
        "$0$a$b",
        "$2x$10$" + "a" * 53,
        "$2b$3$" + "a" * 53,
        "$2b$03$" + "a" * 53,
        "$2b$32$" + "a" * 53,
        "$2b$-1$" + "a" * 53,
        "$2b$10$" + "a" * 52,
        "$2b$10$" + "a" * 54,
        "$2b$10$" + "ä" * 53,
        "$2b$10$" + "a" * 52 + "\n",
        "$2b$1\uff10$" + "a" * 53,
        "$2b$" + "9" * 400 + "$" + "a" * 53,
        "$bcrypt-hex-sha256$2x$10$" + "a" * 53,
        "$bcrypt-hex-sha256$10$" + "a" * 53,
        "$wp$",
        "$wp$2y",
        "$wp$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
        f"$scrypt$ln=14,r=8${S16}${D32}",
        f"$scrypt$ln=14,r=8,p=1,x=1${S16}${D32}",
        f"$scrypt$ln=14,ln=14,r=8,p=1${S16}${D32}",
        f"$scrypt$ln=0,r=8,p=1${S16}${D32}",
        f"$scrypt$ln=14,r=0,p=1${S16}${D32}",
        f"$scrypt$ln=14,r=8,p=0${S16}${D32}",
        f"$scrypt$ln=16385,r=8,p=1${S16}${D32}",
        f"$scrypt$ln=20,r=1,p=1${S16}${D32}",
        f"$scrypt$ln=-14,r=8,p=1${S16}${D32}",
        f"$scrypt$ln=1e4,r=8,p=1${S16}${D32}",
        f"$scrypt$ln=14,r=8,p=1${S16}$",
        f"$scrypt$ln=14,r=8,p=1${S16}$AAAA",
        "$scrypt$$$",
        f"$scrypt$ln=14,r=8,p=1$({S16}${D32}",
        f"$scrypt$ln=14,r=8,p=1${S16}${'A' * 400}",
        f"$firescrypt$ln=14,r=8,p=1${S16}${D32}$Bw==",
        f"$firescrypt$ln=14,r=8,p=1${S16}${D32}$Bw==${S16}",
        f"$pbkdf2-sha256$i=0,l=32${S16}${D32}",
        f"$pbkdf2-sha256$i=-1,l=32${S16}${D32}",
        f"$pbkdf2-sha256$i=1000,l=31${S16}${D32}",
        f"$pbkdf2-sha256$I=1000,l=32${S16}${D32}",
        f"$pbkdf2-sha256$1000${S16}",
        "$pbkdf2-sha256",
        f"$pbkdf2-md5$i=1000,l=32${S16}${D32}",
        f"$pbkdf2-sha257$i=1000,l=32${S16}${D32}",
        f"$pbkdf2-sha256$i=1000,l=32${S16}${D32[:-2]}!!",
        f"$argon2id$v=18$m=65536,t=3,p=4${S16}${D32}",
        f"$argon2id$v=19$m=65536,t=3${S16}${D32}",
        f"$argon2$v=19$m=65536,t=3,p=4${S16}${D32}",
        f"$argon2id$v=19$m=65536,t=0,p=4${S16}${D32}",
        f"$argon2id$v=19$m=65536,t=3,p=0${S16}${D32}",
        f"$argon2id$v=19$m=7,t=3,p=1${S16}${D32}",
        f"$argon2id$v=19$m=65536,t=3,p=4$AAAA${D32}",
        f"$argon2id$v=19$m=65536,t=3,p=4${S16}$AAAA",
        f"$argon2id${S16}${D32}",
        "$argon2id$v=19",
        f"$argon2id$v=19$m=65536,t=3,p=4,keyid=x${S16}${D32}",
        f"$argon2id$v=19$m=65536,t=3,p=4${S16}${D32}$x",
        "$5$",
        "$6$salt$short",
        "$6$rounds=999$salt$" + "a" * 86,
        "$6$rounds=$salt$" + "a" * 86,
        "$6$round=5000$salt$" + "a" * 86,
        "$6$" + "s" * 17 + "$" + "a" * 86,
        "$5$salt$" + "a" * 86,
        "$1$saltsalt$",
        "$1$" + "s" * 9 + "$" + "a" * 22,
        "$apr1$" + "a" * 22,
        "$P$",
        "$P$B12345678",
        "$P$!12345678" + "a" * 22,
        "$P$.12345678" + "a" * 22,
        "$P$B1234567!" + "a" * 22,
        "$md5$",
        "$md5$AAAA",
        "$md5$pf=$MTIz$CY9rzUYh03PK3k6DJie09g==",
        "$md5$pf=e1NBTFR9$MTIz$CY9rzUYh03PK3k6DJie09g==",
        "$md5$xx=e1BBU1NXT1JEfQ==$MTIz$CY9rzUYh03PK3k6DJie09g==",
        "$md5$a$b$c$d",
        "$md5$pf=" + "e1BBU1NXT1JEfXtQQVNTV09SRH17UEFTU1dPUkR9e1BBU1NXT1JEfXtQQVNTV09SRH0=" + "$MTIz$CY9rzUYh03PK3k6DJie09g==",
        "$sha1$CY9rzUYh03PK3k6DJie09g==",
        "$md4$CY9rzUYh03PK3k6DJie09g==",
        "$sha256$pf=e1BBU1NXT1JEfQ==$$CY9rzUYh03PK3k6DJie09g==",
        "$hmac-sha256$AAAA$a2V5",
        "$hmac-sha256$" + D32,
        "$hmac-md4$MDA=$a2V5",
        "$hmac-sha256$" + D32 + "=$a2V5",
        "{SSHA}",
        "{SSHA}AAAA",
        "{SHA}tooshort",
        "{SSHA}2qU2SGWP8viTM1md3FiI3+rjWXQ=",
        "{SHA}2qU2SGWP8viTM1md3FiI3+rjWXQA",
        "{SSHA3}AAAA",
        "{CLEARTEXT}secret",
        "{CRYPT}",
        "{CRYPT}aajfMKNH1hTm2",
        "{CRYPT}{CRYPT}$1$saltsalt$" + "a" * 22,
        "{SSHA",
        "$wrapped$",
        "$wrapped$md5",
        "$wrapped$md5$$$",
        "$wrapped$md5$$$$md5$AAAA",
        f"$wrapped$rot13$$$$argon2id$v=19$m=64,t=1,p=1${S16}${D32}",
        f"$wrapped$md5$$$$argon2id$v=19$m=64,t=1,p=1${S16}${D32}",
        f"$wrapped$bcrypt$$$$argon2id$v=19$m=64,t=1,p=1${S16}${D32}",
        f"$wrapped$bcrypt$4,4$$$argon2id$v=19$m=64,t=1,p=1${S16}${D32}",
        f"$wrapped$bcrypt$4$$AA==$argon2id$v=19$m=64,t=1,p=1${S16}${D32}",
        f"$wrapped$bcrypt$4$$$argon2i$v=19$m=64,t=1,p=1${S16}${D32}",
        "$argon2id$v=19$m=65536,t=3,p=4$" + "A" * 2000 + "$" + D32,
        "{SSHA}" + "A" * 1600,
        "\ud800",
        "\0",
        "$2b$10$" + "a" * 52 + "\0",
    ],
)
def test_what_is_no_hash_is_refused_with_a_sentence(text: str) -> None:
    """Each with ForeignHashError, whose sentence does not contain the text: a hash is a secret."""
    with pytest.raises(ForeignHashError) as refused:
        notation.read(text)
    assert refused.value.message.id != "foreign_hash.too_costly"
    assert len(text) < 4 or text not in refused.value.description


@pytest.mark.parametrize("power", [15, 30, 31])
def test_an_exponent_is_bounded_before_it_is_used(power: int) -> None:
    """2 to the power of ten digits would be computed otherwise."""
    for text in (f"$2b${power}$" + "a" * 53, f"$firescrypt$ln={power}99999999,r=8,p=1${S16}${D32}$Bw==${D32}"):
        with pytest.raises(ForeignHashError):
            notation.read(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("$1$TVEiiKNb$SN6/pUaRQS/E8Jh46As2C/", "$md5-crypt$TVEiiKNb$SN6/pUaRQS/E8Jh46As2C/"),
        ("$6$saltsalt$" + "a" * 86, "$sha512-crypt$rounds=5000$saltsalt$" + "a" * 86),
        ("$H$9aaaaaSXBjgypwqm.JsMssPLiS8YQ00", "$P$9aaaaaSXBjgypwqm.JsMssPLiS8YQ00"),
        ("$2y$10$" + "C" * 21 + "." + "a" * 30 + "u", "$2b$10$" + "C" * 21 + "." + "a" * 30 + "u"),
        (f"$scrypt$ln=14,r=8,p=1${S16}${D32}", f"$scrypt$ln=16384,r=8,p=1${S16}==${D32}="),
        (f"$pbkdf2-sha256$29000$.....AAAAAAAAAAAAAAAAA${D32}", f"$pbkdf2-sha256$i=29000,l=32$+++++AAAAAAAAAAAAAAAAA${D32}"),
        (f"$pbkdf2-sha512$i=100000,keylen=32${S16}${D32}", f"$pbkdf2-sha512$i=100000,l=32${S16}${D32}"),
        (f"$pbkdf2$131000${S16}$" + "A" * 27, f"$pbkdf2-sha1$i=131000,l=20${S16}$" + "A" * 27),
        (f"$argon2i$m=65536,t=3,p=4${S16}${D32}", f"$argon2i$v=16$m=65536,t=3,p=4${S16}${D32}"),
        (f"$argon2id$v=19$p=4,t=3,m=65536${S16}${D32}", f"$argon2id$v=19$m=65536,t=3,p=4${S16}${D32}"),
        ("{ssha}2qU2SGWP8viTM1md3FiI3+rjWXQBAgME", "$sha1$pf=e1BBU1NXT1JEfXtTQUxUfQ==$AQIDBA==$2qU2SGWP8viTM1md3FiI3+rjWXQ="),
        ("{SHA}2qU2SGWP8viTM1md3FiI3+rjWXQ=", "$sha1$pf=e1BBU1NXT1JEfQ==$$2qU2SGWP8viTM1md3FiI3+rjWXQ="),
        ("{MD5}CY9rzUYh03PK3k6DJie09g==", "$md5$pf=e1BBU1NXT1JEfQ==$$CY9rzUYh03PK3k6DJie09g=="),
        ("{CRYPT}$1$TVEiiKNb$SN6/pUaRQS/E8Jh46As2C/", "$md5-crypt$TVEiiKNb$SN6/pUaRQS/E8Jh46As2C/"),
    ],
)
def test_another_notation_is_written_in_that_of_the_store(text: str, same: str) -> None:
    """Kratos' where it has one."""
    assert notation.write(notation.read(text)) == same


@pytest.mark.parametrize("it", PUBLISHED, ids=lambda it: it.label)
def test_fast_ones_are_those_below_five_milliseconds(it: Published) -> None:
    """Also MD5-crypt, apr1 and phpass whatever their cost, because graphics cards are fast at them."""
    assert is_fast(notation.read(it.text)) == it.label.startswith("wrapped-")


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        (None, None),
        ("$argon2id$v=19$m=1,t=1,p=1$a$b", "argon2id"),
        ("$2b$12$a", "bcrypt"),
        ("$wp$2y$10$a", "wp-bcrypt"),
        ("$P", "unknown"),
        ("$P$B$", "phpass"),
        ("$wrapped$md5$$$", "wrapped-md5"),
        ("$wrapped$bcrypt-hex-sha256$4$", "wrapped-bcrypt-hex-sha256"),
        ("$pbkdf2-sha256$i=1$", "pbkdf2-sha256"),
        ("", "unknown"),
        ("another hash", "unknown"),
        ("$" + "a" * 25 + "$", "unknown"),
        ("$wrapped$<b>$", "wrapped"),
    ],
)
def test_the_name_of_a_scheme_has_no_part_of_the_hash(stored: str | None, name: str | None) -> None:
    """It is shown to admins."""
    assert scheme_of(stored) == name
