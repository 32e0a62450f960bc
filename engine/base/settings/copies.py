"""What ``reeve.yaml`` says of copies of a store that live on when rows of it are gone."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from engine.base.settings.schedules import Model

_DURATION = re.compile(
    r"P(?=\d|T\d)(\d{1,6}Y)?(\d{1,6}M)?(\d{1,6}W)?(\d{1,6}D)?(T(?=\d)(\d{1,8}H)?(\d{1,8}M)?)?", re.ASCII
)


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if found is None or (found.group(5) and any(found.groups()[:4])) or not re.search("[1-9]", text):
        raise PydanticCustomError("duration", "not a duration")
    return text


class CopySettings(Model):
    """A copy that remains elsewhere when rows of a store are gone. Plans name it, and certificates stay open until it has ended.

    Attributes:
        kind: of copy.
        until: how long it lives on, as a policy writes durations; None: nobody knows.
    """

    kind: Literal["replica", "wal", "snapshot", "backup", "export", "other"]
    until: Annotated[str, AfterValidator(_duration)] | None = None
