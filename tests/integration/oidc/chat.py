"""The app and the policy of the ID-JAG tests."""

from __future__ import annotations

CHAT = "https://acme.chat.example/"
FILES = "https://files.example"
API, HISTORY = "https://api.chat.example/", "https://api.chat.example/history"
POLICY = {
    CHAT: {"client_id": "wiki-at-chat", "scope": "chat.read chat.history", "resources": [API, HISTORY]},
    FILES: {"client_id": "wiki-at-files"},
}
