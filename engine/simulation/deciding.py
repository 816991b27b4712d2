"""What the people of a simulation do: when each thing happens, who does it, what they answer. Pure.

Everything follows from the policy, the data file, the seed and the life's number: each draw has a stream of its own,
named by what it is for, so that lives under two versions of a policy stay comparable for as long as they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.model.outcome import OpenTask, Wait
from engine.model.person import Person
from engine.ports import Guidance, Machine
from engine.simulation.chances import Chance, between, case_reference, pick, stream
from engine.simulation.data import SimulationData
from engine.simulation.filling import CannotFill, fill
from engine.simulation.hours import Hours, midnight, months_after
from engine.simulation.life import Life, Planned
from engine.simulation.scene import DataRefused, Scene


@dataclass(frozen=True)
class Done:
    """What somebody does: in whose name and role, with which answers."""

    person: Person
    role: str
    answers: Mapping[str, object]


@dataclass(frozen=True)
class World:
    """All that lives depend on; `months` is how long the simulation runs from the data file's start."""

    data: SimulationData
    guidance: Guidance
    machine: Machine
    people: Sequence[Person]
    hours: Hours
    seed: int
    months: int

    @property
    def begins(self) -> datetime:
        """The first moment, UTC."""
        return midnight(self.data.start)

    @property
    def until(self) -> datetime:
        """The moment at which the simulation stops, UTC."""
        return midnight(months_after(self.data.start, self.months))

    def chance(self, number: int, *purpose: object) -> Chance:
        """The stream of one purpose in one life."""
        return stream(self.seed, number, *purpose)

    def born(self, number: int) -> Life:
        """The life of that number before its case begins."""
        chance = self.chance(number, "begins")
        last = (self.until - timedelta(hours=12)).date()
        firsts = [months_after(self.data.start, month) for month in range(self.months)]
        first = pick(chance, {day: self.data.months[day.month - 1] for day in firsts})
        month_ends = min(months_after(first, 1) - timedelta(days=1), last)
        day = self.hours.shifted(first + timedelta(days=between(chance, 0, (month_ends - first).days)), 0)
        begins = self.hours.moment(day, chance, midnight(day))
        return Life(number, case_reference(self.seed, number), begins, self._facts(number, begins))

    def plan(self, life: Life, waiting: Planned) -> datetime | None:
        """When something that begins to wait will happen: see `engine.simulation.life.Planner`."""
        chance = self.chance(life.number, waiting.kind, waiting.element, waiting.nth, "when")
        if isinstance(waiting.what, OpenTask):
            task = waiting.what
            delay = self.data.by_task.get(task.element_id) or self.data.by_role.get(next(iter(task.roles), ""))
            if delay is None:
                raise DataRefused(f"delays: nothing is said of “{task.element_id}” nor of {', '.join(task.roles)}")
            scene = self._scene(life, waiting, chance, waiting.since)
            return delay(scene)
        happening = self.data.happenings.get(waiting.element)
        if happening is None:
            return None
        return happening.delay(self._scene(life, waiting, chance, waiting.since))

    def start(self, life: Life) -> Done:
        """How the life's case is started."""
        rules = self.guidance.rules
        role = self.data.starter or next(iter(rules.start_roles), "")
        scene = self.moment(life, life.begins, "start")
        form = self.guidance.form(rules.start_form)
        answers = fill(form, self.data, scene) if form else {}
        team = scene.knowing(**answers).value(self.data.team) if self.data.team else ""
        return Done(self._somebody(role, str(team or ""), scene.chance), role, answers)

    def do(self, life: Life, happens: Planned) -> Done:
        """What is done when a task or a change comes. Raises CannotFill."""
        if happens.at is None:
            raise CannotFill(f"{happens.element} never happens")
        chance = self.chance(life.number, happens.kind, happens.element, happens.nth, "answers")
        scene = self._scene(life, happens, chance, happens.at)
        team = scene.value(self.data.team) if self.data.team else ""
        role, form_id, person = self._who(happens)
        form = self.guidance.form(form_id) if form_id else None
        answers = fill(form, self.data, scene) if form else {}
        return Done(person or self._somebody(role, str(team or ""), chance), role, answers)

    def moment(self, life: Life, now: datetime, *purpose: object) -> Scene:
        """A moment of a life with its facts alone."""
        names = {**life.facts, "facts": life.facts}
        return Scene(names, now, self.chance(life.number, *purpose), self.hours, self.data.sentences, self._functions)

    def _who(self, happens: Planned) -> tuple[str, str, Person | None]:
        """Role, form, and the person whom the process names, if it names one."""
        what = happens.what
        if isinstance(what, OpenTask):
            named = next((each for each in self.people if each.username == what.assignee), None)
            held = [role for role in what.roles if named is None or role in named.roles]
            return next(iter(held), ""), what.form_id, named
        if isinstance(what, Wait):
            happening = self.data.happenings[happens.element]
            return happening.role, what.properties.get("recordableForm", ""), None
        raise CannotFill(f"{happens.element} is nobody's to do")

    def _scene(self, life: Life, waiting: Planned, chance: Chance, now: datetime) -> Scene:
        """The moment as expressions see it: facts, the case's variables there, and the task's own dates."""
        where = waiting.what.where if waiting.what is not None else ""
        variables = self.machine.variables(self.guidance.definitions, life.state or b"", where=where)
        due = waiting.what.due if isinstance(waiting.what, OpenTask) else None
        names = {**life.facts, **variables, "facts": life.facts, "due": due, "since": waiting.since}
        names["nth"] = waiting.nth
        return Scene(names, now, chance, self.hours, self.data.sentences, self._functions)

    def _facts(self, number: int, begins: datetime) -> dict[str, object]:
        """What is so of a life from the beginning, drawn in the file's order; `people` are those who work there."""
        people = [
            {"username": p.username, "name": p.name, "roles": sorted(p.roles), "teams": sorted(p.teams)}
            for p in self.people
        ]
        facts: dict[str, object] = {"people": people, "number": number}
        scene = Scene(facts, begins, self.chance(number, "facts"), self.hours, self.data.sentences, self._functions)
        for name, draw in self.data.facts.items():
            facts[name] = draw(scene)
        return facts

    def _somebody(self, role: str, team: str, chance: Chance) -> Person:
        """Anybody of the role, of the team where there is one. Raises DataRefused."""
        found = [person for person in self.people if role in person.roles]
        near = [person for person in found if team in person.teams] or found
        if not near:
            raise DataRefused(f"nobody has the role “{role}”")
        return near[between(chance, 0, len(near) - 1)]

    @property
    def _functions(self) -> Mapping[str, Callable[..., object]]:
        return self.guidance.definitions.functions
