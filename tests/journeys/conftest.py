"""The product on loopback with a real browser: real pack, real commands, a clock that the journey moves."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from engine.rehearsal.answers import on_the_day
from engine.rehearsal.cast import Cast, read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.player import pass_time
from engine.rehearsal.publish import publish_pack
from engine.rehearsal.script import Script, Step, moment_of
from engine.settings import from_environment
from engine.web import create_app
from engine.web.signin import passwords
from engine.wiring import Alongside, throwaway
from tests.journeys.filling import send
from tests.web.browser import violations

PASSWORD = "journeys are long"
expect.set_options(timeout=10_000)


@dataclass
class Journey:
    """A script walked in the browser: every page opened is looked at by axe."""

    alongside: Alongside
    address: str
    browser: Browser
    cast: Cast
    pictures: Path | None
    now: dt.datetime
    case_id: str = ""
    wrong: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def begin(self, script: Script) -> None:
        """Sign in as who starts the case and fill in the start form."""
        page = self.as_person(script.by)
        with self.alongside.uow.read() as tx:
            known = set(tx.cases.ids())
        self.look(page, "/cases/start")
        send(page, on_the_day(script.answers, self.now))
        self.must_be_accepted(page)
        with self.alongside.uow.read() as tx:
            (self.case_id,) = set(tx.cases.ids()) - known
        self.alongside.do_jobs(self.now)

    def walk(self, step: Step) -> None:
        """Let time pass to the step, and do it as its person."""
        at = moment_of(step.moment, self.now) if step.moment else self.now
        pass_time(self.alongside, self.now, at)
        self.alongside.clock.set(at)
        self.now = at
        if step.task:
            self.complete(step)
        elif step.message:
            self.record(step)
        self.alongside.do_jobs(self.now)

    def complete(self, step: Step) -> None:
        """Find the task in the person's list, open it, fill it in and send it."""
        with self.alongside.uow.read() as tx:
            task = next(t for t in tx.tasks.of_case(self.case_id) if t.element_id == step.task)
            team = tx.cases.find(self.case_id).head.team
        person = step.person or self.cast.for_role(step.role or "", team).username
        page = self.as_person(person)
        self.look(page, "/tasks")
        expect(page.locator(f'a[href="/tasks/{task.id}"]').first).to_be_visible()
        self.look(page, f"/tasks/{task.id}")
        self.picture(page, f"task-{step.task}")
        send(page, on_the_day(step.answers, self.now))
        self.must_be_accepted(page, refused=step.refused is not None)

    def record(self, step: Step) -> None:
        """Record a change from the case page."""
        with self.alongside.uow.read() as tx:
            team = tx.cases.find(self.case_id).head.team
        page = self.as_person(step.person or self.cast.for_role(step.role or "", team).username)
        self.look(page, f"/cases/{self.case_id}")
        path = f"/cases/{self.case_id}/change/{quote(step.message or '')}"
        expect(page.locator(f'a[href="{path}"]')).to_be_visible()
        self.look(page, path)
        send(page, on_the_day(step.answers, self.now))
        self.must_be_accepted(page)

    def as_person(self, username: str) -> Page:
        """The browser of that person, signed in: everybody has one of their own."""
        if username not in self.pages:
            page = self.browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
            self.look(page, "/sign-in")
            page.fill("#username", username)
            page.fill("#password", PASSWORD)
            page.click("main form button.govuk-button")
            expect(page).not_to_have_url(self.address + "/sign-in")
            self.pages[username] = page
        return self.pages[username]

    def look(self, page: Page, path: str) -> None:
        """Open a page; it must be there, and axe must find nothing."""
        response = page.goto(self.address + path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        self.judge(page)

    def judge(self, page: Page) -> None:
        """What axe finds on the page that is open."""
        if found := violations(page):
            self.wrong[page.url.removeprefix(self.address)] = found

    def must_be_accepted(self, page: Page, *, refused: bool = False) -> None:
        """The form went through; or it was sent back with its errors, which axe looks at too."""
        errors = [line.inner_text() for line in page.locator(".govuk-error-summary li").all()]
        self.judge(page)
        assert bool(errors) == refused, (page.url, errors, page.locator("h1").first.inner_text())

    def picture(self, page: Page, name: str) -> None:
        """A screenshot, where pictures are wanted."""
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(self.pictures / f"{name}.png"), full_page=True)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[tuple[Alongside, Cast, str]]:
    """The product with its people and pack, answering on loopback; the clock stands at the example's start."""
    settings = from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_VAR": str(tmp_path)})
    start = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
    with throwaway(settings, start) as alongside:
        cast = read_cast(settings.people_file)
        add_cast(alongside, cast, passwords.hash(PASSWORD))
        publish_pack(alongside, settings.home, start)
        server = make_server("127.0.0.1", 0, create_app(alongside), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield alongside, cast, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()
