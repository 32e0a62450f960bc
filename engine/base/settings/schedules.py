"""What ``reeve.yaml`` says of limits of stores, and of what is done on a schedule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from engine.base.errors import BadInput

_TIMES = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""Of a store, schedule or tenant: letters, digits, ``_ . -``, at most 64."""


class Model(BaseModel):
    """Part of a configuration: frozen, complete, and silent about what stands in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True)


def listed(value: object) -> object:
    """A single text where a list may stand is a list of one."""
    return [value] if isinstance(value, (str, Path)) else value


class LimitSettings(Model):
    """What a store bears of all workers together; None for no limit.

    Attributes:
        connections: at once; 1 where a rate is given and this is not.
        rows_per_second, bytes_per_second: read.
    """

    connections: Annotated[int, Field(ge=1, le=1000)] | None = None
    rows_per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    bytes_per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


def _quiet(text: str) -> str:
    from engine.base.work.cron import Quiet

    found = _TIMES.fullmatch(text)
    if not found:
        raise PydanticCustomError("quiet", "no quiet hours")
    try:
        Quiet.parse(*found.groups())
    except BadInput:
        raise PydanticCustomError("quiet", "no quiet hours") from None
    return text


def _cron(text: str) -> str:
    from engine.base.work.cron import check_cron

    try:
        check_cron(text, "UTC")
    except BadInput:
        raise PydanticCustomError("cron", "no fields of cron") from None
    return text


def _zone(name: str) -> str:
    from engine.base.work.cron import zone_of

    try:
        zone_of(name)
    except BadInput:
        raise PydanticCustomError("zone", "no time zone") from None
    return name


class SweepLimitSettings(Model):
    """How much one plan of a sweep may do; what is beyond is refused when it is made.

    Attributes:
        rows: in all.
        share: of the rows of any table, in percent.
        shrink: of the planned roots, in percent, that may be left out while it runs before it waits for a person.
    """

    rows: Annotated[int, Field(ge=0)] = 1_000_000
    share: Annotated[int, Field(ge=0, le=100)] = 50
    shrink: Annotated[int, Field(ge=0, le=100)] = 20


class ScheduleSettings(Model):
    """What is done again and again.

    Attributes:
        run: what: ``scan``; ``sweep`` to plan what is over its time, and to run what a standing approval covers; or ``evidence``
            for the tests of controls.
        cron, zone: when: five fields of cron, on the wall clock of a zone.
        stores: of a scan or a sweep; empty for all.
        quiet: local times such as ``08:00-18:00`` during which nothing starts and running work pauses.
        enabled: whether it runs.
        full, sample, until_bound, blocks: how much a scan reads, as the options of ``reeve scan``.
        limits: of each plan of a sweep.
    """

    run: Literal["scan", "sweep", "evidence"] = "scan"
    cron: Annotated[str, AfterValidator(_cron)]
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    stores: Annotated[tuple[Name, ...], BeforeValidator(listed)] = ()
    quiet: Annotated[tuple[Annotated[str, AfterValidator(_quiet)], ...], BeforeValidator(listed)] = ()
    enabled: bool = True
    full: bool = False
    sample: Annotated[int, Field(ge=1)] | None = None
    until_bound: Annotated[float, Field(ge=0.000001, le=0.5)] | None = None
    blocks: bool = False
    limits: SweepLimitSettings | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.full + (self.sample is not None) + (self.until_bound is not None) > 1:
            raise PydanticCustomError("how_much", "more than one of three")
        if self.blocks and self.sample is None and self.until_bound is None:
            raise PydanticCustomError("blocks", "blocks of no sample")
        if self.run != "scan" and (self.full or self.sample or self.until_bound):
            raise PydanticCustomError("only_scans", "what only scans have")
        if self.run == "evidence" and self.stores:
            raise PydanticCustomError("only_scans", "what only scans have")
        if self.run != "sweep" and self.limits is not None:
            raise PydanticCustomError("only_sweeps", "what only sweeps have")
        return self

    def quiet_hours(self) -> list[tuple[str, str]]:
        """Pairs of local times."""
        return [(one[:5], one[6:]) for one in self.quiet]
