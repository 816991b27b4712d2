"""What comes from a desktop: files, zips and folders, read without trusting any of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from structlog.testing import capture_logs

from engine.model.policy_draft import DraftRefused
from engine.web.workbench.packing import place, unpacked
from tests.web.workbench.conftest import Desk
from tests.web.workbench.test_drafting import TABLE, shorter, text_of

KNOWN = ("processes/top.bpmn", "forms/ask.form", "handlers/letters/word.md")


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("top.bpmn", "processes/top.bpmn"),
        ("new.bpmn", "processes/new.bpmn"),
        ("rates.dmn", "processes/rates.dmn"),
        ("other.form", "forms/other.form"),
        ("word.md", "handlers/letters/word.md"),
        ("guidance/processes/top.bpmn", "processes/top.bpmn"),
        ("a/b/forms/ask.form", "forms/ask.form"),
        ("guidance/processes/scenarios/one.yaml", "processes/scenarios/one.yaml"),
    ],
)
def test_a_file_finds_its_place(name: str, path: str) -> None:
    assert place(name, KNOWN) == path


@pytest.mark.parametrize(
    "name",
    ["../top.bpmn", "processes/../../x.bpmn", "/etc/x.bpmn", "C:\\x.bpmn", "C:/processes/x.bpmn", "x.py", "unknown.md",
     "handlers/letters/__init__.py", "processes/demo/people.yaml", "processes/x\x00.bpmn", "processes/.hidden.bpmn"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(DraftRefused):
        place(name, KNOWN)


def test_what_desktops_leave_behind_is_left_alone() -> None:
    files = {"g/processes/top.bpmn": b"1", "g/.camunda/element-templates/x.json": b"2", "__MACOSX/g/._top.bpmn": b"3"}
    found, ignored = unpacked([("g.zip", zipped(files))], KNOWN)
    assert found == {"processes/top.bpmn": b"1"}
    assert len(ignored) == 2


def test_a_zip_that_grows_is_stopped_while_it_is_read() -> None:
    for size in (1_000_001, 300_000_000):
        bomb = zipped({"processes/top.bpmn": b"0" * size})
        assert len(bomb) < size / 100
        with pytest.raises(DraftRefused, match="1 MB"):
            unpacked([("b.zip", bomb)], KNOWN)
    many = zipped({f"processes/a{number}.bpmn": b"0" * 1_000_000 for number in range(21)})
    with pytest.raises(DraftRefused, match="20 MB"):
        unpacked([("b.zip", many)], KNOWN)
    with pytest.raises(DraftRefused, match="2,000 files"):
        unpacked([("b.zip", zipped({f"processes/a{number}.md": b"" for number in range(2001)}))], KNOWN)


def test_what_is_no_zip_is_refused() -> None:
    broken = bytearray(zipped({"processes/top.bpmn": b"hello" * 100}))
    broken[45] ^= 0xFF
    for content in (b"", b"PK\x03\x04 nothing", bytes(broken)):
        with pytest.raises(DraftRefused):
            unpacked([("x.zip", content)], KNOWN)
    with pytest.raises(DraftRefused, match="nothing in it"):
        unpacked([("x.zip", zipped({".camunda/x.json": b"{}"}))], KNOWN)
    with pytest.raises(DraftRefused, match="Two different"):
        unpacked([("top.bpmn", b"1"), ("x/top.bpmn", b"2")], KNOWN)


def test_the_download_goes_back_without_a_change_and_holds_the_templates(desk: Desk) -> None:
    reader = desk.drafting()
    content = reader.client.get("/policy/edit/download.zip").data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        templates = [name for name in names if name.startswith("guidance/.camunda/element-templates/")]
        assert len(templates) == 4
        assert all(isinstance(json.loads(archive.read(name)), list) for name in templates)
    reader.get("/policy/edit/upload")
    token, seen = reader.hidden("csrf_token"), reader.hidden("seen")
    sent = {"csrf_token": token, "seen": seen, "files": (io.BytesIO(content), "guidance.zip")}
    assert reader.client.post("/policy/edit/upload", data=sent).status_code == 303
    assert "0 files changed" in reader.get("/policy/edit").text


def test_a_file_from_the_desktop_is_taken_in_and_a_broken_one_is_not(desk: Desk) -> None:
    reader = desk.drafting()
    text = shorter(reader).encode()
    reader.get("/policy/edit/upload")
    token, seen = reader.hidden("csrf_token"), reader.hidden("seen")

    def upload(*files: tuple[bytes, str]) -> tuple[int, str]:
        sent = {"csrf_token": token, "seen": seen, "files": [(io.BytesIO(data), name) for data, name in files]}
        answer = reader.client.post("/policy/edit/upload", data=sent)
        return answer.status_code, answer.text

    assert upload((b"<oops", "core-groups.bpmn"), (text, "timescales.dmn"))[0] == 422
    assert upload((text, "timescales.exe"))[0] == 409
    assert upload()[0] == 409
    assert "<text>10</text>" in text_of(reader, TABLE)
    assert upload((text, "timescales.dmn"))[0] == 303
    assert text_of(reader, TABLE) == text.decode()
    assert "saved by olive" in upload((text + b"\n", "timescales.dmn"))[1]


def test_a_file_that_the_gate_refuses_does_not_enter_the_draft(desk: Desk) -> None:
    reader = desk.drafting()
    good = text_of(reader, TABLE)
    script = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
        <bpmn:process id="evil" isExecutable="true"><bpmn:startEvent id="s"/><bpmn:scriptTask id="run">
        <bpmn:script>__import__("os")</bpmn:script></bpmn:scriptTask><bpmn:endEvent id="e"/>
        <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="run"/>
        <bpmn:sequenceFlow id="g" sourceRef="run" targetRef="e"/></bpmn:process></bpmn:definitions>"""
    reader.get("/policy/edit/upload")
    sent = {
        "csrf_token": reader.hidden("csrf_token"),
        "seen": reader.hidden("seen"),
        "files": [(io.BytesIO(script.encode()), "evil.bpmn"), (io.BytesIO(good.encode()), "timescales.dmn")],
    }
    with capture_logs() as told:
        answer = reader.client.post("/policy/edit/upload", data=sent)
    assert answer.status_code == 422
    assert "processes/evil.bpmn: run: The script task" in answer.text
    assert "upload_refused" in [line["event"] for line in told]
    assert reader.client.get("/policy/edit/content/processes/evil.bpmn").status_code == 404
