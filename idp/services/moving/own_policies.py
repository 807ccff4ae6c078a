"""Writes the access policies of our own export: their versions, and which one is live (threats R-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.policy_version import MOST_VERSIONS, LivePolicies, PolicyVersion
from idp.domain.moving.fields import moment, text
from idp.domain.moving.person import RowError
from idp.services.access.policies import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.clock import NewId
    from idp.store.policies import Policies


class OwnPolicies:
    """Writes versions and the pointer. What exists here stays."""

    def __init__(self, policies: Policies, new_id: NewId) -> None:
        self._policies, self._new_id = policies, new_id
        self._of_the_file: set[int] = set()

    def version(self, line: Mapping[str, Any]) -> bool:
        """Write a version. False if its number is taken here.

        Raises:
            RowError: the line is malformed.
            Unprocessable: the policies cannot be used.
        """
        members = {name: text(line, name) for name in ("policies", "schema", "namespace", "note", "created_by")}
        made = PolicyVersion(_number(line), **members, created_at=moment(line["created_at"], "created_at"), rules=line["rules"])
        check(policies=made.policies, schema=made.schema, namespace=made.namespace, rules=made.rules)
        created = self._policies.create(made, attempt=self._new_id())
        if created or self._policies.get(made.number) == made:
            self._of_the_file.add(made.number)
        return created

    def live(self, line: Mapping[str, Any]) -> bool:
        """Make the version live that is live there. False if one is live here.

        Raises:
            RowError: here the version has other policies, or it does not exist. Nothing is published that the file does not have.
        """
        number = _number(line)
        if self._policies.live():
            return False
        if number not in self._of_the_file:
            raise RowError("moving.policies_differ", number=number)
        after = LivePolicies(number, 1, moment(line["published_at"], "published_at"), text(line, "published_by"))
        return self._policies.publish(after, attempt=self._new_id())


def _number(line: Mapping[str, Any]) -> int:
    number = line["number"]
    if type(number) is not int or not 0 < number <= MOST_VERSIONS:
        raise RowError("moving.wrong_type", name="number")
    return number
