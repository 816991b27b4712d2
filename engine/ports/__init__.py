"""The protocols through which commands, queries and audit reach the machine, the store and the world."""

from engine.ports.anchors import Anchors
from engine.ports.archive import Documents, Mailbox
from engine.ports.lists import Lists
from engine.ports.machine import Definitions, Machine
from engine.ports.policy_drafts import PolicyDrafts
from engine.ports.records import Advice, Drafts, Incidents, Journal, People, Policies, Requests, Views
from engine.ports.running import Cases, JobRows, Tasks, Timers, Waits
from engine.ports.sessions import Guesses, Sessions
from engine.ports.store import Guidance, Jobs, Library, Transaction, UnitOfWork

__all__ = [
    "Advice",
    "Anchors",
    "Cases",
    "Definitions",
    "Documents",
    "Drafts",
    "Guesses",
    "Guidance",
    "Incidents",
    "JobRows",
    "Jobs",
    "Journal",
    "Library",
    "Lists",
    "Machine",
    "Mailbox",
    "People",
    "Policies",
    "PolicyDrafts",
    "Requests",
    "Sessions",
    "Tasks",
    "Timers",
    "Transaction",
    "UnitOfWork",
    "Views",
    "Waits",
]
