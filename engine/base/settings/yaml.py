"""The YAML of a configuration as a plain tree, with the line of every part of it.

Only what a configuration needs is read: mappings, lists and text. Every scalar stays text as it is written, so that Norway
(``NO``) is not a truth value and ``1e3`` not a number; an empty value or ``null`` counts as absent. No message repeats what the
file says, as that may be a secret in the wrong place: a message names the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic_core import core_schema

from engine.base.errors import ConfigError

Tree = None | str | list["Tree"] | dict[str, "Tree"]
Where = tuple[str | int, ...]
"""The way to a part of the tree: keys and list positions."""

MAX_BYTES = 256 << 10  # of a configuration file
MAX_NODES = 20_000  # with every use of an alias counted: a "billion laughs" stays a small file
MAX_DEPTH = 20
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value")
)
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file of YAML is meant to be, for errors.

    Attributes:
        name: with its article.
        key: one that stands at its top.
        hint: what makes one, where there is none.
    """

    name: str
    key: str
    hint: str


CONFIGURATION = Kind("a configuration", "stores", "`reeve init` writes one")


@dataclass(frozen=True, slots=True)
class Source:
    """A configuration file that was read.

    Attributes:
        file: its path, as errors show it.
        tree: what it says; a mapping at the top.
        lines: the line of each part, 1-based.
    """

    file: Path
    tree: dict[str, Tree]
    lines: dict[Where, int]

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        """A model may hold one as it is."""
        return core_schema.is_instance_schema(cls)

    def error(self, where: Where, message: str, *, hint: str = "") -> ConfigError:
        """An error at a part of the tree, or at what it would stand in."""
        while where and where not in self.lines:
            where = where[:-1]
        return ConfigError(message, file=str(self.file), line=self.lines.get(where, 1), hint=hint)


def read_yaml(file: Path, kind: Kind = CONFIGURATION) -> Source:
    """Read a configuration file.

    Raises:
        ConfigError: missing, unreadable, too large, not UTF-8, not YAML, a key given twice, or something other than mappings,
            lists and text.
    """
    return yaml_source(yaml_text(file, kind), file, kind)


def yaml_source(text: str, file: Path, kind: Kind = CONFIGURATION) -> Source:
    """Read what stands in a configuration file. See ``read_yaml``."""
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        raise ConfigError(
            "this is not valid YAML",
            file=str(file),
            line=mark.line + 1 if mark else 0,
            hint=_repair(exc.problem or "", exc.context or ""),
        ) from None
    except (yaml.YAMLError, ValueError):
        raise ConfigError("this is not valid YAML", file=str(file)) from None
    except RecursionError:
        raise ConfigError("this is nested too deeply", file=str(file)) from None
    source = Source(file, {}, {})
    if top is not None:
        tree = _Walk(source).tree(top, (), 0)
        if tree is not None and not isinstance(tree, dict):
            raise source.error((), f"{kind.name} is a set of keys, such as `{kind.key}:`")
        source.tree.update(tree or {})
    return source


def _repair(problem: str, context: str) -> str:
    """What to look at, by PyYAML's words for what it met. They hold at most one character of the file, which is not passed on."""
    if "alias" in problem or "alias" in context or "anchor" in context:
        return "text that begins with `*` or `&` needs quotes"
    if "'\\t'" in problem:
        return "indent by blanks, not by tabs"
    if "cannot start any token" in problem:
        return "text that begins with `@`, `%` or a backquote needs quotes"
    if "mapping values are not allowed" in problem:
        return "text with a colon and a blank in it needs quotes; and look at the indentation of this line"
    return "look at indentation (blanks, no tabs), quotes and colons here and in the line before"


def yaml_text(file: Path, kind: Kind = CONFIGURATION) -> str:
    """What stands in a configuration file.

    Raises:
        ConfigError: missing, unreadable, too large, or not UTF-8.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError("there is no such file", file=str(file), hint=kind.hint) from None
    except OSError as exc:
        raise ConfigError(f"the file cannot be read ({type(exc).__name__})", file=str(file)) from None
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{kind.name} has at most {MAX_BYTES >> 10} KiB", file=str(file))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise ConfigError("this is not UTF-8 text", file=str(file), line=line) from None


class _Walk:
    """One walk over composed nodes, within ``MAX_NODES`` and ``MAX_DEPTH``."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._nodes = 0

    def tree(self, node: yaml.Node, where: Where, depth: int) -> Tree:
        """The plain form of a node; its line is noted on the way."""
        line = node.start_mark.line + 1
        self._source.lines.setdefault(where, line)
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise self._error(node, "this is nested too deeply or repeats itself too often")
        if node.tag not in _PLAIN_TAGS:
            raise self._error(node, "tags and merge keys have no meaning here: only keys, lists and text have")
        match node:
            case yaml.ScalarNode():
                return None if node.tag == _NULL else str(node.value)
            case yaml.SequenceNode():
                return [self.tree(item, (*where, index), depth + 1) for index, item in enumerate(node.value)]
            case yaml.MappingNode():
                return self._mapping(node, where, depth)
            case _:
                raise self._error(node, "only keys, lists and text have a meaning here")

    def _mapping(self, node: yaml.MappingNode, where: Where, depth: int) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _PLAIN_TAGS - {_NULL}:
                raise self._error(key_node, "a key is a plain word; merge keys and tags have no meaning here")
            key = str(key_node.value)
            inside = (*where, key)
            if key in found:
                first = self._source.lines[inside]
                raise self._error(key_node, f"this key was given in line {first} already")
            self._source.lines[inside] = key_node.start_mark.line + 1
            found[key] = self.tree(value_node, inside, depth + 1)
        return found

    def _error(self, node: yaml.Node, message: str) -> ConfigError:
        return ConfigError(message, file=str(self._source.file), line=node.start_mark.line + 1)
