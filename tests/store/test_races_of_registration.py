"""Concurrent registrations and fetches: the store decides how many succeed, on real engines."""

from __future__ import annotations

import secrets
from dataclasses import replace

from idp.domain.apps.client import Client
from idp.domain.apps.initial_access_token import InitialAccessToken
from idp.store.client_documents import ClientDocumentItem, ClientDocuments
from idp.store.clients import Clients, place
from idp.store.database import Database
from idp.store.initial_access_tokens import InitialAccessTokens
from tests.store.race import crowd

NOW = 1_800_000_000


def token(tokens: InitialAccessTokens, max_uses: int = 5) -> str:
    """A new token, valid for a minute."""
    made = InitialAccessToken(id=secrets.token_urlsafe(8), digest="d", created_at=NOW, expires_at=NOW + 60, max_uses=max_uses)
    assert tokens.create(made)
    return made.id


def test_an_initial_access_token_is_used_at_most_max_uses_times(real: Database) -> None:
    """Of thirty concurrent uses five succeed, and the count is five."""
    tokens = InitialAccessTokens(real)
    made = token(tokens)
    used = crowd(30, lambda number: tokens.use(made, attempt=f"attempt {number}", now=NOW))
    assert used.count(True) == 5
    found = tokens.get(made)
    assert found
    assert found.uses == 5
    assert not found.is_live(NOW)


def test_the_same_attempt_again_counts_once(database: Database) -> None:
    """A retry after a lost reply counts once. Another attempt is another use. None succeeds after the last use or after the expiry."""
    tokens = InitialAccessTokens(database)
    made = token(tokens, max_uses=2)
    assert [tokens.use(made, attempt=name, now=NOW) for name in ("a", "a", "b", "b", "c")] == [True, True, True, True, False]
    late = token(tokens)
    assert tokens.use(late, attempt="a", now=NOW + 59)
    assert not tokens.use(late, attempt="b", now=NOW + 60)
    assert not tokens.use("nothing", attempt="a", now=NOW)
    assert tokens.delete(late)
    assert not tokens.delete(late)
    assert not tokens.use(late, attempt="c", now=NOW)


def test_one_of_concurrent_fetches_of_a_document_is_stored(real: Database) -> None:
    """For the first version, and for a newer one."""
    documents, url = ClientDocuments(real), f"https://agent.example/{secrets.token_urlsafe(8)}.json"
    client = Client(id=url, redirect_uris=("https://agent.example/cb",), auth_methods=("none",))
    first = crowd(20, lambda number: documents.put(client, fetched_at=NOW + number, fresh_until=NOW + 300, replaces=None))
    assert first.count(True) == 1
    read = real.get(*place(url))
    assert isinstance(read, ClientDocumentItem)
    again = crowd(
        20, lambda number: documents.put(client, fetched_at=NOW + 400 + number, fresh_until=NOW + 800, replaces=int(read.fetched_at))
    )
    assert again.count(True) == 1
    assert read.client() == client


def test_a_document_is_never_taken_for_a_registered_client(database: Database) -> None:
    """A URL addresses no item of `directory`, even if there is one under it."""
    url = f"https://agent.example/{secrets.token_urlsafe(8)}.json"
    Clients(database).create(Client(id=url, first_party=True))
    assert Clients(database).get(url) is None


def test_a_client_that_is_used_while_it_is_removed_is_whole_or_gone(real: Database) -> None:
    """A client is removed as unused while a user signs in with it. It stays or is gone, but is never stored in part."""
    clients = Clients(real)
    for _ in range(5):
        made = Client(id=f"dyn_{secrets.token_urlsafe(8)}", registered_by="dynamic", provisional_until=NOW)
        assert clients.create(made)

        def act(number: int, made: Client = made) -> bool:
            return clients.delete_unchanged(made) if number % 2 else clients.replace(replace(made, name=str(number))) is not None

        assert crowd(8, act).count(True) == 1
