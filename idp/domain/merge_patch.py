"""JSON Merge Patch: RFC 7396. Neither target nor patch is changed."""

from collections.abc import Mapping

from idp.domain.errors import InvalidValue

MAX_DEPTH = 16


def apply(target: object, patch: object) -> object:
    """Apply a patch as RFC 7396 §2 says.

    Raises:
        InvalidValue: it is nested deeper than any document here.
    """
    if _deeper_than(MAX_DEPTH, patch):
        raise InvalidValue("merge_patch.too_deep", maximum=MAX_DEPTH)
    return _merge(target, patch) if isinstance(patch, Mapping) else patch


def apply_to_object(target: Mapping[str, object], patch: Mapping[str, object]) -> dict[str, object]:
    """Apply a patch that is an object to an object. A patch of a resource must be an object. Raises InvalidValue as `apply` does."""
    if _deeper_than(MAX_DEPTH, patch):
        raise InvalidValue("merge_patch.too_deep", maximum=MAX_DEPTH)
    return _merge(target, patch)


def _merge(target: object, patch: Mapping[str, object]) -> dict[str, object]:
    result: dict[str, object] = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merge(result.get(name), value) if isinstance(value, Mapping) else value
    return result


def _deeper_than(limit: int, value: object) -> bool:
    """Return whether it is nested deeper. It checks level by level, without recursion, because the sender chooses the depth."""
    level = [value]
    for _ in range(limit + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
