"""viewflow on Django and SQLite: its own tables of processes and tasks, completed as its own views do, without HTTP."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings


def _set_up(folder: Path) -> None:
    """WAL and synchronous=FULL, as ours is set, and a writer that takes the lock at once."""
    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "viewflow",
            "viewflow.workflow",
            "viewflow_app",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "viewflow.db"),
                "OPTIONS": {
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                    "transaction_mode": "IMMEDIATE",
                },
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class DjangoFlow:
    """W1 and W2; a boundary timer of viewflow needs a broker of its own, so W3 is not run."""

    def __init__(self, folder: Path) -> None:
        """An empty, migrated database, and who completes the tasks."""
        _set_up(folder)
        from django.contrib.auth.models import User

        self.user = User.objects.create(username="wes", is_superuser=True)
        from viewflow_app.flows import Loop, Short

        self.flows: dict[str, Any] = {"W1": Short, "W2": Loop}

    def start(self, workload: str) -> int:
        """The flow's start, run from code."""
        return int(self.flows[workload].start.run().pk)

    def complete(self, case: int, answers: dict[str, Any]) -> None:
        """As a POST to the task's view: lock, read the task, save the process, complete, activate what is next."""
        from django.db import transaction
        from viewflow.workflow.models import Process, Task

        flow = Process.objects.get(pk=case).flow_class
        with flow.lock(case), transaction.atomic():
            task = Task.objects.filter(process_id=case, finished__isnull=True).order_by("pk")[0]
            activation = task.flow_task.activation_class(task)
            activation.start(SimpleNamespace(user=self.user))
            activation.process.data = {**(activation.process.data or {}), **answers}
            activation.process.save()
            activation.execute()

    def fill(self, tasks: int) -> int:
        """So many cases, each with one task that is the user's."""
        from django.db import transaction

        with transaction.atomic():
            for _ in range(tasks):
                self.start("W1")
        return tasks

    def page(self) -> int:
        """The first hundred of the user's tasks and how many there are, as the inbox shows them."""
        from viewflow.workflow.models import Task

        inbox = Task.objects.inbox([self.flows["W1"]], self.user).order_by("-created")
        if not inbox.count():
            raise RuntimeError("The inbox is empty.")
        return len(list(inbox[:100]))

    def size(self, case: int) -> int:
        """What the process keeps beside its tasks."""
        from viewflow.workflow.models import Process

        return len(str(Process.objects.get(pk=case).data))
