"""Published hashes of other systems, each with its password and its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

FIREBASE = {
    "algorithm": "SCRYPT",
    "base64_signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    "base64_salt_separator": "Bw==",
    "rounds": 8,
    "mem_cost": 14,
}  # fmt: skip
"""github.com/firebase/scrypt, README: the parameters of its example."""
FIREBASE_USER = (
    "user1password",
    "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    "42xEC+ixf3L2lw==",
)
"""The same README: password, hash and salt of its user."""


class Published(NamedTuple):
    """`label`: of the hash as it is stored."""

    source: str
    label: str
    password: str
    text: str


PUBLISHED = [Published(**each) for each in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))]
