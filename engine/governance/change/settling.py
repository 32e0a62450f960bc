"""What a batch came to, added up from what an effect tells of it, and checked against what the batch was. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from engine.base.errors import IntegrityViolated
from engine.governance.change.effect import Key, LeftOut, Outcome
from engine.governance.change.kept import counted
from engine.governance.change.keys import Keys, all_marks, count_by_step, marks


@dataclass(frozen=True, slots=True)
class Settled:
    """What a batch came to, checked against what it was.

    Attributes:
        dealt: a bit for each row; done: how many by step.
        left: roots that were left out, by reason.
        left_out: rows that were left out, for those who look into it.
        resolved: rows of ``done`` that were found dealt with when read again.
    """

    dealt: bytes
    done: tuple[int, ...]
    left: Mapping[str, int]
    left_out: tuple[LeftOut, ...]
    resolved: int


def joined(parts: Sequence[Outcome]) -> Outcome:
    """What several transactions came to together; a dependent that two of them tell of is one row."""
    if len(parts) == 1:
        return parts[0]
    roots, *more = (tuple(chain.from_iterable(step)) for step in zip(*(one.done for one in parts), strict=True))
    committed = [one.committed_at for one in parts if one.committed_at is not None]
    left_out = tuple(chain.from_iterable(one.left_out for one in parts))
    return Outcome((roots, *(tuple(dict.fromkeys(step)) for step in more)), left_out, max(committed, default=None))


def settle(keys: Keys, outcome: Outcome, absent: Keys = (), dealt: Keys = ()) -> Settled:
    """Add up what an effect says of a batch. Every root of it was either dealt with or left out, and nothing else was touched.

    Args:
        keys: of the batch.
        outcome: as the effect tells.
        absent: rows that were found dealt with before, after an outcome that nobody knew: the effect found them gone, or as they
            should be, and they count as done.
        dealt: rows that are known to have been dealt with before, in another transaction.

    Raises:
        IntegrityViolated: the effect names rows that are not in the batch, or one twice; or does not tell of a root at all.
    """
    if len(outcome.done) != len(keys):
        raise IntegrityViolated("an effect told of other steps than its plan has")
    if outcome.done == keys and not outcome.left_out and not absent and not dealt:  # as most batches end
        return Settled(all_marks(keys), count_by_step(keys), {}, (), 0)
    planned = [frozenset(step) for step in keys]
    done = [frozenset(step) for step in outcome.done]
    if any(len(one) != len(told) or not one <= of for one, told, of in zip(done, outcome.done, planned, strict=True)):
        raise IntegrityViolated("an effect told of rows that are not in its batch")
    nothing: Keys = tuple(() for _ in keys)
    looked_up, known = ([frozenset(step) for step in some or nothing] for some in (absent, dealt))
    before = [one | other for one, other in zip(looked_up, known, strict=True)]
    left_out = tuple(one for one in outcome.left_out if not _was_dealt_with(one, before))
    left_roots = [one.key for one in left_out if one.step == 0]
    all_done = [one | other for one, other in zip(done, before, strict=True)]
    if len(set(left_roots)) != len(left_roots) or not all_done[0].isdisjoint(left_roots):
        raise IntegrityViolated("an effect told of a row twice")
    if all_done[0].union(left_roots) != planned[0]:
        raise IntegrityViolated("an effect did not tell what became of every root of its batch")
    resolved = sum(len(one - other - sure) for one, other, sure in zip(looked_up, done, known, strict=True))
    return Settled(
        marks(keys, all_done), count_by_step(tuple(map(tuple, all_done))), counted(left_out), left_out, resolved
    )


def _was_dealt_with(one: LeftOut, before: list[frozenset[Key]]) -> bool:
    return one.step < len(before) and one.key in before[one.step]


def others(keys: Keys, remaining: Keys) -> Keys:
    """The rows that are not among the remaining ones."""
    if len(remaining) != len(keys):
        raise IntegrityViolated("a verifier told of other steps than its plan has")
    found = []
    for step, there in zip(keys, remaining, strict=True):
        kept = frozenset(there)
        found.append(tuple(key for key in step if key not in kept))
    return tuple(found)
