"""Charts drawn on the server, as SVG written into a page.

They take their colours from classes (``fill-restricted``), so that a page's light, dark and printed styles reach them, and
are as wide as their place: positions are percentages, text keeps its size on a phone. Each has a text for those who do
not see it, and the numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

GAP = 0.25  # percent of the width between two segments
LEAST = 0.8  # percent of the width that the smallest segment keeps, so that a few among many are still seen
ROOM = 7.0  # percent of the width from which a segment has room for its number


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: what it stands for, how many, and the name of its colour (``fill-{tone}``)."""

    label: str
    value: int
    tone: str


def widths(values: Sequence[int]) -> list[float]:
    """Percentages for the values: in proportion, none that is not zero below ``LEAST``, 100 in all (0 when all are 0)."""
    total = sum(values)
    if not total:
        return [0.0 for _ in values]
    raised = [max(value * 100 / total, LEAST) if value else 0.0 for value in values]
    return [width * 100 / sum(raised) for width in raised]


def stacked_bar(segments: Sequence[Segment], *, label: str, height: int = 22) -> Markup:
    """One bar of segments side by side. An empty one when nothing is counted.

    Args:
        segments: from left to right; those of value 0 are left out.
        label: what the bar shows, for readers that speak; the counts are added.
        height: in CSS pixels.
    """
    spoken = ", ".join(f"{item.label} {item.value:,}" for item in segments if item.value) or "nothing"
    parts = [
        Markup('<svg class="bar" width="100%" height="{}" role="img" aria-label="{}: {}">').format(
            height, label, spoken
        ),
        Markup('<rect class="fill-none" width="100%" height="{}" rx="3"/>').format(height),
    ]
    x = 0.0
    for item, width in zip(segments, widths([item.value for item in segments]), strict=True):
        if width:
            parts.append(_segment(item, x, width, height))
        x += width
    return Markup("").join([*parts, Markup("</svg>")])


def _segment(item: Segment, x: float, width: float, height: int) -> Markup:
    drawn = max(width - (GAP if width < 100 else 0), LEAST / 2)
    text = Markup("")
    if width >= ROOM:
        text = Markup('<text class="on-{}" x="{:.2f}%" y="{}">{}</text>').format(
            item.tone, x + drawn / 2, height / 2, f"{item.value:,}"
        )
    return Markup(
        '<g><title>{}: {}</title><rect class="fill-{}" x="{:.2f}%" width="{:.2f}%" height="{}" rx="2"/>{}</g>'
    ).format(item.label, f"{item.value:,}", item.tone, x, drawn, height, text)


def legend(entries: Sequence[tuple[str, str]]) -> Markup:
    """Swatches with their words: ``(label, tone)``."""
    items = Markup("").join(
        Markup(
            '<li><svg width="12" height="12" aria-hidden="true"><rect class="fill-{}" width="12" height="12" rx="2"/>'
            "</svg> {}</li>"
        ).format(tone, escape(label))
        for label, tone in entries
    )
    return Markup('<ul class="legend">{}</ul>').format(items)
