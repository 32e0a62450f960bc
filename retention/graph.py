"""Rows that hang together, as a graph: why some stay, and which others stay with them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.estate.stores.schema import Reference
from engine.estate.stores.sql.words import Key
from engine.governance.change.effect import Action, LeftOut, Reason, Step

Node = tuple[str, int, Key]
"""A row: its asset, and -1; of a row that is detached the number of the step, for each is detached apart."""
Why = tuple[Reason, str]


@dataclass(frozen=True, slots=True)
class Closed:
    """What may be dealt with, and what may not.

    Attributes:
        keys: by step, that may.
        left_out: roots that stay, with the first reason found; and rows that kept them.
        within: by asset: which rows refer to which over keys of the table to itself that the server looks at row by row.
        sizes: rows found by step, whether they may go or not.
    """

    keys: tuple[tuple[Key, ...], ...]
    left_out: tuple[LeftOut, ...]
    within: Mapping[str, tuple[tuple[Key, Key, Reference], ...]]
    sizes: tuple[int, ...]


def knotted(pairs: Sequence[tuple[Key, Key, Reference]]) -> set[Key]:
    """Rows of a table that refer to one another in a ring, and those that they refer to: none of them can go first."""
    left = {key for pair in pairs for key in pair[:2]}
    while True:
        referred_to = {parent for child, parent, _ in pairs if child in left}
        if not (free := left - referred_to):
            return left
        left -= free


class Walk:
    """Rows found so far, how they hang together, and why some of them stay."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self.nodes: dict[Node, int] = {}
        self.reasons: dict[Node, Why] = {}
        self.gone: list[Key] = []
        self._hanging: list[tuple[Node, Node]] = []
        self._held_up: list[tuple[Node, Node]] = []
        self._planned: list[set[Key]] | None = None
        deleting = [step.asset for step in steps if step.action is Action.DELETE]
        self._several = {asset for asset in deleting if deleting.count(asset) > 1}

    def root(self, key: Key) -> None:
        """A root is there."""
        self.nodes[self._steps[0].asset, -1, key] = 0

    def hang(self, number: int, target: str, pairs: Iterable[tuple[Key, Key]]) -> list[Key]:
        """Rows of a step refer to others of an asset: their keys and those. Gives the rows that were not known."""
        step, nodes, new = self._steps[number], self.nodes, []
        asset, mark = step.asset, -1 if step.action is Action.DELETE else number
        for key, parent in pairs:
            node, other = (asset, mark, key), (target, -1, parent)
            if node == other:
                continue
            self._hanging.append((node, other))
            if node not in nodes:
                nodes[node] = number
                new.append(key)
        return new

    def unknown(self, number: int, key: Key) -> None:
        """A row of a step of which nothing can be told."""
        step = self._steps[number]
        node = (step.asset, -1 if step.action is Action.DELETE else number, key)
        self.reasons.setdefault(node, (Reason.UNKNOWN, step.asset))

    def keep(self, reference: Reference, child: Key | None, parent: Key) -> None:
        """A row refers to one of the closure over a key that is no step."""
        target = (reference.target, -1, parent)
        node = (reference.asset, -1, child) if child is not None else None
        if node == target:
            return
        if node in self.nodes:
            self._held_up.append((node, target))
        else:
            self.reasons.setdefault(target, (Reason.REFERENCED, reference.asset))

    def check(self, planned: Sequence[Iterable[Key]]) -> None:
        """Rows that a plan does not name stay, and so does what they hang on."""
        self._planned = [set(keys) for keys in planned]
        by_asset: dict[str, set[Key]] = defaultdict(set)
        for step, keys in zip(self._steps, self._planned, strict=True):
            if step.action is Action.DELETE:
                by_asset[step.asset] |= keys
        for node in self.nodes:
            asset, mark, key = node
            if mark == -1 and self._steps[0].action is Action.ANONYMISE:
                continue
            if key not in (by_asset[asset] if mark == -1 else self._planned[mark]):
                self.reasons.setdefault(node, (Reason.CLOSURE_GREW, asset))

    def spread(self) -> None:
        """Whatever is connected to a row that stays, stays too, for the same reason."""
        self._own = dict(self.reasons)
        if not self.reasons:
            return
        spreads: dict[Node, list[Node]] = defaultdict(list)
        for node, other in self._hanging:
            spreads[node].append(other)
            spreads[other].append(node)
        for node, other in self._held_up:
            spreads[node].append(other)
        waiting = list(self.reasons)
        for node in waiting:
            for other in spreads.get(node, ()):
                if other not in self.reasons:
                    self.reasons[other] = self.reasons[node]
                    waiting.append(other)

    def going(self, node: Node) -> bool:
        """Whether a row may go, as far as is known."""
        return node in self.nodes and node not in self.reasons

    def closed(self, roots: Sequence[Key], within: Mapping[str, list[tuple[Key, Key, Reference]]]) -> Closed:
        """What came of it; see Closed. ``within``: all such pairs of rows of the closure."""
        keys: list[list[Key]] = [[] for _ in self._steps]
        sizes = [0] * len(self._steps)
        several = self._several
        for node, found in self.nodes.items():
            number = self._number(node, found) if node[0] in several else found
            sizes[number] += 1
            if node not in self.reasons:
                keys[number].append(node[2])
        kept = {
            asset: tuple(pair for pair in pairs if all(self.going((asset, -1, key)) for key in pair[:2]))
            for asset, pairs in within.items()
        }
        return Closed(tuple(map(tuple, keys)), tuple(self._left_out(roots)), kept, tuple(sizes))

    def _number(self, node: Node, found: int) -> int:
        """The step that a row is counted with: where the plan has it, else where it was found."""
        if self._planned is None or node[1] != -1 or node[2] in self._planned[found]:
            return found
        steps = (n for n, step in enumerate(self._steps) if step.asset == node[0] and step.action is Action.DELETE)
        return next((number for number in steps if node[2] in self._planned[number]), found)

    def _left_out(self, roots: Sequence[Key]) -> Iterable[LeftOut]:
        gone = set(self.gone)
        for key in roots:
            why = (Reason.GONE, "") if key in gone else self.reasons.get((self._steps[0].asset, -1, key))
            if why is not None:
                yield LeftOut(0, key, *why)
        for node, (reason, detail) in self._own.items():
            number = self._number(node, self.nodes.get(node, 0))
            if number and (self._planned is None or node[2] in self._planned[number]):
                yield LeftOut(number, node[2], reason, detail)
