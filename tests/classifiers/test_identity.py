"""What decides what sketches hold is hashed, wherever it stands."""

from __future__ import annotations

import ast
from pathlib import Path

import classifiers
from classifiers import identity

CODE = Path(classifiers.__file__).parent
HASHED_OTHERWISE = {CODE / "detector.py"}  # the data of detectors is, one by one


def modules(name: str) -> set[Path]:
    """Of a room, or one module by itself."""
    place = CODE / name
    return {place} if place.is_file() else set(place.glob("*.py"))


def imported(module: Path) -> set[Path]:
    """The modules of classifiers that a module takes something from."""
    names = [one.module or "" for one in ast.walk(ast.parse(module.read_text())) if isinstance(one, ast.ImportFrom)]
    return {CODE.parent / f"{name.replace('.', '/')}.py" for name in names if name.startswith("classifiers.")}


def test_all_that_sketches_are_made_with_is_hashed() -> None:
    hashed = set().union(*map(modules, identity._SKETCHING))
    assert set().union(*map(imported, hashed)) - hashed == HASHED_OTHERWISE
