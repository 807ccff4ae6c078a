"""Reading foreign hashes: any text is a hash or is refused, and what is written reads back as the same hash."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.factors import foreign_hash
from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.foreign_hash_cost import MOST_KIB, MOST_MILLISECONDS, kib, milliseconds
from idp.domain.factors.hash_notations import bcrypt, notation
from idp.domain.factors.hash_notations.scheme import scheme_of
from idp.domain.moving.hashes import aspnet, auth0, django, firebase, keycloak, werkzeug
from tests.support.foreign_hashes import FIREBASE, PUBLISHED, Published

OWN = "$argon2id$v=19$m=64,t=1,p=1$" + "A" * 22 + "$" + "A" * 43
LABELS = st.sampled_from(
    sorted({each.label for each in PUBLISHED} | {"bcrypt:12", "bcrypt-hex-sha256:12", "wp-bcrypt:10", "wrapped-hmac-sha1:", "phpass:13"})
)
LIKE_HASHES = st.text(alphabet="$=,{}.:/+-_ \0\n0123456789abcdefilmnprstvxyABPSHÄ\ud800", max_size=120)
CUT = st.builds(
    lambda it, begin, end, put: it.text[:begin] + put + it.text[end:],
    st.sampled_from(PUBLISHED),
    st.integers(0, 90),
    st.integers(0, 90),
    LIKE_HASHES,
)
NAMES = st.sampled_from(["algorithm", "hash", "salt", "value", "encoding", "digest", "key", "position", "credentialData", "secretData"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | LIKE_HASHES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
)


@given(LIKE_HASHES | CUT | st.text(max_size=60))
def test_any_text_is_an_affordable_hash_or_is_refused(text: str) -> None:
    """No other exception, and no hash that would take more than a sign-in may (R-08)."""
    with contextlib.suppress(ForeignHashError):
        found = notation.read(text)
        assert milliseconds(found) <= MOST_MILLISECONDS
        assert kib(found) <= MOST_KIB
        assert notation.read(notation.write(found)) == found


@given(LABELS, st.binary(min_size=64, max_size=64))
def test_a_decoy_reads_back_as_itself(label: str, random: bytes) -> None:
    """It goes the way of a stored hash."""
    made = foreign_hash.decoy(label, lambda size: (random * 4)[:size], OWN)
    assert notation.read(notation.write(made)) == made
    assert made.label == label
    assert scheme_of(notation.write(made)) == foreign_hash.scheme_of_label(label)


@given(st.binary(max_size=80))
def test_bcrypts_base64_is_reversible(some: bytes) -> None:
    """Its alphabet has another order."""
    assert bcrypt.decode(bcrypt.encode(some)) == some


@given(st.sampled_from(PUBLISHED))
def test_a_wrapped_hash_keeps_all_but_its_digest(published: Published) -> None:
    """Cost, salt, pattern and keys are needed for the check."""
    plain = notation.read(published.text)
    wrapped: ForeignHash = replace(plain, digest=b"", wrapped_in=OWN)
    assert notation.read(notation.write(wrapped)) == wrapped


@given(LIKE_HASHES, JSON)
def test_converters_refuse_what_they_cannot_read(text: str, value: object) -> None:
    """With ForeignHashError. Each takes what a file of the vendor may have in that place."""
    for attempt in (
        lambda: django.convert(text),
        lambda: werkzeug.convert(text),
        lambda: aspnet.convert(text),
        lambda: firebase.convert(text, text, firebase.parameters(FIREBASE)),
        lambda: firebase.parameters(value if isinstance(value, dict) else {}),
        lambda: auth0.convert(value if isinstance(value, dict) else {}),
        lambda: keycloak.convert(value if isinstance(value, dict) else {}),
    ):
        with contextlib.suppress(ForeignHashError):
            attempt()
