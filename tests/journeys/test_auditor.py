"""The auditor replays a finished case to its end, asks why the meeting was recommended, sees who looked, exports it."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.rehearsal.cast import Cast
from engine.rehearsal.player import play
from engine.rehearsal.script import read
from engine.wiring import Alongside
from tests.journeys.conftest import PASSWORD
from tests.web.browser import violations

ROOT = Path(__file__).resolve().parents[2]
#: A folder for screenshots, where pictures are wanted.
PICTURES = Path(os.environ["ALONGSIDE_PICTURES"]) if os.environ.get("ALONGSIDE_PICTURES") else None
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """A screenshot, where pictures are wanted."""
    if PICTURES:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(PICTURES / f"audit-{name}.png"), full_page=whole)


@pytest.fixture
def finished(product: tuple[Alongside, Cast, str]) -> tuple[str, str]:
    """The product's address and the demo's finished case in it."""
    alongside, cast, address = product
    played = play(read(ROOT / "processes/demo/12-finished.yaml"), alongside, cast, now=NOW)
    assert played.faults == []
    alongside.clock.set(NOW)  # type: ignore[attr-defined]
    return address, played.case_id


@pytest.fixture
def sign_in(browser: Browser, finished: tuple[str, str]) -> Callable[..., Page]:
    """A page on which somebody is signed in; what the browser complains of is kept in `complaints`."""

    def open_as(username: str, *, size: dict[str, int] = WIDE, scripts: bool = True) -> Page:
        page = browser.new_context(viewport=size, java_script_enabled=scripts).new_page()  # type: ignore[arg-type]
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints = complaints  # type: ignore[attr-defined]
        page.goto(finished[0] + "/sign-in")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("main form button.govuk-button")
        page.wait_for_url("**/tasks")
        return page

    return open_as


def shown(page: Page, seq: int) -> None:
    """Wait until the step's words and drawings are there."""
    expect(page.locator(f"[data-step][data-shown='{seq}']")).to_be_visible()
    expect(page.locator(".app-diagram--ready").first).to_be_visible()


@pytest.mark.journey
@pytest.mark.slow
def test_replay_to_the_last_step_ask_why_see_who_looked_and_export(
    finished: tuple[str, str], sign_in: Callable[..., Page]
) -> None:
    address, case_id = finished
    page = sign_in("ada.auditor")
    page.goto(f"{address}/cases/{case_id}")
    picture(page, "case")
    page.get_by_role("link", name="Replay this case").click()
    shown(page, 1)
    assert violations(page) == []
    now = page.locator("[data-now]")
    expect(now).to_contain_text("Step 1 of 99")

    page.get_by_role("button", name="Forward").click()
    page.keyboard.press("ArrowRight")
    expect(now).to_contain_text("Make the section 47 enquiry")
    page.keyboard.press("ArrowLeft")
    expect(now).to_contain_text("Step 2 of 99")
    page.fill("#replay-date", "2026-03-31")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(now).to_contain_text("Say whether you recommend the meeting")
    shown(page, 13)
    expect(page.locator("[data-step]")).to_contain_text("F-08")
    expect(page.locator(".app-open").first).to_be_attached()
    page.locator("#player").scroll_into_view_if_needed()
    picture(page, "replay")

    page.locator("[data-step]").get_by_role("link", name="Why did it advise this?").click()
    why = page.locator("main")
    expect(why).to_contain_text("Sarah Samplewell completed “Say whether you recommend the meeting”.")
    expect(why).to_contain_text("Is the risk reducing?")
    expect(why).to_contain_text("Sarah Samplewell, Social Worker")
    expect(why).to_contain_text("At this second RCPC, consideration must be given")
    expect(why).to_contain_text("Sarah Samplewell started the case.")
    assert violations(page) == []
    picture(page, "why")

    page.goto(f"{address}/cases/{case_id}/replay")
    shown(page, 1)
    page.locator("#player h2").click()
    page.get_by_role("button", name="Forward").focus()
    page.keyboard.press("End")
    shown(page, 99)
    expect(now).to_contain_text("Step 99 of 99")
    expect(page.get_by_role("button", name="Forward")).to_be_disabled()
    expect(page.locator("[data-step]")).to_contain_text("The case ended")
    assert violations(page) == []

    looked = page.locator("#looked")
    for what in ("Case", "Replay", "Why Recommend a legal planning meeting?"):
        expect(looked.get_by_role("cell", name=what, exact=True).first).to_be_visible()
    expect(looked).to_contain_text("Ada Auditdemo")
    looked.scroll_into_view_if_needed()
    picture(page, "looked")

    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert len(rows) == 99
    assert {row["case"] for row in rows} == {case_id}
    page.reload()
    expect(page.locator("#looked")).to_contain_text("Export csv")

    page.get_by_role("link", name="Check the record").click()
    expect(page.locator("main")).to_contain_text("The record holds")
    assert violations(page) == []
    picture(page, "proof")
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.journey
@pytest.mark.slow
def test_without_javascript_and_on_a_phone_the_same_is_there(
    finished: tuple[str, str], sign_in: Callable[..., Page]
) -> None:
    address, case_id = finished
    plain = sign_in("ada.auditor", scripts=False)
    plain.goto(f"{address}/cases/{case_id}/replay")
    expect(plain.locator("#player")).to_be_hidden()
    expect(plain.locator("#chronology > ol > li")).to_have_count(99)
    plain.locator("#entry-18").get_by_role("link", name="The case after this").click()
    expect(plain.locator("main")).to_contain_text("Set out the threshold concerns")
    plain.fill("#on", "2026-03-31")
    plain.get_by_role("button", name="Show").click()
    expect(plain.locator("h1")).to_contain_text("as at the end of 31 March 2026")
    picture(plain, "as-at")
    plain.get_by_role("link", name="Why is this task here? Say whether you agree").click()
    expect(plain.locator("main")).to_contain_text("Sarah Samplewell completed “Say whether you recommend the meeting”.")

    phone = sign_in("ada.auditor", size=PHONE)
    phone.goto(f"{address}/cases/{case_id}/replay?step=18")
    shown(phone, 18)
    for path in ("replay", "as-at?on=2026-03-31", f"why/{case_id}.84", "proof"):
        phone.goto(f"{address}/cases/{case_id}/{path}")
        assert violations(phone) == []
        wider = phone.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wider, path
    phone.emulate_media(media="print")
    phone.goto(f"{address}/cases/{case_id}/replay")
    expect(phone.locator("#player")).to_be_hidden()
    expect(phone.locator("#chronology")).to_be_visible()
