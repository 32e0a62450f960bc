"""From what a store declares and what a rule wants to the steps of a plan: what goes with a row, what keeps it, what cannot be.

Pure. A row of the root's table takes with it the rows of ``dependents`` that refer to it, or to one that goes. Rows of ``detach``
stay, and refer to nothing any more. Whatever else refers to a row that would go keeps it, whatever the foreign key would have
done: no cascade that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.estate.stores.schema import Reference, Referential, Shapes, TableShape
from engine.governance.change.effect import Action, Step
from engine.governance.change.ordering import Operation, Unordered, ordered, released_columns, unseen
from engine.governance.policy.model import Anonymise, Delete


class Word(StrEnum):
    """What a remark of a preview says."""

    # refusals
    NO_TABLE = "no_table"
    NO_PRIMARY_KEY = "no_primary_key"
    KEY_NOT_EXACT = "key_not_exact"
    NOT_TRANSACTIONAL = "not_transactional"
    VERSIONED = "versioned"
    NOT_REACHED = "not_reached"
    IN_BOTH = "in_both"
    NOT_NULLABLE = "not_nullable"
    CYCLE = "cycle"
    NO_COLUMN = "no_column"
    KEY_COLUMN = "key_column"
    REFERRED_COLUMN = "referred_column"
    REFERRING_COLUMN = "referring_column"
    GENERATED = "generated"
    UNIQUE_CONSTANT = "unique_constant"
    NOTHING = "nothing"
    REFERRED_FROM_ELSEWHERE = "referred_from_elsewhere"
    REFERRING_UNTOLD = "referring_untold"
    UNSEEN = "unseen"
    # warnings
    KEEPS = "keeps"
    TRIGGER = "trigger"
    NO_INDEX = "no_index"


_SENTENCES: Mapping[Word, str] = {
    Word.NO_TABLE: "{asset} is no table of this store",
    Word.NO_PRIMARY_KEY: "{asset} has no primary key, so its rows cannot be named",
    Word.KEY_NOT_EXACT: "{asset} has a primary key of a type that cannot be compared exactly ({detail})",
    Word.NOT_TRANSACTIONAL: "{asset} knows no transactions, so a change could not be taken back",
    Word.VERSIONED: "{asset} keeps what is deleted or changed as history",
    Word.UNSEEN: "rows can begin to refer to {asset} over {detail} while it is looked at, and would go or be changed with it",
    Word.NOT_REACHED: "no foreign key leads from {asset} to a row that goes",
    Word.IN_BOTH: "{asset} is to go and to stay at once",
    Word.NOT_NULLABLE: "{asset}.{detail} takes no NULL",
    Word.CYCLE: "no order works for {asset}: {detail} refer to one another, and no column of these keys takes NULL or can wait",
    Word.NO_COLUMN: "{asset} has no column {detail}",
    Word.KEY_COLUMN: "{asset}.{detail} is of the primary key",
    Word.REFERRED_COLUMN: "{asset}.{detail} is referred to by a foreign key",
    Word.REFERRING_COLUMN: "{asset}.{detail} is of a foreign key: it takes NULL, but no constant",
    Word.GENERATED: "{asset}.{detail} is computed by the store",
    Word.UNIQUE_CONSTANT: "{asset}.{detail} is unique, so no two rows can hold the same",
    Word.NOTHING: "nothing is to be anonymised in {asset}",
    Word.REFERRED_FROM_ELSEWHERE: "a table that cannot be seen refers to {asset}",
    Word.REFERRING_UNTOLD: "which tables refer to {asset} is not shown: both users need PROCESS, or SELECT on everything",
    Word.KEEPS: "rows that {asset} refers to over {detail} stay, as the rule does not speak of {asset}",
    Word.TRIGGER: "{asset} has a trigger: {detail}",
    Word.NO_INDEX: "no index of {asset} begins with {detail}: finding rows that refer to another one takes long",
}


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something that a preview tells. ``detail``: names of columns, constraints, triggers or tables."""

    word: Word
    asset: str
    detail: str = ""

    def __str__(self) -> str:
        """A sentence without its full stop."""
        return _SENTENCES[self.word].format(asset=self.asset, detail=self.detail)


def in_words(kind: str, asset: str, detail: str = "") -> str:
    """What a plan warns of, as a sentence without its full stop; of a kind that no preview knows, its word and where."""
    if kind in Word.__members__.values():
        return str(Remark(Word(kind), asset, detail))
    return f"{kind.replace('_', ' ')} on {asset}" + (f": {detail}" if detail else "")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a disposal of rows would come to.

    Attributes:
        steps: the roots first; a table that is reached over several foreign keys has a step for each. Empty if refused.
        order: what is done, in this order, to the rows of all steps.
        warnings: what should be known before; nothing of it hinders.
        refusals: why it cannot be done; empty if it can.
    """

    steps: tuple[Step, ...]
    order: tuple[Operation, ...]
    warnings: tuple[Remark, ...]
    refusals: tuple[Remark, ...]


def preview(shapes: Shapes, root: str, disposal: Delete | Anonymise) -> Preview:
    """What a disposal of rows of a table would come to.

    Args:
        shapes: of the store.
        root: the asset whose rows are over their time.
        disposal: what is to happen to them.
    """
    refusals = _unfit(shapes, root)
    if refusals:
        return Preview((), (), (), tuple(refusals))
    if isinstance(disposal, Anonymise):
        return _anonymised(shapes, shapes.tables[root], disposal)
    return _deleted(shapes, root, disposal)


def _unfit(shapes: Shapes, asset: str) -> list[Remark]:
    """Why rows of a table can be neither named nor changed."""
    table = shapes.tables.get(asset)
    if table is None:
        return [Remark(Word.NO_TABLE, asset)]
    found = []
    if not table.primary_key:
        found.append(Remark(Word.NO_PRIMARY_KEY, asset))
    if not table.transactional:
        found.append(Remark(Word.NOT_TRANSACTIONAL, asset))
    if table.versioned:
        found.append(Remark(Word.VERSIONED, asset))
    found += [Remark(Word.KEY_NOT_EXACT, asset, name) for name in table.primary_key if not table.by_name[name].exact]
    return found


def _anonymised(shapes: Shapes, table: TableShape, disposal: Anonymise) -> Preview:
    refusals = [] if disposal.values else [Remark(Word.NOTHING, table.asset)]
    for name, value in disposal.values.items():
        word = _why_not(shapes, table, name, value)
        if word is not None:
            refusals.append(Remark(word, table.asset, name))
    step = Step(table.asset, Action.ANONYMISE, table.primary_key, values=dict(disposal.values))
    if refusals:
        return Preview((), (), (), tuple(sorted(refusals)))
    order = (Operation("anonymise", table.asset, step=0, columns=tuple(disposal.values)),)
    return Preview((step,), order, tuple(_triggers(table, "update")), ())


def _why_not(shapes: Shapes, table: TableShape, name: str, value: str | None) -> Word | None:
    """Why a column cannot get a value, or None."""
    column = table.by_name.get(name)
    if column is None:
        return Word.NO_COLUMN
    same = [one for one in table.uniques if value is not None or one.nulls_equal]
    hindrances = {
        Word.KEY_COLUMN: name in table.primary_key,
        Word.GENERATED: column.generated,
        Word.NOT_NULLABLE: value is None and not column.nullable,
        Word.REFERRED_COLUMN: any(name in one.target_columns for one in shapes.referring_to(table.asset)),
        Word.REFERRING_COLUMN: value is not None and any(name in one.columns for one in shapes.of(table.asset)),
        Word.UNIQUE_CONSTANT: any(not one.columns or name in one.columns for one in same),
    }
    return next((word for word, hinders in hindrances.items() if hinders), None)


def _triggers(table: TableShape, event: str) -> Iterator[Remark]:
    for one in table.triggers:
        if one.event == event:
            yield Remark(Word.TRIGGER, table.asset, f"{one.name} ({one.timing} {one.event})")


def _deleted(shapes: Shapes, root: str, disposal: Delete) -> Preview:
    members, steps = _grown(shapes, root, disposal)
    refusals = [
        *(Remark(Word.IN_BOTH, asset) for asset in {*disposal.dependents} & {*disposal.detach}),
        *(remark for asset in {*disposal.dependents, *disposal.detach} for remark in _unfit(shapes, asset)),
    ]
    reached = {*members, *(step.asset for step in steps)}
    refusals += [
        Remark(Word.NOT_REACHED, asset)
        for asset in {*disposal.dependents, *disposal.detach} - reached
        if asset in shapes.tables
    ]
    if shapes.sees_referring:
        refusals += [Remark(Word.REFERRED_FROM_ELSEWHERE, asset) for asset in members if asset in shapes.unresolved]
    else:
        refusals.append(Remark(Word.REFERRING_UNTOLD, root))
    refusals += [Remark(Word.UNSEEN, one.target, one.name) for asset in members for one in unseen(shapes, asset)]
    for reference in _detaching(shapes, members, disposal.detach):
        if not released_columns(shapes, reference):
            refusals.append(Remark(Word.NOT_NULLABLE, reference.asset, ", ".join(reference.columns)))
    order: tuple[Operation, ...] = ()
    if not refusals:
        try:
            order = ordered(shapes, steps)
        except Unordered as exc:
            refusals.append(Remark(Word.CYCLE, root, ", ".join(exc.assets)))
    if refusals:
        return Preview((), (), (), tuple(sorted(set(refusals))))
    return Preview(steps, order, tuple(dict.fromkeys(_warnings(shapes, steps, order))), ())


def _grown(shapes: Shapes, root: str, disposal: Delete) -> tuple[tuple[str, ...], tuple[Step, ...]]:
    """The tables whose rows go, in the order in which they are reached, and the steps."""
    members = [root]
    for asset in members:
        found = dict.fromkeys(one.asset for one in shapes.referring_to(asset) if one.asset in disposal.dependents)
        members += [child for child in found if child not in members]
    steps = [Step(root, Action.DELETE, shapes.tables[root].primary_key)]
    first = {root: 0}
    for asset in members[1:]:
        for reference in _towards(shapes, asset, first):
            first.setdefault(asset, len(steps))
            steps.append(_step(shapes, reference, Action.DELETE, first[reference.target]))
    # Then those that lead back: to a table that is reached later, to the table itself, or from dependents to the roots.
    taken = {(step.asset, step.through, step.refers_to, step.target) for step in steps}
    for asset in members:
        if asset != root or root in disposal.dependents:
            for reference in _towards(shapes, asset, first):
                step = _step(shapes, reference, Action.DELETE, first[reference.target])
                if (step.asset, step.through, step.refers_to, step.target) not in taken:
                    steps.append(step)
    steps += [
        _step(shapes, reference, Action.DETACH, first[reference.target])
        for reference in _detaching(shapes, members, disposal.detach)
    ]
    return tuple(members), tuple(steps)


def _towards(shapes: Shapes, asset: str, targets: Iterable[str]) -> list[Reference]:
    return [one for one in shapes.of(asset) if one.target in targets]


def _detaching(shapes: Shapes, members: Sequence[str], detach: Sequence[str]) -> list[Reference]:
    return [
        one
        for asset in members
        for one in shapes.referring_to(asset)
        if one.asset in detach and one.asset in shapes.tables
    ]


def _step(shapes: Shapes, reference: Reference, action: Action, refers_to: int) -> Step:
    values = dict.fromkeys(released_columns(shapes, reference)) if action is Action.DETACH else None
    key = shapes.tables[reference.asset].primary_key
    return Step(reference.asset, action, key, reference.columns, refers_to, reference.target_columns, values)


def keeping(shapes: Shapes, steps: Sequence[Step]) -> tuple[Reference, ...]:
    """The foreign keys that lead to rows that go and are no step: a row that refers over one of them keeps what it refers to."""
    going = dict.fromkeys(step.asset for step in steps if step.action is Action.DELETE)
    taken = {(step.asset, step.through, steps[step.refers_to].asset, step.target) for step in steps if step.through}
    return tuple(
        one
        for asset in going
        for one in shapes.referring_to(asset)
        if (one.asset, one.columns, one.target, one.target_columns) not in taken
    )


def _warnings(shapes: Shapes, steps: Sequence[Step], order: Sequence[Operation]) -> Iterator[Remark]:
    going = {step.asset for step in steps if step.action is Action.DELETE}
    for reference in keeping(shapes, steps):
        if reference.asset not in going:
            does = "" if reference.on_delete is Referential.NO_ACTION else f" (ON DELETE {reference.on_delete.upper()})"
            yield Remark(Word.KEEPS, reference.asset, f"{reference.name}{does}")
    for operation in order:
        yield from _triggers(shapes.tables[operation.asset], "delete" if operation.kind == "delete" else "update")
    for asset in going:
        for reference in shapes.referring_to(asset):
            if not reference.indexed:
                yield Remark(Word.NO_INDEX, reference.asset, ", ".join(reference.columns))
