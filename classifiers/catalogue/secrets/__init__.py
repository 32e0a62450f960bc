"""Secrets that are known by their form, one file a family of providers.

A token with a prefix of its own is found wherever it stands. A value of a form that many things have (32 hexadecimal digits,
a UUID) is one only where it is assigned to a name with the provider in it: ``DATADOG_API_KEY=...``. Nothing is ever sent to a
provider to verify it.
"""

from __future__ import annotations

import re

from classifiers.checks.sampled import Each
from classifiers.checks.secrets import named_key, not_masked
from classifiers.detector import Check, Detector, Pattern, Sensitivity

KEY_CONTEXT = ("key", "token", "secret", "credential", "api", "auth", "authorization", "export", "env")
"""Words that stand near keys."""

ALNUM, LOWER, UPPER, HEX = "[A-Za-z0-9]", "[a-z0-9]", "[A-Z0-9]", "[a-f0-9]"
URL, B64 = "[A-Za-z0-9_-]", "[A-Za-z0-9+/]"
"""Alphabets of tokens; the last two are base 64 as URLs have it and as mail has it."""

UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

NOT_MASKED, NAMED_KEY = Each(not_masked), Each(named_key)
"""The checks of tokens with a prefix, and of what is assigned to a name."""

_NOT_COLUMNS = ("id", "name", "type", "count", "status", "at", "date", "expires", "expiry", "last", "prefix", "scope")


def token(body: str, width: int, *, least: str = "", score: float = 0.9, ignore_case: bool = False) -> Pattern:
    """A token that stands free of word characters.

    Args:
        body: the token; of fixed width unless ``least`` is given.
        width: its longest form.
        least: what every token begins with, as short as is telling: the form.
        score: see Pattern.
        ignore_case: see Pattern.
    """
    return Pattern(
        regex=rf"(?<![\w-]){body}(?![\w-])",
        form=rf"[^\w-]{least}" if least else rf"[^\w-]{body}[^\w-]",
        score=score,
        width=width,
        fixed=not least,
        ignore_case=ignore_case,
    )


def prefixed(prefix: str, chars: str, least: int, most: int = 0, *, score: float = 0.95) -> Pattern:
    """A token that begins with a literal prefix, then ``least`` to ``most`` of some characters."""
    start, most = re.escape(prefix), most or least
    count = f"{{{least},{most}}}" if most > least else f"{{{least}}}"
    return token(f"{start}{chars}{count}", len(prefix) + most, least=start, score=score)


_WORD = r"(?:key|token|secret|password|passwd|pat|auth|credential)"


def named(name: str, value: str, width: int) -> Pattern:
    """A value assigned to a name that holds the provider and then a word for keys, in any case: ``X_API_KEY: "..."``.

    Args:
        name: of the provider, lower case; a low line stands for itself, a hyphen or a blank.
        value: what is assigned.
        width: its longest form.
    """
    name = name.replace("_", "[ _-]")
    return Pattern(
        regex=rf"(?<![^\W_]){name}[\w .-]{{0,20}}?{_WORD}s?[0-9]?[\"'`]?(?:[ \t]{{0,3}}(?:=>|:=|[:=])[ \t]{{0,3}}| is )"
        rf"[\"'`]?(?:{value})(?![\w-])",
        form=rf"[\W_]{name}[\w .-]{{0,20}}{_WORD}",
        score=0.5,
        width=80 + width,
        ignore_case=True,
    )


def secret(
    subtype: str,
    title: str,
    source: str,
    *patterns: Pattern,
    chance: float = 1e-3,
    check: Check | None = NOT_MASKED,
    columns: tuple[str, ...] = (),
    context: tuple[str, ...] = KEY_CONTEXT,
    needs_column: bool = False,
) -> Detector:
    """A detector of one kind of secret; the parameters are those of :class:`Detector`."""
    return Detector(
        entity="SECRET",
        subtype=subtype,
        title=title,
        category="user.authorization.credentials",
        sensitivity=Sensitivity.RESTRICTED,
        source=source,
        patterns=patterns,
        check=check,
        chance=chance,
        context=context,
        columns=columns,
        not_columns=_NOT_COLUMNS if columns else (),
        needs_column=needs_column,
    )


def assigned(subtype: str, title: str, source: str, names: str, value: str, width: int) -> Detector:
    """A detector of secrets that only the name they are assigned to tells.

    Each of the provider's names is a pattern of its own: before a bounded gap Hyperscan 5.4 loses matches of alternatives
    that differ in length.
    """
    patterns = [named(name, value, width) for name in names.split()]
    return secret(subtype, title, source, *patterns, check=NAMED_KEY, chance=0.02)
