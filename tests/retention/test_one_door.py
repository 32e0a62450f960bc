"""There is one door to a change: nothing else writes the statements, nor reads the write credential."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATES = re.compile(
    r"\b(DELETE\s+FROM|UPDATE\s+\{|UPDATE\s+\S+\s+SET|TRUNCATE|INSERT\s+INTO|DROP\s+TABLE|MERGE\s+INTO)\b"
)
MODULES = [
    path
    for folder in ("engine/estate", "engine/governance", "retention", "api")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "api/demo" not in str(path)
]
DOOR = {"retention/erase/statements.py"}
KEYS = {"retention/erase/opening.py"}


def texts(tree: ast.AST) -> list[str]:
    """All texts in the code that are no docstrings; of an f-string its parts with braces between them."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            found.append(node.value)
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def changes(path: Path) -> list[str]:
    return [text for text in texts(ast.parse(path.read_text(encoding="utf-8"))) if STATES.search(text)]


def opens(path: Path) -> bool:
    """Whether a module reads an attribute ``write`` of settings: calls of files' own ``write`` are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return any(isinstance(n, ast.Attribute) and n.attr == "write" and id(n) not in called for n in ast.walk(tree))


def test_statements_that_change_rows_stand_in_one_module() -> None:
    assert {name_of(path) for path in MODULES if changes(path)} == DOOR


def test_the_write_credential_is_read_by_one_module() -> None:
    assert {name_of(path) for path in MODULES if opens(path)} == KEYS


def test_sessions_that_write_are_opened_by_the_effect_alone() -> None:
    writing = re.compile(r"\b(PostgresqlWriting|MysqlWriting|SqliteWriting|erase.statements|erase.session)\b")
    users = {name_of(path) for path in MODULES if writing.search(path.read_text(encoding="utf-8"))}
    assert {user for user in users if not user.startswith("retention/erase/")} == set()


@pytest.mark.parametrize("text", ['f"DELETE FROM {x}"', '"UPDATE t SET a = 1"', 'f"UPDATE {x} SET a"', '"TRUNCATE t"'])
def test_the_search_finds_what_it_looks_for(text: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(f'"""DELETE FROM here is prose."""\nx = {text}\n')
    assert changes(tmp_path / "module.py")
