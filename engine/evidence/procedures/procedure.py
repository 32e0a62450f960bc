"""A test procedure: a function from facts and a control's parameters to a conclusion, under a name that the library uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.evidence.conclusions import Conclusion, Effective, NotTested
from engine.evidence.controls.control import Control
from engine.evidence.population import Population
from engine.evidence.records import Facts

Test = Callable[[Facts, Control], Conclusion]
Capture = Callable[[Facts, Control], Population]
PAST = "The state of that day is not kept, and this was not tested then."


def of_events(facts: Facts, control: Control) -> Population:
    """The population of a control: its events in the period."""
    return facts.population(control.events)


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure.

    Attributes:
        name: as the library names it.
        test: see the module.
        parameters: that it needs, each a number or a word.
        population: all cases that it looks at.
        needs_state: it looks at the state as it is now, so it cannot tell of a day that is over.
    """

    name: str
    test: Test
    parameters: Mapping[str, type[float | str]] = field(default_factory=dict)
    population: Capture = of_events
    needs_state: bool = False

    def run(self, facts: Facts, control: Control) -> tuple[Conclusion, Population]:
        """Test a control. What rests on a population that is not whole is never effective."""
        population = self.population(facts, control)
        if self.needs_state and not facts.is_current:
            return NotTested(PAST), population
        conclusion = self.test(facts, control)
        problem = population.completeness.problem
        if problem and isinstance(conclusion, Effective):
            return NotTested(f"The population is not whole: {problem}.", conclusion.notes), population
        return conclusion, population
