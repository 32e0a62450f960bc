"""Numbers whose letters are capitals by rule, as people type them: all in small letters."""

from __future__ import annotations

import re
from dataclasses import replace

from classifiers.detector import Pattern

LESS = 0.6
"""The part of a score that is left: a code of small letters is more often something else, such as a part of a hash."""

_TOKEN = re.compile(r"\\.|\(\?(?:<?[=!]|:|P<\w+>)|.", re.DOTALL)


def either_case(*patterns: Pattern) -> tuple[Pattern, ...]:
    """The patterns, and each of them in small letters throughout: ``ab123456c``, never ``Ab123456C``."""
    return (*patterns, *map(_small, patterns))


def _small(pattern: Pattern) -> Pattern:
    return replace(
        pattern, regex=_lowered(pattern.regex), form=_lowered(pattern.form), score=round(pattern.score * LESS, 4)
    )


def _lowered(regex: str) -> str:
    r"""The expression with small letters for capital ones, but for those that are part of an escape such as ``\W``."""
    return _TOKEN.sub(lambda token: token[0] if token[0].startswith(("\\", "(?")) else token[0].lower(), regex)
