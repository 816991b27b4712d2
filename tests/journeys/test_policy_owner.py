"""The policy's owner changes the guidance in the modellers, and somebody else puts it in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.rehearsal.cast import Cast
from engine.rehearsal.script import moment_of, read
from engine.wiring import Alongside
from tests.journeys.conftest import Journey

ROOT = Path(__file__).resolve().parents[2]
#: A folder for screenshots, where pictures are wanted.
PICTURES = Path(os.environ["ALONGSIDE_PICTURES"]) if os.environ.get("ALONGSIDE_PICTURES") else None
DIAGRAM, TABLE = "/policy/edit/file/processes/core-groups.bpmn", "/policy/edit/file/processes/timescales.dmn"
#: dmn-js gives the column of row numbers a header without words.
THEIRS = "empty-table-header: Table header text should not be empty .index-column"
AMOUNT = 'td[data-element-id="timescales-core-group-first-out-1"]'


class Owner(Journey):
    """An owner at the workbench."""

    def edit(self, page: Page, path: str) -> None:
        """Open an editor, whole, with its checks."""
        self.look(page, path)
        expect(page.locator("[data-ready]")).to_be_attached(timeout=30_000)
        expect(page.locator('[data-desk="trouble"]')).to_be_hidden()
        self.judge(page)

    def judge(self, page: Page) -> None:
        """What axe finds on the page that is open, what is dmn-js' own left out."""
        super().judge(page)
        path = page.url.removeprefix(self.address)
        found = [each for each in self.wrong.pop(path, []) if not each.startswith(THEIRS)]
        if found:
            self.wrong[path] = found

    def saved(self, page: Page) -> None:
        """The editor has kept what was done, by itself."""
        expect(page.locator('[data-desk="status"]')).to_contain_text("Saved by itself", timeout=15_000)


@pytest.mark.journey
@pytest.mark.slow
def test_a_shorter_time_limit_from_the_modeller_into_force(
    product: tuple[Alongside, Cast, str], browser: Browser
) -> None:
    alongside, cast, address = product
    script = read(ROOT / "processes/scenarios/whole-chart.yaml")
    owner = Owner(alongside, address, browser, cast, PICTURES, moment_of(script.starts, alongside.now()))
    owner.begin(script)
    old_case = owner.case_id
    page = owner.as_person("quinn.quality")
    begin_a_draft(owner, page)
    be_refused_a_script_task(owner, page)
    shorten_the_time_limit(owner, page)
    rename_a_task(owner, page)
    submit(owner, page)
    approve(owner)
    owner.begin(script)
    owner.walk(script.steps[0])
    assert owner.case_id != old_case
    with alongside.uow.read() as tx:
        assert tx.cases.find(old_case).head.policy_number == "2"
        assert tx.cases.find(owner.case_id).head.policy_number == "3"
    auditor = owner.as_person("ada.auditor")
    for case, number in ((old_case, "2"), (owner.case_id, "3")):
        owner.look(auditor, f"/cases/{case}")
        expect(auditor.locator("main")).to_contain_text(f"ersion {number}")
    assert owner.wrong == {}


def begin_a_draft(owner: Owner, page: Page) -> None:
    """From the policy's page."""
    owner.look(page, "/policy")
    page.get_by_role("button", name="Change the guidance").click()
    owner.picture(page, "change-1-start")
    page.get_by_role("button", name="Start a draft").click()
    expect(page.locator("main")).to_contain_text("begun by Quinn")
    owner.judge(page)
    owner.picture(page, "change-2-draft")


def be_refused_a_script_task(owner: Owner, page: Page) -> None:
    """A script task can be drawn, is named beside the drawing, and cannot be submitted; then the file is put back."""
    owner.edit(page, DIAGRAM)
    page.locator('g[data-element-id="core-group"] .djs-hit').first.click()
    page.locator('.djs-context-pad [data-action="replace"]').first.click()
    page.locator(".djs-popup-search input").press_sequentially("script")
    expect(page.locator('.djs-popup [data-id="replace-with-send-task"]')).to_have_count(0)
    page.keyboard.press("Enter")
    owner.saved(page)
    told = page.locator('[data-desk="faults"]')
    expect(told).to_contain_text("Must be put right")
    expect(told).to_contain_text("script task")
    owner.picture(page, "change-5-refused")
    owner.look(page, "/policy/edit/publish")
    fill_in(page)
    page.get_by_role("button", name="Submit for approval").click()
    refused = page.locator(".govuk-error-summary")
    expect(refused).to_contain_text("This cannot be published yet")
    expect(refused).to_contain_text("processes/core-groups.bpmn, element core-group")
    owner.judge(page)
    refused.locator("a").first.click()
    expect(page.locator('g[data-element-id="core-group"].selected')).to_be_attached(timeout=30_000)
    page.get_by_text("Put back or take out").click()
    page.get_by_role("button", name="Put the file back").click()
    expect(page.locator("main")).to_contain_text("The file is again as it was")


def shorten_the_time_limit(owner: Owner, page: Page) -> None:
    """10 working days become 8, in the table's own cell."""
    owner.edit(page, TABLE)
    expect(page.locator(AMOUNT)).to_contain_text("10")
    page.locator(AMOUNT).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    owner.saved(page)
    owner.picture(page, "change-4-table")


def rename_a_task(owner: Owner, page: Page) -> None:
    """A label is changed in the drawing."""
    owner.edit(page, DIAGRAM)
    task = page.locator('g[data-element-id="core-group"] .djs-hit').first
    task.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Hold the core group and write it down")
    page.locator('g[data-element-id="core-groups-begin"] .djs-hit').first.click()
    owner.saved(page)
    task.click()
    expect(page.locator(".bio-properties-panel")).to_contain_text("Assignment")
    owner.picture(page, "change-3-diagram")


def submit(owner: Owner, page: Page) -> None:
    """What changed, in sentences; then the form."""
    owner.look(page, "/policy/edit/changes")
    for sentence in (
        'Rule 3 of “Timescales” ("core-group-first"): “Amount” changed from “10” to “8”.',
        "its label changed from “Hold the core group” to “Hold the core group and write it down”.",
    ):
        expect(page.locator("main")).to_contain_text(sentence)
    owner.picture(page, "change-6-what-changed")
    owner.look(page, "/policy/edit/checks")
    expect(page.locator("main")).to_contain_text("Every file is accepted")
    owner.picture(page, "change-7-checks")
    owner.look(page, "/policy/edit/publish")
    fill_in(page)
    owner.picture(page, "change-8-submit")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("main")).to_contain_text("another person must approve it")
    assert page.get_by_role("button", name="Approve").count() == 0
    owner.judge(page)


def fill_in(page: Page) -> None:
    """The next number and today stand there already."""
    expect(page.locator("#number")).to_have_value("3")
    page.fill("#change_note", "The first core group meets within 8 working days.")
    for part, text in (("day", "31"), ("month", "10"), ("year", "2027")):
        page.locator(f'[name="review_date-{part}"]').fill(text)


def approve(owner: Owner) -> None:
    """Another owner looks at it and puts it in force."""
    page = owner.as_person("quentin.quality")
    owner.look(page, "/policy")
    page.get_by_role("link", name="Look at version 3").click()
    expect(page.locator("main")).to_contain_text("“Amount” changed from “10” to “8”")
    expect(page.locator("main")).to_contain_text("Nothing to put right")
    owner.judge(page)
    owner.picture(page, "change-9-approve")
    page.get_by_role("button", name="Approve version 3").click()
    expect(page.locator("main")).to_contain_text("Version 3, since 5 January 2026")
    owner.judge(page)


@pytest.mark.journey
@pytest.mark.slow
def test_every_file_opens_whole_and_one_that_would_lose_something_is_not_saved(
    product: tuple[Alongside, Cast, str], browser: Browser
) -> None:
    alongside, cast, address = product
    owner = Owner(alongside, address, browser, cast, None, alongside.now())
    page = owner.as_person("quinn.quality")
    begin_a_draft(owner, page)
    for ending in ("processes/*.bpmn", "processes/*.dmn", "forms/*.form"):
        for path in sorted(ROOT.glob(ending)):
            page.goto(f"{address}/policy/edit/file/{path.relative_to(ROOT).as_posix()}")
            expect(page.locator("[data-ready]")).to_be_attached(timeout=30_000)
            expect(page.locator('[data-desk="trouble"]'), path.name).to_be_hidden()
    whole = (ROOT / "processes/core-groups.bpmn").read_text()
    would_lose = whole.replace("<bpmn:incoming>", "<bpmn:novelty/><bpmn:incoming>", 1)
    assert "novelty" in would_lose
    with alongside.uow.write() as tx:
        draft = tx.policy_drafts.open_one(lock=True)
        assert draft is not None
        path_in_pack = "processes/core-groups.bpmn"
        tx.policy_drafts.save(draft, path_in_pack, would_lose.encode(), "quinn.quality", alongside.now(), "uploaded")
    page.goto(address + DIAGRAM)
    expect(page.locator('[data-desk="trouble"]')).to_contain_text("saving it would lose something", timeout=30_000)
    expect(page.locator('[data-desk="trouble"]')).to_contain_text("novelty")
    expect(page.locator('[data-desk="now"]')).to_be_disabled()
