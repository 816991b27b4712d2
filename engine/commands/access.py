"""May this actor do this here? What a person may not see does not exist for them."""

from __future__ import annotations

from engine.model.access import Rules, is_system, reach, roles_for, sees_by_head
from engine.model.case import Case, CaseHead
from engine.model.errors import CaseNotFound, NotAllowed, TaskClaimed, TaskNotFound
from engine.model.person import Actor, Person
from engine.model.task import Task
from engine.ports import Transaction


def can_see(tx: Transaction, person: Person, head: CaseHead, rules: Rules) -> bool:
    """Whether the case exists for the person; asks the store only when the case's own row does not tell."""
    within = reach(person, rules)
    return sees_by_head(within, head) or tx.cases.is_involved(head.id, within)


def must_see(tx: Transaction, actor: Actor, case: Case, rules: Rules) -> None:
    """Raises CaseNotFound when the case does not exist for the actor."""
    if not is_system(actor) and not can_see(tx, actor.person, case.head, rules):
        raise CaseNotFound(f"There is no case {case.id}.")


def must_be_allowed(tx: Transaction, actor: Actor, case: Case, rules: Rules, what: str) -> None:
    """Raises CaseNotFound, or NotAllowed when the actor's role may not do this extra thing."""
    must_see(tx, actor, case, rules)
    if not is_system(actor) and not rules.may(actor.role, what):
        raise NotAllowed(f"{rules.name(actor.role)} may not do this.")


def must_be_theirs(tx: Transaction, actor: Actor, task: Task, head: CaseHead, rules: Rules) -> None:
    """Raises TaskNotFound when the task does not exist for the actor, NotAllowed when it is not for their role."""
    if actor.role in roles_for(actor.person, task, head, rules):
        return
    if not can_see(tx, actor.person, head, rules):
        raise TaskNotFound(f"There is no task {task.id}.")
    asked = ", ".join(rules.name(role) for role in task.roles) or task.assignee or "nobody"
    raise NotAllowed(f"“{task.name}” is for {asked}, not for {rules.name(actor.role)}.")


def must_not_be_held(task: Task, person: Person) -> None:
    """Raises TaskClaimed when the task is another person's."""
    if task.holder not in (None, person.username):
        raise TaskClaimed(f"“{task.name}” has been taken by {task.holder}.")
