"""What the code holds that the reference must tell: errors, reasons, troubles, all read from the code itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator

from engine.base.errors import ReeveError, StoreError
from engine.estate.inventory.report.advice import REASONS
from engine.estate.stores import files
from engine.estate.stores.sql import errors as sql_errors
from tests.docs.generate import ROOT, ours

NAMES = {"reason", "skip", "problem"}
WORD = re.compile(r"[a-z]+(_[a-z]+)*")


def error_classes() -> set[type[ReeveError]]:
    """Every error of the tree, wherever it is defined."""
    for package in ("engine", "retention", "api"):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if "versions" not in module.name and not module.name.endswith(("__main__", ".env")):
                importlib.import_module(module.name)
    return {ReeveError, *filter(ours, _below(ReeveError))}


def _below(kind: type[ReeveError]) -> Iterator[type[ReeveError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def coverage_reasons() -> set[str]:
    """Every reason that an object or a store can get, and those that the report has words for."""
    listed = re.findall(r"``(\w+)``", (StoreError.__doc__ or "").partition("Reasons:")[2])
    tables = (sql_errors.POSTGRESQL, sql_errors.MYSQL, sql_errors.SQLITE, files._REASONS)
    return {*listed, *REASONS, *(word for known in tables for word in known.values()), *_written(_reasons)}


def trouble_words() -> set[str]:
    """Every kind of trouble within an object."""
    return set(_written(_troubles))


def _written(find: Callable[[ast.AST], list[ast.expr]]) -> Iterator[str]:
    for path in sorted((ROOT / "engine/estate").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from (word for one in find(node) for word in _words(one))


def _reasons(node: ast.AST) -> list[ast.expr]:
    """What a ``reason``, ``skip`` or ``problem`` is set to, and the place where our own functions take a reason."""
    if isinstance(node, ast.Assign) and {one.id for one in node.targets if isinstance(one, ast.Name)} & NAMES:
        return [node.value]
    if not isinstance(node, ast.Call):
        return []
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    place = {"store_error": 0, "Outcome": 1, "ObjectView": 2}.get(name)
    given = [word.value for word in node.keywords if word.arg in NAMES]
    return given + ([node.args[place]] if place is not None and len(node.args) > place else [])


def _troubles(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Trouble":
        return [one for one in node.args[:1] if isinstance(one, ast.Constant)]
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return [one.elts[0] for one in node.value.elts if isinstance(one, ast.Tuple)] if names == ["counts"] else []
    return []


def _words(expression: ast.expr) -> Iterator[str]:
    """The words an expression can come to, as far as they are written there."""
    if isinstance(expression, ast.IfExp):
        yield from _words(expression.body)
        yield from _words(expression.orelse)
    elif (
        isinstance(expression, ast.Constant) and isinstance(expression.value, str) and WORD.fullmatch(expression.value)
    ):
        yield expression.value
