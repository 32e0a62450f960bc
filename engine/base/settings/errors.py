"""What is wrong with a configuration, in words, with its line; never with what stands there.

A key is repeated only when it is, or is close to, one that exists: then it is no secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.base.errors import ConfigError
from engine.base.settings.server import SERVER_KEYS
from engine.base.settings.yaml import Source, Tree, Where

STORE_KEYS = {
    "sql": ("kind", "url", "write", "high_water", "owner", "jurisdiction", "purpose", "limits", "copies"),
    "files": ("kind", "path", "owner", "jurisdiction", "purpose", "limits", "copies"),
    "s3": (
        *("kind", "bucket", "prefix", "endpoint_url", "region", "versions", "access_key_id", "secret_access_key"),
        *("tags", "inventory", "owner", "jurisdiction", "purpose", "limits", "copies"),
    ),
}
WRITE_KEYS = ("url",)
COPY_KEYS = ("kind", "until")
LIMIT_KEYS = ("connections", "rows_per_second", "bytes_per_second")
SCHEDULE_KEYS = ("run", "cron", "zone", "stores", "quiet", "enabled", "full", "sample", "until_bound", "blocks")
LEDGER_KEYS = ("origin", "heartbeat", "publish", "policy", "timestamps")
TARGET_KEYS = (
    *("path", "bucket", "prefix", "endpoint_url", "region", "access_key_id", "secret_access_key", "lock_days"),
)
STORE_DEPTH = 2
"""A store's keys stand below ``stores`` and its name."""

_LATER = frozenset({"write"})
_KINDS = f"kinds: {', '.join(STORE_KEYS)}"
_ABSENT = frozenset({"missing", "union_tag_not_found"})
_WORDS = {
    "string_type": "text belongs here",
    "url": "text belongs here",
    "is_instance_of": "text belongs here, a URL",
    "path_type": "text belongs here, a path",
    "tuple_type": "a text or a list of texts belongs here",
    "string_too_short": "this is empty",
    "string_too_long": "this is too long",
    "string_pattern_mismatch": "a name has 1 to 64 letters, digits, `_`, `.` or `-`, and begins with a letter or digit",
    "mapping_type": "a set of keys belongs here",
    "dict_type": "a set of keys belongs here",
    "model_type": "a set of keys belongs here",
    "model_attributes_type": "a set of keys belongs here",
    "bool_parsing": "`true` or `false` belongs here",
    "bool_type": "`true` or `false` belongs here",
    "int_parsing": "a whole number belongs here",
    "int_type": "a whole number belongs here",
    "int_from_float": "a whole number belongs here",
    "float_parsing": "a number belongs here",
    "float_type": "a number belongs here",
    "finite_number": "a number belongs here",
    "greater_than": "a number above 0 belongs here",
    "greater_than_equal": "this number is too small",
    "less_than_equal": "this number is too large",
    "cron": "cron has five fields: minute, hour, day, month, weekday, such as `30 2 * * *` for half past two every night",
    "zone": "`zone` is the name of a time zone, such as Europe/Berlin",
    "quiet": "quiet hours go from one local time to another one, such as 08:00-18:00",
    "duration": "a duration belongs here, such as P30D, P18M or PT72H",
    "blocks": "`blocks` says how a sample is drawn: add `sample` or `until_bound`",
    "only_scans": "`full`, `sample` and `until_bound` belong to schedules that run `scan`, and `stores` to scans and sweeps",
    "only_sweeps": "`limits` of a schedule belong to one that runs `sweep`",
    "how_much": "`full`, `sample` and `until_bound` exclude one another: give one of them, or none",
    "bucket": "the name of a bucket has 3 to 63 lowercase letters, digits, dots and hyphens",
    "endpoint": "the address of a server belongs here, such as https://s3.example.com, without user, path or `?`",
    "page": "an address belongs here, such as https://tsa.example.com/stamp, without user or `?`",
    "origin": "a log's name is a URL without `https://`, such as audit.example.com/reeve, of at most 200 characters",
    "target": "a place to publish in has either `path` (a folder) or `bucket`",
    "inventory": "the key of an inventory's manifest.json belongs here, or s3://bucket/key",
    "public_url": "the address of this server belongs here, such as https://reeve.example.com, without user, path or `?`",
    "network": "addresses or networks of proxies belong here, such as 10.0.0.7 or 10.0.0.0/24",
    "half_tls": "`tls_certificate` and `tls_key` belong together: give both, or neither",
    "half_credential": "`access_key_id` and `secret_access_key` belong together: give both, or neither",
}


def explained(source: Source, problems: ValidationError) -> ConfigError:
    """The first problem of a configuration, in the order of lines; how many more there are stands behind it.

    What is missing comes last: often it is there under a misspelt name.
    """
    found = problems.errors(include_url=False, include_input=False)
    errors = [(problem["type"] in _ABSENT, _explained(source, problem)) for problem in found]
    _, first = min(errors, key=lambda error: (error[0], error[1].line))
    if len(errors) > 1:
        first.hint = (
            f"{first.hint}; {len(errors) - 1} more after this" if first.hint else f"{len(errors) - 1} more after this"
        )
    return first


def unknown_key(source: Source, where: Where, known: Sequence[str]) -> ConfigError:
    """A key that is none of ``known``."""
    key = str(where[-1])
    if key in _LATER:
        return source.error(where, f"`{key}` is not in this version of Reeve yet", hint=_keys(known))
    near = get_close_matches(key, known, 1)
    if near:
        return source.error(where, f"there is no key `{key}` here", hint=f"did you mean `{near[0]}`?")
    return source.error(where, "there is no such key here", hint=_keys(known))


def _explained(source: Source, problem: ErrorDetails) -> ConfigError:
    where = _written(problem["loc"])
    match problem["type"]:
        case "extra_forbidden":
            return unknown_key(source, where, _known(source, where))
        case "missing":
            return source.error(where, f"{_name(where[:-1])} needs `{where[-1]}`", hint=_keys(_known(source, where)))
        case "union_tag_not_found":
            return source.error(where, f"{_name(where)} needs `kind`", hint=_KINDS)
        case "union_tag_invalid":
            return _unknown_kind(source, (*where, "kind"))
        case "literal_error":
            return source.error(where, _literal(where))
        case kind:
            return source.error(where, _WORDS.get(kind, "this value does not belong here"))


def _literal(where: Where) -> str:
    if len(where) > STORE_DEPTH and where[STORE_DEPTH] == "copies":
        return "`replica`, `wal`, `snapshot`, `backup`, `export` or `other` belongs here"
    return (
        "`scan`, `sweep` or `evidence` belongs here" if where[0] == "schedules" else "`current` or `all` belongs here"
    )


def _unknown_kind(source: Source, where: Where) -> ConfigError:
    kind = _at(source, where)
    near = get_close_matches(kind, STORE_KEYS, 1) if isinstance(kind, str) else []
    return source.error(where, "there is no such kind of store", hint=f"did you mean `{near[0]}`?" if near else _KINDS)


def _written(loc: tuple[int | str, ...]) -> Where:
    """The place in the file: without the kind that pydantic puts in after a store's name, and its mark of a key."""
    if len(loc) > STORE_DEPTH and loc[0] == "stores" and loc[STORE_DEPTH] in STORE_KEYS:
        loc = (*loc[:STORE_DEPTH], *loc[STORE_DEPTH + 1 :])
    return tuple(part for part in loc if part != "[key]")


def _known(source: Source, where: Where) -> Sequence[str]:
    if where[0] == "server":
        return SERVER_KEYS
    if where[0] == "schedules":
        return SCHEDULE_KEYS
    if where[0] == "ledger":
        return LEDGER_KEYS if len(where) == STORE_DEPTH else TARGET_KEYS
    if len(where) > STORE_DEPTH + 1:
        return {"write": WRITE_KEYS, "copies": COPY_KEYS}.get(str(where[STORE_DEPTH]), LIMIT_KEYS)
    kind = _at(source, (*where[:STORE_DEPTH], "kind"))
    return STORE_KEYS.get(kind, ()) if isinstance(kind, str) else ()


def _at(source: Source, where: Where) -> Tree:
    found: Tree = source.tree
    for part in where:
        match found, part:
            case dict(), str():
                found = found.get(part)
            case _:
                return None
    return found


def _name(where: Where) -> str:
    kinds = {"stores": "this store", "schedules": "this schedule"}
    return kinds.get(str(where[0]), "this") if len(where) == STORE_DEPTH else "this"


def _keys(known: Sequence[str]) -> str:
    return f"keys here: {', '.join(known)}" if known else ""
