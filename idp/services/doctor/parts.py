"""What the checks read. Nothing of it decrypts a key, reads a person or changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idp.adapters.kms_key import KmsKey
    from idp.adapters.queue_length import QueueLength
    from idp.adapters.ses_identity import SesIdentity
    from idp.domain.clock import Clock
    from idp.settings import Settings
    from idp.store.deletions import Deletions
    from idp.store.deliveries import Deliveries
    from idp.store.signing_keys import KeyItems
    from idp.store.table_states import TableStates


@dataclass(frozen=True, slots=True)
class Parts:
    """`in_aws`: whether the tables are in AWS, and not on an engine of one's own.

    `pending`: the migrations that have not run; it raises NewerSchemaError. `kms`: None where a key file protects the keys.
    `models` names the accepted models of authenticators as of a moment; it raises MetadataError. `looks` counts files and templates
    of a theme; it raises SettingsError.
    """

    settings: Settings
    clock: Clock
    in_aws: bool
    tables: TableStates
    key_items: KeyItems
    pending: Callable[[], list[Path]]
    deletions: Deletions
    deliveries: Deliveries
    kms: KmsKey | None
    ses: SesIdentity
    queues: QueueLength
    models: Callable[[int], tuple[str, ...]]
    looks: Callable[[str], tuple[int, int]]
