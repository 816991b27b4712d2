"""Every page in a real browser: nothing against WCAG 2.2 AA, nothing refused, nothing wider than a phone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from engine.commands import keep_mail, publish_policy
from engine.model.bundle import Bundle
from engine.web.assets import manifest
from tests.office import LEA, MAX, POLICY, acting, bundle
from tests.web.browser import violations
from tests.web.conftest import NOW, PASSWORD, Site

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not manifest(), reason="the front end is not built: `npm run build`"),
]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
DIAGRAM = (Path(__file__).parent / "diagram.bpmn").read_bytes()


@dataclass
class Served:
    """A site at an address."""

    site: Site
    address: str


@pytest.fixture
def served(make_site: Callable[..., Site]) -> Iterator[Served]:
    """A site with a diagram, some cases and a mail, at an address of its own."""
    site = make_site()
    publish(site, bundle(**{"processes/fake.bpmn": DIAGRAM}), "2", date(2026, 2, 1))
    keep_mail(
        site.office.uow, stable_key="m", sender="a@b.example", to=("c@d.example",), subject="A task", text="x", now=NOW
    )
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(site, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


def publish(site: Site, files: Bundle, number: str, begins: date) -> None:
    """A version of the office's pack in force."""
    publish_policy(
        site.office.uow,
        site.office.machine,
        bundle=files,
        number=number,
        effective_from=begins,
        updated_by=acting(LEA),
        approved_by=acting(MAX),
        review_date=date(2026, 1, 31),
        now=NOW,
    )


def open_as(browser: Browser, served: Served, username: str, size: dict[str, int], *, scripts: bool = True) -> Page:
    """A signed-in page; what the browser refuses or misses is kept in `page.refused`."""
    context = browser.new_context(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: _note(said, refused))
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.refused = refused  # type: ignore[attr-defined]
    page.goto(served.address + "/sign-in")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tasks")
    return page


def _note(said: ConsoleMessage, refused: list[str]) -> None:
    if said.type in ("error", "warning"):
        refused.append(said.text)


def paths(site: Site) -> list[str]:
    """One of every kind of page."""
    task, waiting = site.office.start().opened[0], site.office.start("waiting").case_id
    case, digest = task.partition(".")[0], bundle(**{"processes/fake.bpmn": DIAGRAM}).digest
    plain = ["/tasks", "/tasks/team", "/cases", "/cases/start", "/policy", "/policy/guidance", "/policy/questions"]
    demo = ["/demo/clock", "/demo/mailbox", "/demo/mailbox/1"]
    about = [f"/tasks/{task}", f"/tasks/{task}/postpone", f"/cases/{case}", f"/cases/{waiting}/change/moved"]
    return [*plain, *demo, *about, f"/policy/{digest}/diagrams/fake"]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_has_anything_against_it(browser: Browser, served: Served, size: dict[str, int]) -> None:
    wanted = paths(served.site)
    page = open_as(browser, served, "wes", size)
    for path in wanted:
        response = page.goto(served.address + path)
        assert response is not None
        assert response.status == 200, path
        page.wait_for_load_state("networkidle")
        assert page.refused == [], path  # type: ignore[attr-defined]
        assert violations(page) == [], path
        page.refused.clear()  # type: ignore[attr-defined]  # axe's own fetches are none of the page's
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.context.close()


def test_the_sign_in_page_and_a_page_of_errors_have_nothing_against_them(browser: Browser, served: Served) -> None:
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    for path in ("/sign-in", "/nothing"):
        page.goto(served.address + path)
        assert violations(page) == [], path
    page.goto(served.address + "/sign-in")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    assert page.title().startswith("Error: ")
    assert violations(page) == []
    page.close()


def test_an_error_leads_to_its_question_without_scripts(browser: Browser, served: Served) -> None:
    task = served.site.office.start().opened[0]
    page = open_as(browser, served, "wes", PHONE, scripts=False)
    page.goto(f"{served.address}/tasks/{task}")
    page.fill("#note", "Typed in a car park")
    with page.expect_navigation():
        page.get_by_role("button", name="Complete this task").click()
    page.locator(".govuk-error-summary__list a").first.click()
    assert page.url.endswith("#finding")
    assert page.input_value("#note") == "Typed in a car park"
    page.fill("#finding", "Now there")
    page.get_by_role("button", name="Complete this task").click()
    page.wait_for_url("**/cases/*")
    assert page.get_by_text("Assess: done.").count() == 1
    page.context.close()


def test_pages_with_errors_and_problems_have_nothing_against_them(browser: Browser, served: Served) -> None:
    task = served.site.office.start("broken").opened[0]
    page = open_as(browser, served, "wes", WIDE)
    page.goto(f"{served.address}/tasks/{task}")
    with page.expect_navigation():
        page.get_by_role("button", name="Complete this task").click()
    assert violations(page) == []
    page.fill("#finding", "x")
    with page.expect_navigation():
        page.get_by_role("button", name="Complete this task").click()
    assert page.get_by_text("The case could not go on").count() == 1
    assert violations(page) == []
    manager = open_as(browser, served, "max", WIDE)
    manager.goto(f"{served.address}/incidents")
    assert violations(manager) == []
    page.context.close()
    manager.context.close()


def test_the_diagram_shows_where_the_case_is(browser: Browser, served: Served) -> None:
    case = served.site.office.start().case_id
    page = open_as(browser, served, "wes", WIDE)
    page.goto(f"{served.address}/cases/{case}")
    page.wait_for_selector(".app-diagram--ready")
    assert page.locator(".app-open").get_attribute("data-element-id") == "assess"
    assert page.locator(".bjs-powered-by").is_visible()
    assert page.locator(".app-where__words").get_by_text("Assess").count() == 1
    assert page.refused == []  # type: ignore[attr-defined]
    assert violations(page) == []
    page.get_by_role("button", name="Zoom in").click()
    page.context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_replay_draws_whole_what_has_not_begun(browser: Browser, served: Served, size: dict[str, int]) -> None:
    later = POLICY + '[[strands]]\nid = "two"\ntitle = "Second strand"\nprocesses = ["later"]\n'
    drawn = {"processes/fake.bpmn": DIAGRAM, "processes/later.bpmn": DIAGRAM.replace(b'"fake"', b'"later"')}
    publish(served.site, bundle(**drawn, **{"processes/policy.toml": later.encode()}), "3", date(2026, 2, 2))
    case = served.site.office.start().case_id
    page = open_as(browser, served, "max", size)
    page.goto(f"{served.address}/cases/{case}/replay")
    begun, waits = (page.locator(f"[data-strand={strand}] [data-drawing]") for strand in ("one", "two"))
    for each in (begun, waits):
        each.locator(":scope.app-diagram--ready").wait_for()
    assert begun.locator(".app-open").get_attribute("data-element-id") == "assess"
    assert begun.get_by_text("Nothing of this process has begun yet.").count() == 0
    assert waits.get_by_text("Nothing of this process has begun yet.").is_visible()
    assert waits.locator(".app-open, .app-step, .app-passed, .app-token").count() == 0
    pane, shape = waits.bounding_box(), waits.locator("g.viewport").bounding_box()
    assert pane is not None
    assert shape is not None
    assert shape["width"] > pane["width"] / 3
    assert pane["x"] - 1 <= shape["x"]
    assert shape["x"] + shape["width"] <= pane["x"] + pane["width"] + 1
    assert page.refused == []  # type: ignore[attr-defined]
    assert violations(page) == []
    page.context.close()


def test_without_scripts_the_case_says_in_words_where_it_is(browser: Browser, served: Served) -> None:
    case = served.site.office.start().case_id
    page = open_as(browser, served, "wes", WIDE, scripts=False)
    page.goto(f"{served.address}/cases/{case}")
    assert page.get_by_text("The drawing needs JavaScript").is_visible()
    assert page.locator(".app-where__words").get_by_text("Assess").is_visible()
    page.context.close()


def test_the_keyboard_reaches_the_content_first(browser: Browser, served: Served) -> None:
    page = open_as(browser, served, "wes", WIDE)
    page.goto(f"{served.address}/tasks")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    assert page.locator(".govuk-skip-link").is_visible()
    page.context.close()


def test_enter_in_a_box_sends_the_form_and_removes_no_row(browser: Browser, served: Served) -> None:
    task = served.site.office.start().opened[0]
    page = open_as(browser, served, "wes", WIDE)
    page.goto(f"{served.address}/tasks/{task}")
    page.fill("#finding", "Sent with Enter")
    page.press("#finding", "Enter")
    page.wait_for_url("**/cases/*")
    page.context.close()
