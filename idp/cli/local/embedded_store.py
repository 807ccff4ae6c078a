"""DynamoDB inside the process: moto, saved to `.idp/store.jsonl.gz`, a backup of all tables. For development only."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idp.cli import archive, archive_file
from idp.cli.local import data_folder, table_copies
from idp.domain.errors import IdpError
from idp.settings import SettingsError
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.transport import SEND_ONCE, Raw, Refusal

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

_SECONDS, _MINUTE = 2.0, 60.0
_OF_A_SAVE = 5
"""The pause between two saves is so many times as long as a save, if that is more than `_SECONDS`."""
_READS = ("BatchGet", "Describe", "Get", "List", "Query", "Scan")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@contextmanager
def embedded_store(folder: Path) -> Iterator[EmbeddedStore]:
    """Yield a store of this process. `serve` loads its data. It is saved every two seconds and at the end; expired items go once a minute.

    Raises:
        InUseError: another process uses the data.
        SettingsError: moto is not installed.
    """
    try:
        import boto3
        from moto import mock_aws
    except ImportError:
        msg = "The embedded store needs moto. Install it with: pip install 'moto[dynamodb]', or set AWS_ENDPOINT_URL_DYNAMODB to an engine."
        raise SettingsError(msg) from None
    with data_folder.hold_folder(folder), mock_aws(config={"core": {"mock_credentials": False, "service_whitelist": ["dynamodb"]}}):
        client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="dev", aws_secret_access_key="dev")
        store = EmbeddedStore(folder / "store.jsonl.gz", client)
        with store.saved_regularly():
            yield store


class EmbeddedStore:
    """The transport of a database (idp/store/transport.py), with its file."""

    def __init__(self, path: Path, client: Any) -> None:
        self._path, self._client = path, client
        self._database: Database | None = None
        self._lock, self._changed = threading.RLock(), False

    def serve(self, services: AllServices) -> None:
        """Connect these services to this store, create the tables and load the file."""
        database = Database(prefix=services.settings.table_prefix, transport=self)
        create_tables(database)
        if self._path.exists():
            contents = archive_file.inspect(self._path)
            archive.restore(database, self._path, contents, int(time.time()), tables=archive_file.TABLES, seen=lambda: None)
        # Nothing is saved before this point, so that a file that cannot be read is never overwritten.
        self._database, self._changed = database, False
        vars(services)["database"] = database

    def call(self, operation: str, request: Raw) -> Any:
        """Do one call at a time, because moto checks a condition and writes in two steps."""
        unsent = {SEND_ONCE} if request.get("ClientRequestToken", "-") else {SEND_ONCE, "ClientRequestToken"}
        if unsent & request.keys():
            request = {name: value for name, value in request.items() if name not in unsent}
        with self._lock:
            self._changed |= not operation.startswith(_READS)
            try:
                if operation == "TransactWriteItems":
                    with table_copies.one_for_each_table():
                        return self._client.transact_write_items(**request)
                return getattr(self._client, _WORD.sub("_", operation).lower())(**request)
            except self._client.exceptions.ClientError as error:
                raise Refusal(str(error.response.get("Error", {}).get("Code", "")), error.response) from error
            finally:
                _forget_instances()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other thread calls the store during the block."""
        with self._lock:
            yield

    def expire(self, now: int) -> None:
        """Delete the items whose `ttl` (epoch seconds) has passed, as DynamoDB does and moto does not."""
        with self._lock:
            if database := self._database:
                found = [(table, item) for table in archive_file.TABLES for item in database.scan(table) if "ttl" in item]
                for table, item in found:
                    if int(item["ttl"]["N"]) < now:
                        key = {name: item[name] for name in ("pk", "sk")}
                        self.call("DeleteItem", {"TableName": f"{database.prefix}-{table}", "Key": key})

    def save(self) -> None:
        """Write the file if something changed. It has the state of one moment and is replaced as a whole."""
        with self._lock:
            if self._changed and self._database:
                archive.backup(self._database, self._path, int(time.time()), with_keys=True, seen=lambda: None)
                self._changed = False

    @contextmanager
    def saved_regularly(self) -> Iterator[None]:
        """Save in a thread, so that a killed process loses two seconds, and once more at the end.

        With many items a save takes seconds, in which no call is answered. So the pause is longer then.
        """
        over, pause = threading.Event(), _SECONDS

        def again() -> None:
            nonlocal pause
            swept = time.monotonic()
            while not over.wait(pause):
                if time.monotonic() - swept > _MINUTE:
                    with suppress(IdpError):  # the next run is in a minute; an error must not end saving
                        self.expire(int(time.time()))
                    swept = time.monotonic()
                began = time.monotonic()
                self.save()
                pause = max(_SECONDS, _OF_A_SAVE * (time.monotonic() - began))

        thread = threading.Thread(target=again, name="embedded store", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.save()


def _forget_instances() -> None:
    """Empty the lists in which moto keeps every item and table that it ever created, for the dashboard of its server.

    Each read copies items, and each part of a transaction copies a whole table. moto would keep all copies until the process ends.
    """
    from moto.core.model_instances import model_data

    for model in model_data["dynamodb"].values():
        model.instances_tracked.clear()  # type: ignore[attr-defined]  # moto's metaclass adds it
