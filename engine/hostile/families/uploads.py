"""Hostile files sent to the workbench: code in models (RCE), hostile XML, models that hang or flood, hostile forms.

Each is sent as the folder has it, which is mostly SpiffWorkflow's own dialect, and beside it the same attack in ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.families import Family
from engine.hostile.families import flooding as floods
from engine.hostile.families import own_code as code
from engine.hostile.families import own_forms as forms
from engine.hostile.families import own_hang as hang
from engine.hostile.families import own_xml as xml
from engine.hostile.families.own_code import Files
from engine.hostile.families.uploading import Desk, open_desk, told
from engine.hostile.raw import unprotected
from engine.hostile.traps import traps
from engine.hostile.verdict import Control, Verdict

#: How long a control is left to itself, in seconds: what has not ended by then hangs.
_LONG = 5.0
_IDS = re.compile(rb'\bid="([^"]+)"')
Attack = Callable[[Desk, HostileCase], str]


def _trial(attack: Attack) -> Callable[[Arena, HostileCase], Verdict]:
    """An attack at a desk with traps set; it says what happened when nothing went wrong."""

    def tried(arena: Arena, case: HostileCase) -> Verdict:
        with traps(arena.folder) as set_out:
            desk = open_desk(arena, set_out)
            said = attack(desk, case)
            desk.problems += set_out.kept(arena)
            return Verdict(case.id, not desk.problems, told(desk.problems, said), runs=desk.attempts)

    return tried


def _files(case: HostileCase) -> Files:
    """The case's files under names that a pack's files may have, as they are."""
    return {f"hostile{path.suffix}": path.read_bytes() for path in case.files}


def _ids(files: Files) -> set[str]:
    """Every id in the files: a refusal must name one."""
    return {found.decode() for content in files.values() for found in _IDS.findall(content)}


def _code(desk: Desk, case: HostileCase) -> str:
    files = _files(case)
    desk.attack(files, _ids(files))
    for name, content in files.items():
        desk.attack({name: content}, _ids({name: content}))
    if not desk.arena.quick:
        desk.attack_by_editor("processes/hostile.bpmn", files["hostile.bpmn"], _ids(files))
    place, _, payload = case.files[0].parent.name.partition(".")
    if place not in code.PLACES:
        return "Refused at upload with 422 naming the element; where this would stand in our dialect is not known."
    harmless = code.harmless(place)
    if harmless is not None:
        desk.must_be_taken(harmless)
    for text in code.payloads(payload)[:1] if desk.arena.quick else code.payloads(payload):
        ours = code.PLACES[place](text)
        desk.attack(ours, _ids(ours))
    desk.attack_by_editor("processes/evil.bpmn", ours["evil.bpmn"], _ids(ours))
    return "Refused at upload with 422 naming the element, as sent and in our dialect; no draft with it is submitted."


def _xml(desk: Desk, case: HostileCase) -> str:
    source = case.files[0].read_bytes()
    desk.must_be_taken({"hostile.bpmn": xml.HARMLESS})
    for content in (source, xml.ours(source)):
        desk.attack({"hostile.bpmn": content})
    desk.attack_by_editor("processes/hostile.bpmn", xml.ours(source))
    return f"Refused at upload with 4xx within {desk.slowest:.1f} s, as sent and in our dialect."


def _hang(desk: Desk, case: HostileCase) -> str:
    files = _files(case)
    desk.attack(files, _ids(files))
    said = ["Refused at upload with 422 naming the element."]
    for table in (hang.REFUSED, hang.MORE_REFUSED):
        if case.what in table:
            desk.attack(*table[case.what])
            said = ["Refused at upload with 422 naming the element, as sent and in our dialect."]
    if case.what in hang.REFUSED_TOGETHER:
        _together(desk, *hang.REFUSED_TOGETHER[case.what])
        said.append("Two files that call each other are refused when they are submitted.")
    if case.what in hang.FLOODS:
        said.append(floods.flooded(desk, hang.FLOODS[case.what]))
    if case.what == "cycle_from_2020_hourly":
        said.append(floods.caught_up(desk))
    return " ".join(said)


def _together(desk: Desk, files: Files, named: tuple[str, ...]) -> None:
    """Files of which each alone is sound: the draft takes them, and never becomes a version."""
    desk.attempts += 1
    taken = desk.upload(files)
    if taken.status not in (303, 422):
        desk.problems.append(f"The upload was answered {taken.status}.")
    desk.must_not_be_submitted(named)
    for name in files:
        desk.put_back(f"processes/{name}")


def _form(desk: Desk, case: HostileCase) -> str:
    content = case.files[0].read_bytes()
    desk.attack({"hostile.form": content})
    desk.attack_by_editor("forms/hostile.form", content)
    became = Counter(forms.tried(desk, each) for each in forms.OURS.get(case.what, ()))
    ours = "; ".join(f"{number} {what}" for what, number in became.items() if what) or "none is known"
    return f"As sent it is refused at upload. Of ours with the same attack: {ours}."


def _control_code(scratch: Path) -> Control:
    canary = scratch / "canary"
    said, _ = unprotected("code", canary)
    return Control("RCE", canary.exists(), f"SpiffWorkflow as it comes {said or 'did nothing'}, and the file is there.")


def _control_xml(scratch: Path) -> Control:
    secret = scratch / "secret"
    secret.write_text("a secret of this machine")
    said, _ = unprotected("entity", secret)
    return Control("XML", said == secret.read_text(), "lxml that follows entities reads a file of the server out.")


def _control_hang(scratch: Path) -> Control:
    said, seconds = unprotected("power", scratch, seconds=_LONG)
    return Control(
        "HANG",
        not said and seconds >= _LONG,
        f"SpiffWorkflow as it comes was still at one condition after {seconds:.0f} s.",
    )


def _control_form(scratch: Path) -> Control:
    said, seconds = unprotected("pattern", scratch, seconds=_LONG)
    return Control(
        "FORM", not said and seconds >= _LONG, f"A plain `re` was still at the form's pattern after {seconds:.0f} s."
    )


def _numbered(family: str, count: int, attack: Attack) -> dict[str, Callable[[Arena, HostileCase], Verdict]]:
    """The trials of a family whose cases are all tried alike."""
    return {f"{family}-{number:02}": _trial(attack) for number in range(1, count + 1)}


RCE = Family(_numbered("RCE", 31, _code), _control_code, _trial(_code))
XML = Family(_numbered("XML", 23, _xml), _control_xml, _trial(_xml))
HANG = Family(_numbered("HANG", 14, _hang), _control_hang, _trial(_hang))
FORM = Family(_numbered("FORM", 12, _form), _control_form, _trial(_form))
