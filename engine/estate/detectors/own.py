"""What users bring and exclude: files with detectors of their own, with recognizers of Presidio, with exclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.catalogue import catalogue
from classifiers.detector import Detector, DetectorKey
from classifiers.exclusions import EXCLUDED, NOTHING_EXCLUDED, Exclusion, Exclusions
from engine.base.errors import ConfigError
from engine.base.settings import Settings
from engine.base.settings.yaml import Source, read_yaml
from engine.estate.detectors.exclude import written_exclusions
from engine.estate.detectors.presidio_yaml import is_presidio, read_recognizers
from engine.estate.detectors.written import written_detector

KEYS = ("detectors", "exclude")


@dataclass(frozen=True, slots=True)
class Own:
    """What users bring and exclude.

    Attributes:
        detectors: beside those of the catalogue.
        exclusions: of the files in their order, then those of reeve.yaml.
        notes: what of the files has no effect, a sentence each.
    """

    detectors: tuple[Detector, ...] = ()
    exclusions: Exclusions = NOTHING_EXCLUDED
    notes: tuple[str, ...] = ()


def read_own(files: Sequence[Path], configuration: Source | None = None) -> Own:
    """Read files of users.

    Args:
        files: with detectors, recognizers or exclusions, in their order.
        configuration: the file whose key ``exclude`` is read, too.

    Raises:
        ConfigError: anything that is wrong with a file, with its line; or an entity that is known already.
    """
    sources = [read_yaml(file) for file in files]
    taken = {one.key for one in catalogue()}
    found: list[Detector] = []
    notes: list[str] = []
    for source in sources:
        if is_presidio(source):
            recognizers = read_recognizers(source, taken)
            notes += recognizers.notes
            mine = list(recognizers.detectors)
            taken |= {one.key for one in mine}
        else:
            mine = _detectors(source, taken)
        found += mine
    entities = {name for one in (*catalogue(), *found) for name in (one.entity, one.key)}
    excluded: list[Exclusion] = []
    for source in (*sources, *([configuration] if configuration is not None else [])):
        excluded += written_exclusions(source, entities)
    return Own(tuple(found), Exclusions(tuple(excluded)), tuple(notes))


def configured_own(settings: Settings) -> Own:
    """What a configuration brings and excludes.

    Raises:
        ConfigError: anything that is wrong, with file and line.
    """
    return read_own(settings.detectors, settings.exclude)


def own_detectors(files: Sequence[Path]) -> tuple[Detector, ...]:
    """The detectors of some files alone. See ``read_own``."""
    return read_own(files).detectors


def _detectors(source: Source, taken: set[DetectorKey]) -> list[Detector]:
    """The detectors of one file; their keys are added to ``taken``."""
    for key in source.tree:
        if key not in KEYS:
            raise source.error((key,), "there is no such key here", hint=f"keys here: {', '.join(KEYS)}")
    entries = source.tree.get("detectors")
    if entries is None and source.tree.get("exclude") is not None:
        return []
    if not isinstance(entries, list):
        raise source.error(("detectors",), "a list of detectors belongs here")
    found: list[Detector] = []
    for index in range(len(entries)):
        one = written_detector(source, ("detectors", index))
        if one.entity == EXCLUDED:
            raise source.error(("detectors", index, "entity"), f"{EXCLUDED} has a meaning already")
        if one.key in taken:
            raise _taken(source, index, one)
        taken.add(one.key)
        found.append(one)
    return found


def _taken(source: Source, index: int, one: Detector) -> ConfigError:
    return source.error(
        ("detectors", index), f"there is a detector {one.key} already", hint="give it a `subtype` of its own"
    )
