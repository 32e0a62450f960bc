"""Which rows need no lock of their own before they are deleted.

A row that nothing can refer to, of which nothing is compared, and that hangs on one row of the closure alone: what can become of
it while that row is locked is that it goes, or comes to hang on another row. None can come to hang on the locked row, for whoever
inserts it has to lock that row as well. So the DELETE itself asks what the lock would have kept true - that the row still refers
to one that goes - and its count tells whether that was so of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.estate.stores.schema import Shapes
from engine.governance.change.effect import Action, Step


def loose_steps(shapes: Shapes, steps: Sequence[Step]) -> frozenset[int]:
    """The numbers of steps whose rows can be found without locks, if nothing is compared of them.

    One column refers to the one key column of another table, of the same type: the condition is then one that the server looks
    at anew, by itself, where it waited for a row. Rows of partitioned tables can move, which is an error of its own.
    """
    return frozenset(number for number, step in enumerate(steps) if _is_loose(shapes, steps, step))


def _is_loose(shapes: Shapes, steps: Sequence[Step], step: Step) -> bool:
    if step.action is not Action.DELETE or len(step.through) != 1 or len(step.key) != 1:
        return False
    target = steps[step.refers_to]
    if target.action is not Action.DELETE or target.asset == step.asset or target.key != step.target:
        return False
    if sum(other.asset == step.asset for other in steps) > 1 or shapes.referring_to(step.asset):
        return False
    table, parent = shapes.tables[step.asset], shapes.tables[target.asset]
    same_type = table.by_name[step.through[0]].type == parent.by_name[step.target[0]].type
    return same_type and not table.partitions and not table.children and not table.triggers
