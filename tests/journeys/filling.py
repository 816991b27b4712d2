"""Fills in a page's form as a person would: what the page asks, row by row, question by question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?")


def fill(page: Page, answers: Mapping[str, object]) -> None:
    """Answer every question of the page that there is an answer to; more rows are asked for as needed."""
    for name, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            _rows(page, name, value)
        else:
            _answer(page, name, value)


def send(page: Page, answers: Mapping[str, object]) -> None:
    """Fill in and send; when the answers lead to more questions, answer those and send again."""
    for _ in range(4):
        fill(page, answers)
        press(page, page.locator("main form.app-form button.govuk-button[value=complete]").last)
        if not page.locator(".app-more").count():
            return


def press(page: Page, button: Locator) -> None:
    """Press a button that sends a form, and wait for the page that answers: what is counted next is on that one."""
    with page.expect_navigation():
        button.click()


def _rows(page: Page, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """A list's rows; those that a later row needs are added, those that nobody fills are removed."""
    if not page.locator(f'input[name="_rows.{name}"]').count():
        return
    while len(_numbers(page, name)) < len(rows):
        press(page, page.locator(f'button[value="add:{name}"]'))
    while len(_numbers(page, name)) > max(1, len(rows)):
        press(page, page.locator(f'button[value="remove:{name}:{_numbers(page, name)[-1]}"]'))
    for number, row in zip(_numbers(page, name), rows, strict=True):
        for key, value in row.items():
            _answer(page, f"{name}.{number}.{key}", value)


def _numbers(page: Page, name: str) -> list[str]:
    """The numbers of a list's rows."""
    return [str(box.get_attribute("value")) for box in page.locator(f'input[name="_rows.{name}"]').all()]


def _answer(page: Page, name: str, value: object) -> None:
    """One question, if the page asks it."""
    when = _DATE.fullmatch(str(value))
    if when and page.locator(f'[name="{name}-day"]').count():
        _date(page, name, when)
        return
    found = page.locator(f'[name="{name}"]:not([type=hidden])')
    if found.count():
        _choose_or_type(found, value)


def _date(page: Page, name: str, when: re.Match[str]) -> None:
    """The boxes of a date."""
    year, month, day, time = when.groups()
    for part, text in (("day", str(int(day))), ("month", str(int(month))), ("year", year), ("time", time)):
        if text:
            page.locator(f'[name="{name}-{part}"]').fill(text)


def _choose_or_type(found: Locator, value: object) -> None:
    """Tick, choose or type, whatever the question is."""
    first = found.first
    kind = first.evaluate("e => e.type || e.tagName.toLowerCase()")
    words = [_text(item) for item in (value if isinstance(value, list) else [value])]
    if kind in ("radio", "checkbox"):
        for box in found.all():
            token = box.get_attribute("value") or ""
            box.set_checked(token in words) if kind == "checkbox" else token in words and box.check()
    elif kind == "select-one":
        first.select_option(words[0])
    else:
        first.fill(words[0])


def _text(value: object) -> str:
    """A value as the page writes it."""
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
