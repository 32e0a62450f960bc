"""The report as one HTML file: for a screen, a phone and paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from markupsafe import Markup, escape

from engine.base.render.html import asset, environment, instant, write_page
from engine.base.render.plural import counted
from engine.base.render.svg import Segment, legend, stacked_bar
from engine.evidence.criteria import CATEGORIES, SERIES, criteria
from engine.evidence.readiness import CONCLUSION_WORDS, READINESS_WORDS, Readiness, by_category
from engine.evidence.report.model import LIMITS, TypeOne

PACKAGE = "engine.evidence"
FOLDER = "report"
_CODE = re.compile(r"`([^`]+)`")
TONES: Final[Mapping[Readiness, str]] = {
    Readiness.SHOWN: "full",
    Readiness.NOT_SHOWN: "sampled",
    Readiness.UNCOVERED: "confidential",
    Readiness.DEVIATES: "failed",
    Readiness.PEOPLE: "skipped",
}
"""The colour of each, from left to right in a bar."""


@dataclass(frozen=True, slots=True)
class Row:
    """A group of criteria in the chart of readiness."""

    id: str
    title: str
    counts: Mapping[Readiness, int]

    @property
    def bar(self) -> Markup:
        """Its criteria by where they stand."""
        parts = [Segment(READINESS_WORDS[word], self.counts[word], tone) for word, tone in TONES.items()]
        return stacked_bar(parts, label=f"Criteria of {self.title}", height=20)


@dataclass(frozen=True, slots=True)
class Banner:
    """What the report comes to, in a sentence at its top."""

    tone: str
    title: str
    text: str


def write_html(report: TypeOne, stream: BinaryIO) -> None:
    """Write the report. The same report always gives the same bytes."""
    env = environment(PACKAGE, FOLDER)
    env.filters["coded"] = coded
    write_page(
        stream,
        env,
        "report.html",
        style=asset("report.css", PACKAGE, FOLDER),
        report=report,
        run=report.run,
        system=report.run.description,
        banner=banner(report),
        rows=rows(report),
        readiness_legend=legend([(READINESS_WORDS[word], tone) for word, tone in TONES.items()]),
        whole=Row("", "all criteria", report.totals),
        readiness=READINESS_WORDS,
        words=CONCLUSION_WORDS,
        series=SERIES,
        categories=CATEGORIES,
        limits=LIMITS,
        stamp=_stamp,
        criteria_count=len(criteria()),
    )


def rows(report: TypeOne) -> list[tuple[str, list[Row]]]:
    """Groups by category of trust services."""
    counts = by_category(report.standings)
    return [
        (
            title,
            [Row(name, CATEGORIES[name], row) for name, row in counts.items() if name.rstrip("123456789") == letters],
        )
        for letters, title in SERIES.items()
    ]


def banner(report: TypeOne) -> Banner:
    """The worst of what there is to say."""
    total = report.totals
    uncovered = counted(total[Readiness.UNCOVERED], "criterion has", "criteria have")
    rest = f"{uncovered} no control yet, {counted(total[Readiness.PEOPLE], 'needs', 'need')} people or other systems."
    count = report.conclusions["deviations"]
    if count:
        return Banner(
            "bad", counted(count, "control deviates", "controls deviate"), f"What was found is listed below. {rest}"
        )
    if report.gaps:
        return Banner("warn", counted(len(report.gaps), "gap", "gaps"), f"No control deviates. {rest}")
    return Banner("good", "No gaps", rest)


def coded(text: str) -> Markup:
    """A sentence of ours, with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def _stamp(text: str) -> Markup:
    """An instant of an item, which is text there."""
    return instant(datetime.fromisoformat(text))
