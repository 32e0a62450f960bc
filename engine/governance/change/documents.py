"""Tasks as JSON and back: how a plan says what is done to the rows of each step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.state.canonical import JsonValue
from engine.governance.calendar.durations import Duration
from engine.governance.change.effect import Action, Step, Task, Term
from engine.governance.policy.model import Column


def task_as_json(task: Task) -> JsonValue:
    """A task, whole."""
    return {
        "store": task.store,
        "steps": [_step_as_json(step) for step in task.steps],
        "maximum": None if task.maximum is None else _term_as_json(task.maximum),
        "minima": {asset: [_term_as_json(term) for term in terms] for asset, terms in task.minima.items()},
    }


def task_from_json(value: JsonValue) -> Task:
    """The reverse of ``task_as_json``.

    Raises:
        IntegrityViolated: it is not such a form.
    """
    match value:
        case {"store": str(store), "steps": [*steps], "maximum": maximum, "minima": {**minima}}:
            return Task(
                store,
                tuple(map(_step, steps)),
                None if maximum is None else _term(maximum),
                MappingProxyType({str(asset): tuple(map(_term, _listed(terms))) for asset, terms in minima.items()}),
            )
    raise unreadable()


def unreadable() -> IntegrityViolated:
    """What is said of a document that is none."""
    return IntegrityViolated("this is no plan in a form that this version can read")


def _step_as_json(step: Step) -> JsonValue:
    return {
        "asset": step.asset,
        "action": step.action.value,
        "key": list(step.key),
        "through": list(step.through),
        "refers_to": step.refers_to,
        "target": list(step.target),
        "values": None if step.values is None else dict(step.values),
    }


def _step(value: JsonValue) -> Step:
    match value:
        case {
            "asset": str(asset),
            "action": str(action),
            "key": [*key],
            "through": [*through],
            "refers_to": int(refers_to),
            "target": [*target],
            "values": values,
        }:
            if action not in tuple(Action):
                raise unreadable()
            return Step(asset, Action(action), _words(key), _words(through), refers_to, _words(target), _values(values))
    raise unreadable()


def _term_as_json(term: Term) -> JsonValue:
    return {
        "duration": str(term.duration),
        "beginnings": [{"column": one.column, "table": one.table, "store": one.store} for one in term.beginnings],
        "zone": term.zone,
        "rule": term.rule,
    }


def _term(value: JsonValue) -> Term:
    match value:
        case {"duration": str(duration), "beginnings": [*beginnings], "zone": str(zone), "rule": str(rule)}:
            try:
                return Term(Duration.parse(duration), tuple(map(_column, beginnings)), zone, rule)
            except BadInput:
                pass
    raise unreadable()


def _column(value: JsonValue) -> Column:
    match value:
        case {"column": str(column), "table": str(table), "store": str(store)}:
            return Column(column, table, store)
    raise unreadable()


def _values(value: JsonValue) -> Mapping[str, str | None] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(item is None or isinstance(item, str) for item in value.values()):
        raise unreadable()
    return MappingProxyType({name: None if item is None else str(item) for name, item in value.items()})


def _words(values: list[JsonValue]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise unreadable()
    return tuple(map(str, values))


def _listed(value: object) -> list[JsonValue]:
    if not isinstance(value, list):
        raise unreadable()
    return list(value)
