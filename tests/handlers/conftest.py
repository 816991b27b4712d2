"""A small stand-in for FEEL, and a job to try handlers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.job import Job

NOW = datetime(2026, 3, 5, 9, 0, 12, 345678, tzinfo=UTC)

COUNCIL = {
    "council": {
        "name": "Example County Council",
        "department": "Children's Services",
        "address": ["County Hall", "Exampleton", "EX1 1EX"],
        "phone": "0300 000 0000",
        "email": "children@example.gov.uk",
    }
}

WORDING = """---
title: Update for the core group
subject: An update on case {{ case_id }}
to: members
guidance: [F-23]
required:
  - What was agreed
  - text: This is not legal advice.
  - heading: Family meeting
    when: family_meeting
---
Dear {{ recipient.name }}

We met on {{ met_on }}.

## What was agreed

{{#each actions as action}}
- {{ action.what }}, by {{ action.owner }}
{{/each}}

{{#if family_meeting}}
## Family meeting

{{ family_note }}
{{/if}}

This is not legal advice.
"""


def fill(expression: str, variables: Mapping[str, object]) -> object:
    """Paths such as `a.b`; an unknown name is an error, as the host's FEEL makes it."""
    names = expression.split(".")
    if names[0] not in variables:
        raise LookupError(f"there is no {names[0]}")
    value: Any = variables[names[0]]
    for name in names[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


VARIABLES: dict[str, object] = {
    "members": [
        {"name": "Ann Łęcka", "email": "ann@example.gov.uk", "safe_to_email": True},
        {"name": "Sam Parent", "address": "2 Road\nExampleton", "email": "sam@example.com", "safe_to_email": False},
    ],
    "met_on": date(2026, 3, 4),
    "actions": [{"what": "Go to the clinic", "owner": "Sam"}],
    "family_meeting": False,
}


@pytest.fixture
def make_job() -> Callable[..., Job]:
    """A letter job with the variables changed as a test asks."""

    def make(wording: str = WORDING, **changes: object) -> Job:
        variables = {name: value for name, value in {**VARIABLES, **changes}.items() if value is not ...}
        return Job(
            type="letter",
            key="AL-1.j1",
            case_id="AL-1",
            variables=variables,
            headers={"letter": "update"},
            now=NOW,
            wording={"update": wording},
            fill=fill,
            settings=COUNCIL,
        )

    return make
