"""The store of the development server keeps only the stored items in memory and deletes expired items."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = """
import gc, json, sys
from pathlib import Path
from types import SimpleNamespace

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from idp.cli.local.embedded_store import embedded_store

def item(n, ttl=""):
    return {"pk": {"S": f"X#{n}"}, "sk": {"S": "X"}, "kind": {"S": "x"}, **({"ttl": {"N": ttl}} if ttl else {})}

def put(n):
    return {"Put": {"TableName": "idp-state", "Item": item(n)}}

def alive():
    gc.collect()
    return sum(type(each) in {Item, Table} for each in gc.get_objects())

services = SimpleNamespace(settings=SimpleNamespace(table_prefix="idp"))
with embedded_store(Path(sys.argv[1])) as store:
    store.serve(services)
    database, counts = services.database, []
    for _ in range(3):
        for n in range(10):
            database.write_raw("state", [item(n)])
            store.call("TransactWriteItems", {"TransactItems": [put(n), put(n + 10)], "ClientRequestToken": ""})
            list(database.scan("state"))
            store.save()
        counts.append(alive())
    database.write_raw("state", [item(20, "1000"), item(21, "1001"), item(22, "1002")])
    store.expire(1001)
    left = sorted(each["pk"]["S"] for each in database.scan("state") if "ttl" in each)
print(json.dumps({"counts": counts, "left": left}))
"""


def run(folder: Path) -> Any:
    """Run the script and return what it prints. moto keeps its data in module globals, so the store runs in a separate process."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], capture_output=True, text=True, check=True)  # our own code
    return json.loads(done.stdout)


def test_memory_holds_what_is_stored_and_no_copies(tmp_path: Path) -> None:
    """Writing and reading the same twenty items again adds no moto objects to memory. Expired items are deleted."""
    told = run(tmp_path)
    first, second, third = told["counts"]
    assert first == second == third
    assert third < 50
    assert told["left"] == ["X#21", "X#22"]
