"""``reeve classify`` and ``reeve classify-columns``: values in, findings out, without configuration or state."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import err, print_json
from engine.base.errors import BadInput

if TYPE_CHECKING:
    from classifiers.exclusions import Excluded, Exclusions
    from classifiers.names.model import NameModel
    from classifiers.sketches.sketch import Sketch
    from engine.estate.detectors.pack import Pack

BATCH_TEXTS, BATCH_CHARACTERS = 1_000, 1 << 20


Detectors = Annotated[
    list[Path] | None,
    typer.Option("--detectors", help="YAML file with detectors of your own; may be given again.", metavar="FILE"),
]
RulesOnly = Annotated[
    bool, typer.Option("--rules-only", help="Do not look for names of people, places and organisations in free text.")
]


def classify(
    file: Annotated[
        Path | None,
        typer.Argument(help='JSON Lines of {"id", "text"}; standard input if left out or "-".', metavar="FILE"),
    ] = None,
    rules_only: RulesOnly = False,
    entities: Annotated[str, typer.Option(help="Only these, separated by commas.", metavar="A,B")] = "",
    language: Annotated[
        str, typer.Option(help="Of names in the texts; rules know the words of several at once.")
    ] = "en",
    detectors: Detectors = None,
    threshold: Annotated[float, typer.Option(help="Leave findings with a lower score out.", min=0, max=1)] = 0.5,
) -> None:
    """Find personal and confidential data in texts: by rules, and names by the name model of the extra `names`.

    One line out for each line in: {"id", "findings": [{"entity", "subtype", "start", "end", "score"}]}. Offsets count
    Unicode characters, the end is exclusive.
    """
    import orjson

    from classifiers.texts import find

    if language != "en":
        raise BadInput(
            f"there is no name model for the language {language!r} in this version",
            hint="leave --language out: rules know the words of several languages at once",
        )
    pack = _pack(detectors or (), rules_only=rules_only)
    wanted = _wanted(pack, entities)
    with ExitStack() as stack:
        stream = sys.stdin.buffer if file is None or str(file) == "-" else stack.enter_context(_opened(file))
        for batch in _batches(stream):
            for (name, _), found in zip(
                batch,
                find(pack.matcher, [text for _, text in batch], wanted, threshold, pack.exclusions, pack.names),
                strict=True,
            ):
                findings = [
                    {
                        "entity": one.entity,
                        **({"subtype": one.subtype} if one.subtype else {}),
                        "start": one.start,
                        "end": one.end,
                        "score": one.score,
                    }
                    for one in found
                ]
                sys.stdout.buffer.write(orjson.dumps({"id": name, "findings": findings}) + b"\n")
            sys.stdout.buffer.flush()


def _pack(files: Sequence[Path], *, rules_only: bool) -> Pack:
    """The catalogue with what some files bring and exclude, and names; what of the files has no effect is told.

    The reader of YAML is not imported for nothing.
    """
    from engine.estate.detectors.pack import load_pack

    if not files:
        return load_pack(names=_names(rules_only=rules_only))
    from engine.estate.detectors.own import read_own

    own = read_own(files)
    for note in (*own.notes, *_keyed(own.exclusions)):
        err().print(f"note: {note}", markup=False)
    return load_pack(own.detectors, own.exclusions, _names(rules_only=rules_only))


def _names(*, rules_only: bool) -> NameModel | None:
    """The installed name model; where there is none, a note says so."""
    from engine.base.resources import HOW_TO_FIND_NAMES, installed_names

    names = None if rules_only else installed_names()
    if names is None and not rules_only:
        err().print(
            f"names of people, places and organisations are not looked for: no name model is installed ({HOW_TO_FIND_NAMES}; "
            "--rules-only goes without)",
            markup=False,
            soft_wrap=True,
        )
    return names


def _opened(file: Path) -> IO[bytes]:
    try:
        return file.open("rb")
    except OSError as exc:
        raise BadInput(f"{file} cannot be read: {exc.strerror}") from None


def _wanted(pack: Pack, entities: str) -> frozenset[str] | None:
    from classifiers.names.model import NAME_ENTITIES
    from engine.base.resources import HOW_TO_FIND_NAMES

    if not entities:
        return None
    wanted = frozenset(name.strip().upper() for name in entities.split(",") if name.strip())
    known = {detector.entity for detector in pack.matcher.detectors} | (pack.names.entities if pack.names else set())
    if missing := sorted((wanted - known) & NAME_ENTITIES):
        raise BadInput(
            f"only a name model finds {', '.join(missing)}", hint=f"leave --rules-only out ({HOW_TO_FIND_NAMES})"
        )
    if unknown := sorted(wanted - known):
        raise BadInput(f"unknown entities: {', '.join(unknown)}", hint="known: " + ", ".join(sorted(known)))
    return wanted


def _batches(stream: IO[bytes]) -> Iterator[list[tuple[Any, str]]]:
    """Texts with their ids, in batches of a bounded size. Those before a bad line come before its error."""
    batch: list[tuple[Any, str]] = []
    size = 0
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            name, text = _record(line, number)
        except BadInput:
            yield batch
            raise
        batch.append((name, text))
        size += len(text)
        if len(batch) >= BATCH_TEXTS or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _record(line: bytes, number: int) -> tuple[Any, str]:
    import orjson

    try:
        record = orjson.loads(line)
        name, text = record["id"], record["text"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        raise BadInput(f'line {number} is not an object such as {{"id": 1, "text": "..."}}') from None
    if not isinstance(text, str):
        raise BadInput(f'line {number}: "text" is not a string')
    return name, text


def classify_columns(
    files: Annotated[
        list[Path], typer.Argument(help="CSV, TSV, JSON, JSON Lines, Parquet or Avro, also gzip.", metavar="FILE")
    ],
    detectors: Detectors = None,
    rules_only: RulesOnly = False,
) -> None:
    """Say what each column of some files holds, as one JSON document.

    [{"file", "field", "entity", "entities": [{"entity", "share", "confidence"}], "confidence", "category", "sensitivity"}]
    """
    pack = _pack(detectors or (), rules_only=rules_only)
    print_json([row for file in files for row in _columns(pack, file)])


def _keyed(exclusions: Exclusions) -> Iterator[str]:
    keyed = sum(len(one.keyed) for one in exclusions.rules)
    if keyed:
        yield f"{keyed} keyed hashes under `exclude` are known to scans only and exclude nothing here"


def _columns(pack: Pack, file: Path) -> Iterator[dict[str, object]]:
    for field, (verdict, excluded) in pack.asset(file.name, file.stem, _sketches(pack, file)).items():
        main = verdict.entities[0] if verdict.entities else None
        yield {
            "file": str(file),
            "field": field,
            "entity": main.entity if main else None,
            "entities": [
                {
                    "entity": one.entity,
                    **({"subtype": one.subtype} if one.subtype else {}),
                    "share": one.share,
                    "confidence": one.confidence,
                }
                for one in verdict.entities
            ],
            **({"excluded": [_excluded(one) for one in excluded]} if excluded else {}),
            "confidence": verdict.confidence,
            "category": main.category if main else None,
            "sensitivity": verdict.sensitivity.label,
        }


def _excluded(one: Excluded) -> dict[str, object]:
    told = {"entity": one.entity or None, "subtype": one.subtype or None, "rows": one.rows, "reason": one.reason}
    return {key: value for key, value in told.items() if value is not None or key == "entity"}


def _sketches(pack: Pack, file: Path) -> dict[str, Sketch]:
    """The sketches of a file's columns, under a key that nobody keeps."""
    import os

    from classifiers.excluding import sketch_excluding
    from classifiers.sketches.distinct import distinct_columns
    from classifiers.sketches.documents import with_documents
    from classifiers.sketches.hashing import KEY_BYTES, HashKey
    from classifiers.sketches.sketch import merge
    from engine.base.errors import ConfigError, StoreError
    from engine.estate.formats.format import Budget
    from engine.estate.stores.files import FilesStore
    from engine.estate.stores.names import shown_name
    from engine.estate.stores.store import AssetInfo, ObjectInfo

    key = HashKey(os.urandom(KEY_BYTES), 0)
    known: dict[str, Sketch] = {}
    try:
        item = ObjectInfo(shown_name(file.name))
        asset = AssetInfo(item.name, "file", "", (item,))
        with FilesStore(str(file), file.absolute().parent).open(asset, item) as reader:
            for chunk in reader.chunks(None, Budget()):
                columns = dict(zip(chunk.batch.schema.names, chunk.batch.columns, strict=True))
                found = with_documents(distinct_columns(columns), known)
                sketches = sketch_excluding(found, pack.matcher, pack.exclusions, file.name, key, known)
                for path, sketch in sketches.items():
                    known[path] = merge(known[path], sketch) if path in known else sketch
    except StoreError as exc:
        raise ConfigError(f"{file} cannot be read: {exc.message}", hint=exc.hint) from exc
    return known
