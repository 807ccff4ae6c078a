"""A restore of `directory` lets nothing live again that had ended (threats FI-16)."""

from __future__ import annotations

import pytest

from idp.cli.archive import write_items
from idp.store import keys
from idp.store.database import Database
from idp.store.users import Users
from tests.store.examples import NOW
from tests.store.joining import stored_user


@pytest.mark.parametrize("ended", [True, False])
def test_a_restore_keeps_the_later_security_stamp(real: Database, ended: bool) -> None:
    """Sessions and grants are not restored. With the stamp of before, those that ended since would be accepted again."""
    user, users = stored_user(real, security_stamp=4, factor_stamp=2), Users(real)
    backup = list(real.query_all("directory", keys.user_pk(user.id)))
    if ended:
        assert users.end_everything(user.id, NOW)
    write_items(real, "directory", backup)
    now = users.get(user.id)
    assert now
    assert (now.security_stamp, now.factor_stamp) == (5 if ended else 4, 2)
    assert now.accepts(4) is not ended


def test_a_later_stamp_of_the_backup_counts(real: Database) -> None:
    """A backup may be of another deployment, in which more ended."""
    user = stored_user(real)
    (item,) = [each for each in real.query_all("directory", keys.user_pk(user.id)) if each["kind"] == {"S": "user"}]
    write_items(real, "directory", [item | {"security_stamp": {"N": "9"}}])
    now = Users(real).get(user.id)
    assert now
    assert now.security_stamp == 9
