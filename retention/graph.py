"""Rows that hang together, as a graph: why some stay, and which others stay with them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from engine.estate.stores.schema import Reference
from engine.estate.stores.sql.words import Key
from engine.governance.change.effect import Action, LeftOut, Reason, Step

Node = tuple[str, int, Key]
"""A row: its asset, and -1; of a row that is detached the number of the step, for each is detached apart."""
Why = tuple[Reason, str]
_CHILD = itemgetter(0)


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
    """Rows found so far, how they hang together, and why some of them stay.

    Most rows go, and there are many of them: what is told of all rows of a kind is told of them at once, and how single rows hang
    together is looked into only where one of them stays.

    Attributes:
        found: by asset and mark, as in ``Node``: keys of rows, each with the step that it was found with.
        reasons: of rows that stay, the first reason why.
        gone: roots that are not there.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self.found: dict[tuple[str, int], dict[Key, int]] = {}
        self.reasons: dict[Node, Why] = {}
        self.gone: list[Key] = []
        self._hanging: list[tuple[int, str, Sequence[tuple[Key, Key]]]] = []
        self._held_up: list[tuple[Node, Node]] = []
        self._planned: list[set[Key]] | None = None
        deleting = [step.asset for step in steps if step.action is Action.DELETE]
        self._several = {asset for asset in deleting if deleting.count(asset) > 1}

    def begin(self, roots: Iterable[Key], there: Container[Key]) -> None:
        """The roots: those that are there, and the others, which are gone."""
        known = self.found.setdefault((self._steps[0].asset, -1), {})
        for key in roots:
            if key in there:
                known[key] = 0
            else:
                self.gone.append(key)

    def knows(self, node: Node) -> bool:
        """Whether a row was found."""
        return node[2] in self.found.get(node[:2], ())

    def hang(self, number: int, target: str, pairs: Sequence[tuple[Key, Key]]) -> list[Key]:
        """Rows of a step refer to others of an asset: their keys and those. Gives the rows that were not known."""
        kind = self._kind(number)
        if kind == (target, -1):  # a row that refers to itself hangs on nothing by that
            pairs = [pair for pair in pairs if pair[0] != pair[1]]
        self._hanging.append((number, target, pairs))
        known = self.found.setdefault(kind, {})
        new = [key for key in dict.fromkeys(map(_CHILD, pairs)) if key not in known]
        known.update(dict.fromkeys(new, number))
        return new

    def _kind(self, number: int) -> tuple[str, int]:
        step = self._steps[number]
        return step.asset, -1 if step.action is Action.DELETE else number

    def unknown(self, number: int, key: Key) -> None:
        """A row of a step of which nothing can be told."""
        self.reasons.setdefault((*self._kind(number), key), (Reason.UNKNOWN, self._steps[number].asset))

    def keep(self, reference: Reference, child: Key | None, parent: Key) -> None:
        """A row refers to one of the closure over a key that is no step."""
        target = (reference.target, -1, parent)
        node = (reference.asset, -1, child) if child is not None else None
        if node == target:
            return
        if node is not None and self.knows(node):
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
        for (asset, mark), found in self.found.items():
            named = by_asset[asset] if mark == -1 else self._planned[mark]
            if (mark == -1 and self._steps[0].action is Action.ANONYMISE) or found.keys() <= named:
                continue
            for key in found:
                if key not in named:
                    self.reasons.setdefault((asset, mark, key), (Reason.CLOSURE_GREW, asset))

    def spread(self) -> None:
        """Whatever is connected to a row that stays, stays too, for the same reason."""
        self._own = dict(self.reasons)
        if not self.reasons:
            return
        spreads: dict[Node, list[Node]] = defaultdict(list)
        for number, target, pairs in self._hanging:
            asset, mark = self._kind(number)
            for key, parent in pairs:
                node, other = (asset, mark, key), (target, -1, parent)
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
        return self.knows(node) and node not in self.reasons

    def closed(self, roots: Sequence[Key], within: Mapping[str, list[tuple[Key, Key, Reference]]]) -> Closed:
        """What came of it; see Closed. ``within``: all such pairs of rows of the closure."""
        keys: list[list[Key]] = [[] for _ in self._steps]
        sizes = [0] * len(self._steps)
        for (asset, mark), found in self.found.items():
            numbers = set(found.values())
            if len(numbers) == 1 and asset not in self._several and not self.reasons:
                (number,) = numbers
                sizes[number] += len(found)
                keys[number] += found
                continue
            for key, number in found.items():
                node = (asset, mark, key)
                counted = self._number(node, number) if asset in self._several else number
                sizes[counted] += 1
                if node not in self.reasons:
                    keys[counted].append(key)
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
            number = self._number(node, self.found.get(node[:2], {}).get(node[2], 0))
            if number and (self._planned is None or node[2] in self._planned[number]):
                yield LeftOut(number, node[2], reason, detail)
