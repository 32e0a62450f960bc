"""The reference pages that follow from the code: ``python -m tests.docs.generate`` writes them, a test compares them."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import EnumType
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from classifiers.catalogue import catalogue
from classifiers.detector import Detector, Sensitivity
from engine.base.state.events import Event, RetentionClass, event_types
from engine.base.state.tables import Base

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NOTE = "*This page is made from the code by `python -m tests.docs.generate`; do not edit it by hand.*"


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its words, the groups among them, in the order of the help."""
    import typer.main

    from api.cli.main import app

    yield from _walk("reeve", typer.main.get_command(app))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from _walk(f"{name} {word}", inner)


def command_line() -> str:
    """Every command with its arguments and options."""
    parts = [
        "# Command line",
        NOTE,
        (
            "Results go to standard output, progress and errors to standard error. What the exit codes mean stands in "
            "[Exit codes, errors and coverage reasons](exit-codes-and-errors.md). Options of `reeve` itself stand before the "
            "command: `reeve --config FILE scan`."
        ),
    ]
    for name, command in commands():
        parts += [f"{'#' * (1 + len(name.split()))} {name}", f"```\n{_usage(name, command)}\n```", _prose(command.help)]
        if getattr(command, "epilog", None):
            parts.append(command.epilog)
        rows = [row for kind in ("argument", "option") for row in map(_parameter, _parameters(command, kind)) if row[0]]
        if rows:
            parts.append(table(("argument or option", "default", "meaning"), rows))
        inner = getattr(command, "commands", {})
        if inner:
            parts.append("Commands: " + ", ".join(f"[{word}](#{slug(f'{name} {word}')})" for word in inner) + ".")
    return _page(parts)


def _usage(name: str, command: Any) -> str:
    words = [name, "[OPTIONS]"]
    if getattr(command, "commands", {}):
        words.append("COMMAND")
    return " ".join([*words, *(_argument(one) for one in _parameters(command, "argument"))])


def _parameters(command: Any, kind: str) -> list[Any]:
    return [one for one in command.params if one.param_type_name == kind and not getattr(one, "hidden", False)]


def _argument(one: Any) -> str:
    word = str(one.metavar or str(one.name).upper()).removesuffix("...").strip("[]")
    many = "..." if one.nargs == -1 else ""
    return f"{word}{many}" if one.required else f"[{word}]{many}"


def _parameter(one: Any) -> tuple[str, str, str]:
    """What is written, its default and its meaning."""
    required = "required" if one.required else ""
    if one.param_type_name == "argument":
        return f"`{_argument(one)}`", required or _default(one), _prose(one.help)
    value = ""
    if not one.is_flag:
        value = f" {one.metavar or _kind(one)}"
    written = ", ".join(f"`{option}{value}`" for option in (*one.opts, *one.secondary_opts))
    return written, required or _default(one), _prose(one.help)


def _kind(one: Any) -> str:
    known, annotation = {Path: "PATH", int: "N"}, one.type_descriptor.annotation
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
    kind = kinds[0] if kinds else str
    return "|".join(map(_word, kind)) if isinstance(kind, EnumType) else known.get(kind, "TEXT")


def _word(choice: Any) -> str:
    return str(getattr(choice, "value", choice))


def _default(one: Any) -> str:
    value = one.default
    if value is None or value is False or value in ("", ()) or "UNSET" in repr(value) or callable(value):
        return ""
    return f"`{_word(value)}`"


def catalogue_page() -> str:
    """Every detector."""
    detectors = catalogue()
    entities = len({one.entity for one in detectors})
    parts = [
        "# Catalogue of detectors",
        NOTE,
        (
            f"{len(detectors)} detectors recognise {entities} entities. An entity is named as in Microsoft Presidio where it has "
            "one; the finer kind stands behind a slash. Categories are those of the Fides taxonomy. What the columns of these "
            "tables mean:"
        ),
        (
            "- **pattern**: an exact rule on text. In `reeve classify` only detectors with a pattern can find anything.\n"
            "- **check**: a check digit or structure on top. *Every match* is checked, or *a sample*: up to 256 distinct "
            "matches of a field and one value of every shape kept.\n"
            "- **field name**: names of fields that speak for it; *needed* means no verdict without such a name.\n"
            "- **look**: the shape of whole cells, such as `Aa Aa`."
        ),
        (
            "How these are weighed: [How a verdict is made](../explanation/how-a-verdict-is-made.md). Sensitivities and "
            "categories are proposals, not legal advice: [correct](../how-to/correct-a-verdict.md) what does not fit your case."
        ),
    ]
    groups: dict[str, list[Detector]] = {}
    for one in detectors:
        groups.setdefault(".".join(one.category.split(".")[:2]), []).append(one)
    header = ("entity", "recognises", "category", "sensitivity", "decided by", "source")
    for group, some in sorted(groups.items()):
        parts += [f"## {group}", table(header, [_detector(one) for one in some])]
    levels = ", ".join(level.label for level in Sensitivity)
    parts.append(f"Sensitivities from least to most: {levels}. A field without findings is `internal`.")
    return _page(parts)


def _detector(one: Detector) -> tuple[str, ...]:
    by = ["pattern"] if one.patterns else []
    if one.check is not None:
        by.append("check (every match)" if one.hot else "check (a sample)")
    if one.columns:
        by.append("field name (needed)" if one.needs_column else "field name")
    if one.shapes is not None:
        by.append("look")
    level = one.sensitivity.label
    return f"`{one.key}`", one.title, f"`{one.category}`", level, ", ".join(by), one.source


def ours(kind: type) -> bool:
    """Whether a class is the product's: tests make events, tables and errors of their own."""
    return not kind.__module__.startswith("tests")


def events() -> dict[str, type[Event]]:
    """Every type of event."""
    import engine.ledger.events  # noqa: F401 - importing a family registers its types

    return {name: kind for name, kind in event_types().items() if ours(kind)}


def tables() -> dict[str, type]:
    """The class of every table by the table's name, in order."""
    found = {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers if ours(mapper.class_)}
    return dict(sorted(found.items()))


def events_page() -> str:
    """Every type of event."""
    parts = [
        "# Events",
        NOTE,
        (
            "An event is written in the transaction of the deed it records, into the table `outbox` of the state. The ledger "
            "that will give events their place is planned; until then they wait there. The payload is canonical JSON (RFC 8785) "
            "of at most 65,535 bytes."
        ),
        (
            "- **plain** fields are in clear: numbers, truth values, instants, stable words, hashes. Text with blanks or an `@` "
            "is refused.\n"
            "- **committed** fields may tell something personal or confidential. The payload holds HMAC-SHA-256 under 32 random "
            "bytes; value and salt are kept sealed, until the retention of the event ends.\n"
            "- **reference** fields name one of our rows by a keyed hash, so that events of one thing group for whoever holds "
            "the key, and for nobody else."
        ),
        "Retention of what was committed: "
        + ", ".join(f"`{one.value}` {one.days} days" for one in RetentionClass)
        + ". The codes behind *Serves* are SOC 2 trust services criteria (AICPA TSC 2017) for which an auditor may use the "
        "event; naming them is neither an audit nor legal advice.",
    ]
    for name, kind in events().items():
        parts += _event(name, kind)
    return _page(parts)


def _event(name: str, kind: type[Event]) -> Iterator[str]:
    prose, meanings = described(kind, [field.name for field in dataclasses.fields(kind)])  # type: ignore[arg-type]
    yield f"## {name}"
    yield prose
    yield f"Version {kind.version}, retention `{kind.retention_class}`."
    rows, hints = [], get_type_hints(kind)
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        written = _written(hints[field.name])
        if field.metadata.get("reeve") == "reference":
            written = f"id: {field.metadata['kind']}"
        rows.append(
            (f"`{field.name}`", str(field.metadata.get("reeve", "plain")), written, meanings.get(field.name, ""))
        )
    yield table(("field", "kept", "type", "meaning"), rows)


_PLAIN = {str: "text", int: "integer", float: "number", bool: "true or false", datetime: "instant (UTC)"}


def _written(hint: Any) -> str:
    """A type in words."""
    inner = get_args(hint)
    if NoneType in inner:
        return f"{_written(next(one for one in inner if one is not NoneType))}, or none"
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(f"`{one}`" for one in inner)
    return "list of texts" if get_origin(hint) is tuple else _PLAIN.get(hint, "text")


_TYPES = {
    "Text": "text", "BigInteger": "integer", "Uuid": "UUID", "LargeBinary": "bytes", "SealedValue": "sealed",
    "CanonicalJson": "JSON", "UtcDateTime": "instant (UTC)", "Float": "number",
}  # fmt: skip


def state_page() -> str:
    """Every table of the state."""
    parts = [
        "# Tables of the state",
        NOTE,
        (
            "The state is one SQLite file or one PostgreSQL database. Every table but `tenant` begins its primary key with "
            "`tenant_id`. Identifiers are UUIDv7, times are instants in UTC. *sealed* is ciphertext (AES-256-GCM) under a key "
            "that the keyring guards. No table holds a value of your data: see "
            "[What we keep and what not](../explanation/what-we-keep-and-what-not.md). The tables may change between versions; "
            "read exports instead where you can."
        ),
    ]
    for name, kind in tables().items():
        columns = list(Base.metadata.tables[name].columns)
        prose, meanings = described(kind, [column.name for column in columns])
        rows = [
            (
                f"`{column.name}`" + (" (key)" if column.primary_key else ""),
                _TYPES.get(type(column.type).__name__, type(column.type).__name__)
                + (", or none" if column.nullable else ""),
                meanings.get(column.name, ""),
            )
            for column in columns
        ]
        parts += [f"## {name}", prose, table(("column", "type", "meaning"), rows)]
    return _page(parts)


def described(thing: type, names: Sequence[str]) -> tuple[str, Mapping[str, str]]:
    """The prose of a class's docstring, and what its ``Attributes:`` say of each name."""
    lines = (thing.__doc__ or "").expandtabs().split("\n")
    text = "\n".join([lines[0], *(line.removeprefix("    ") for line in lines[1:])])
    head, _, tail = text.partition("Attributes:\n")
    meanings: dict[str, str] = {}
    for entry in re.split(r"\n(?= {4}\S)", "\n" + tail.split("\n\n")[0]):
        for part in re.split(rf";\s+(?=(?:{'|'.join(names)})\b[^;:]*:)", " ".join(entry.split())):
            who, colon, what = part.partition(": ")
            words = [word.strip() for word in who.split(",")]
            if colon and set(words) <= set(names):
                meanings.update(dict.fromkeys(words, plain(what)))
    return "\n\n".join(" ".join(part.split()) for part in plain(head).split("\n\n") if part.strip()), meanings


def plain(text: str) -> str:
    """Docstring mark-up as Markdown."""
    text = re.sub(r":(?:class|func|mod|meth):`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`").strip()


def _prose(text: str | None) -> str:
    """Help as Markdown: paragraphs stay, line ends within them go; what looks like data stands as code."""
    joined = [" ".join(part.split()) for part in (text or "").split("\n\n")]
    return "\n\n".join(re.sub(r"(\[?\{\".*\}\]?)", r"`\1`", part) for part in joined)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(header), "|" + "---|" * len(header), *map(line, rows)])


def slug(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown: letters, digits, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def controls_page() -> str:
    """Every control and criterion."""
    from tests.docs.controls_page import page

    return page()


def http_page() -> str:
    """Every route of the API."""
    from tests.docs.http import http_api

    return _page(["# HTTP API", NOTE, *http_api()])


PAGES: Mapping[str, Callable[[], str]] = {
    "reference/http-api.md": http_page,
    "reference/command-line.md": command_line,
    "reference/catalogue.md": catalogue_page,
    "reference/controls.md": controls_page,
    "reference/events.md": events_page,
    "reference/state.md": state_page,
}
"""The generated pages by their path below ``docs/``."""


def main(folder: Path = DOCS) -> None:
    """Write the pages."""
    for name, made in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
