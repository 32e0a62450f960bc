"""Texts of a form of their own, as shapes: durations, zones, addresses, names of events."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from engine.base.errors import BadInput
from engine.governance.calendar.durations import Duration
from engine.governance.policy.problems import near, shown
from engine.governance.policy.shapes import Written

NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
"""Of a rule or an event."""
NAME_RULE = "a name has 1 to 64 letters, digits, `_`, `.` or `-`, and begins with a letter or digit"
BEGIN = "say what the time is counted from: `from: account_closed` (an event), or `from: {column: closed_at}`"
_ADDRESS = r"https?://\S{1,2000}"
_DURATION = (
    "^P(?=.*[1-9])(?:(?:[0-9]{1,6}Y)?(?:[0-9]{1,6}M)?(?:[0-9]{1,6}W)?(?:[0-9]{1,6}D)?"
    "|T(?:[0-9]{1,8}H)?(?:[0-9]{1,8}M)?)$"
)


def duration() -> Written:
    """An ISO 8601 duration in whole numbers."""
    return Written(_DURATION, Duration.parse, ("P2Y", "P18M", "P30D", "PT72H"))


def zone() -> Written:
    """A time zone by its IANA name."""
    return Written(r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$", _zone, ("Europe/Berlin", "UTC", "America/Los_Angeles"))


def address() -> Written:
    """The address of a page."""
    return Written(f"^{_ADDRESS}$", _address, ("https://eur-lex.europa.eu/eli/reg/2016/679/oj",))


def event() -> Written:
    """The name of an event."""
    return Written(f"^{NAME}$", _event, ("account_closed",), name=True)


def is_name(text: str) -> bool:
    """Whether it may name a rule or an event."""
    return re.fullmatch(NAME, text) is not None


@cache
def _zones() -> dict[str, str]:
    """All zones, by their names and by the last part of them."""
    names = sorted(available_timezones())
    return {name.rpartition("/")[2]: name for name in names} | {name: name for name in names}


def _zone(text: str) -> str:
    zones = _zones()
    if zones.get(text) == text:  # exactly: on some systems files answer to names in other letters
        return text
    guess = zones.get(near(text, zones), "")
    hint = f"did you mean `{guess}`?" if guess else "such as Europe/Berlin, America/New_York or UTC"
    raise BadInput(f"there is no time zone{shown(text)}", hint=hint)


def _event(text: str) -> str:
    if is_name(text):
        return text
    raise BadInput("this is not the name of an event", hint=BEGIN)


def _address(text: str) -> str:
    if re.fullmatch(_ADDRESS, text):
        return text
    raise BadInput("this is not an address", hint="such as https://eur-lex.europa.eu/eli/reg/2016/679/oj")
