"""Whether the keys of a JSON object are names of fields, or data such as identifiers of users.

Keys that are data would become thousands of fields, and personal data in the names of fields. What is taken for data is read as a
list of ``key`` and ``value``, so a wrong guess costs the names of some fields and hides nothing: keys are then classified, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain

FEW_KEYS = 100  # from so many on, an object that holds only objects is a map
SOME_KEYS = (
    1_000  # beyond so many, an object whose values are all of one kind is; and a path may have so many fields at most
)
MANY_KEYS = 10_000  # beyond so many, any object is a map
FEW_NUMBERS = 10  # keys that are all of digits, from which on they are data
LOOKED_AT = 64  # objects, or keys of one, that are looked at
OBJECTS = 10  # so many objects are needed to see that hardly any of their keys comes again
AGAIN = 1.5  # of keys that are names each comes in more objects than that, on average

_LONGEST = 200  # characters that a name has at most
_SURE = re.compile(r"[^@\s]+@[^@\s]+\.\w{2,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_LIKELY = re.compile(r"\+?[\d .:/()_-]+|[0-9a-f]{16,}", re.IGNORECASE)
_LEAST_DIGITS = 5  # of a number or hash


def by_number(keys: int, *, all_objects: bool, one_kind: bool) -> bool:
    """Whether one object has too many keys for names.

    Args:
        keys: how many it has.
        all_objects: all its values are objects.
        one_kind: they are all texts, say, or all numbers.
    """
    if keys > MANY_KEYS:
        return True
    return keys >= FEW_KEYS and (all_objects or (one_kind and keys > SOME_KEYS))


def by_look(keys: Sequence[str]) -> bool:
    """Whether keys look like e-mail addresses, numbers, dates or hashes: one that surely does is enough, else most must."""
    looks = list(map(_look, keys))
    if _EMAIL_OR_UUID in looks:
        return True
    digits = looks.count(_DIGITS)
    if digits >= FEW_NUMBERS and digits == len(looks):
        return True
    return 2 * looks.count(_NUMBER_OR_HASH) > len(looks)


def by_repeating(objects: Collection[Collection[str]]) -> bool:
    """Whether of many objects at one place hardly any key comes again in another."""
    if len(objects) < OBJECTS:
        return False
    total = sum(map(len, objects))
    if total < FEW_KEYS:
        return False
    distinct = len(set(chain.from_iterable(objects)))
    return distinct >= FEW_KEYS and total < AGAIN * distinct


_NAME, _NUMBER_OR_HASH, _EMAIL_OR_UUID, _DIGITS = range(4)


@lru_cache(maxsize=1 << 15)  # names come again with every record
def _look(key: str) -> int:
    if len(key) > _LONGEST:
        return _NUMBER_OR_HASH
    if _SURE.fullmatch(key):
        return _EMAIL_OR_UUID
    if _LIKELY.fullmatch(key) and sum(map(str.isdecimal, key)) >= _LEAST_DIGITS:
        return _NUMBER_OR_HASH
    return _DIGITS if key.isdecimal() else _NAME


def is_map(value: Mapping[str, object]) -> bool:
    """Whether one object has so many keys that they are data rather than names."""
    kinds = set(map(type, value.values())) if len(value) >= FEW_KEYS else set()
    return by_number(len(value), all_objects=kinds == {dict}, one_kind=len(kinds) == 1)
