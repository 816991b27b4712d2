"""The ways out: what stands in a mail, what the server says, and that a refusal for good is told from a bad moment."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from handlers.channels.email import Server, message, message_id, send
from handlers.channels.mailbox import Kept, hand_over
from handlers.channels.post import out_to_print
from handlers.job import Document, JobRefused, Mail

from .conftest import NOW

DOCUMENT = Document("k/1", "update", "Update", "Ann", "update-AL-1-1.pdf", b"%PDF-1.7", "text", "<p>")
MAIL = Mail("k/1", ("ann@example.gov.uk",), "An update on case AL-1", "Dear Ann Łęcka\n", ("k/1",))


class Inbox:
    """Keeps what arrives; answers as told."""

    def __init__(self) -> None:
        self.envelopes = []
        self.answer = "250 OK"
        self.whom = ""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if not self.answer.startswith("250") and self.whom in address:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, Server]]:
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, Server("127.0.0.1", controller.port, sender="alongside@example.gov.uk", timeout=5)
    controller.stop()


def test_a_mail_arrives_with_its_letter_and_a_message_id_made_of_its_key(inbox):
    handler, server = inbox
    reference = send(server, MAIL, {"k/1": DOCUMENT}, NOW)
    arrived = message_from_bytes(handler.envelopes[0].content, policy=default)
    assert arrived["Message-ID"] == reference == message_id("k/1", server.sender)
    assert arrived["Subject"] == "An update on case AL-1"
    assert "Ann Łęcka" in arrived.get_body().get_content()
    attached = next(arrived.iter_attachments())
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "update-AL-1-1.pdf"
    assert attached.get_content() == b"%PDF-1.7"


def test_the_message_id_says_nothing_of_the_case():
    assert "AL-1" not in message_id("AL-1.j1/1", "alongside@example.gov.uk")
    assert message_id("a", "x@y") != message_id("b", "x@y")


def test_a_line_break_in_a_header_adds_no_header():
    mail = Mail("k", ("a@b.c\r\nBcc: evil@example.com",), "S\r\nBcc: evil@example.com", "t")
    assert message("x@y", mail, {}, NOW)["Bcc"] is None


def test_an_address_refused_for_good_is_no_matter_of_trying_again(inbox):
    handler, server = inbox
    handler.answer = "550 no such person"
    with pytest.raises(JobRefused, match="refused the address for good"):
        send(server, MAIL, {"k/1": DOCUMENT}, NOW)


@pytest.mark.parametrize(
    ("answer", "kind"), [("550 no such person", JobRefused), ("450 busy", smtplib.SMTPRecipientsRefused)]
)
def test_one_address_refused_among_several_is_no_success(inbox, answer, kind):
    handler, server = inbox
    handler.answer, handler.whom = answer, "ben"
    both = replace(MAIL, to=("ann@example.gov.uk", "ben@example.gov.uk"))
    with pytest.raises(kind, match="ben"):
        send(server, both, {"k/1": DOCUMENT}, NOW)
    assert [envelope.rcpt_tos for envelope in handler.envelopes] == [["ann@example.gov.uk"]]


def test_a_busy_server_is_worth_another_try(inbox):
    handler, server = inbox
    handler.answer = "450 busy"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(server, MAIL, {"k/1": DOCUMENT}, NOW)


def test_no_server_is_worth_another_try():
    with pytest.raises(OSError, match="refused"):
        send(Server("127.0.0.1", 1, timeout=1), MAIL, {"k/1": DOCUMENT}, NOW)


def test_the_demo_mailbox_is_handed_everything():
    kept: list[Kept] = []
    hand_over(kept.append, "alongside@example.gov.uk", MAIL, {"k/1": DOCUMENT}, NOW)
    assert kept[0].to == ("ann@example.gov.uk",)
    assert kept[0].attachments == (("k/1", "update-AL-1-1.pdf"),)


def test_post_is_a_document_to_print():
    assert out_to_print(DOCUMENT).to_print
