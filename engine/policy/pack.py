"""Every file of a bundle, read once: what reads is kept, what does not is a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.gate import Diagram, Known, read_diagram
from engine.dmn import DecisionModel, DmnError, parse_dmn
from engine.forms import Form, FormError, parse_form
from engine.model.bundle import Bundle
from engine.model.errors import Fault
from engine.policy import guidance as guidance_file
from engine.policy import settings as settings_file
from engine.policy.guidance import Sentence, read_guidance
from engine.policy.letters import Letter, read_letters
from engine.policy.settings import PolicySettings
from engine.policy.settings_file import read_settings

#: Variables of the engine itself, which every expression may read.
ENGINE = frozenset({"case_id", "now", "loopCounter"})

#: How many faults of one table are told.
MOST = 200


@dataclass(frozen=True)
class Pack:
    """A bundle read: diagrams and tables by path, forms and letters by id; `faults` of what did not read."""

    bundle: Bundle
    diagrams: Mapping[str, Diagram]
    tables: Mapping[str, DecisionModel]
    forms: Mapping[str, Form]
    letters: Mapping[str, Letter]
    settings: PolicySettings
    sentences: Mapping[str, Sentence]
    faults: tuple[Fault, ...]

    @property
    def decision_ids(self) -> frozenset[str]:
        """The ids of all decisions."""
        return frozenset(own for model in self.tables.values() for own in model.decisions)

    @property
    def known(self) -> Known:
        """What a diagram of this pack may refer to."""
        return Known(
            processes=frozenset(PurePosixPath(path).stem for path in self.bundle.under("processes", ".bpmn")),
            decisions=self.decision_ids,
            forms=frozenset(PurePosixPath(path).stem for path in self.bundle.under("forms", ".form")),
            roles=frozenset(self.settings.roles) if settings_file.PATH in self.bundle.files else None,
            letters=frozenset(self.letters),
            guidance=frozenset(self.sentences) if guidance_file.PATH in self.bundle.files else None,
        )


def read_pack(bundle: Bundle) -> Pack:
    """Read everything; never raises."""
    faults: list[Fault] = []
    files = bundle.under("processes", ".bpmn")
    diagrams = {path: read_diagram(path, source) for path, source in files.items()}
    settings, wrong = read_settings(bundle.files.get(settings_file.PATH, b"")) if _has(bundle, faults) else _nothing()
    faults += wrong
    sentences, wrong = read_guidance(bundle.files.get(guidance_file.PATH, b""))
    faults += wrong
    letters, wrong = read_letters(bundle)
    faults += wrong
    return Pack(
        bundle,
        {path: diagram for path, diagram in diagrams.items() if diagram is not None},
        _tables(bundle, faults),
        _forms(bundle, faults),
        letters,
        settings,
        sentences,
        tuple(faults),
    )


def _nothing() -> tuple[PolicySettings, list[Fault]]:
    return PolicySettings(), []


def _has(bundle: Bundle, faults: list[Fault]) -> bool:
    there = settings_file.PATH in bundle.files
    if not there:
        faults.append(Fault(settings_file.PATH, "", "The pack has no policy.toml."))
    return there


def _tables(bundle: Bundle, faults: list[Fault]) -> dict[str, DecisionModel]:
    found: dict[str, DecisionModel] = {}
    for path, source in bundle.under("processes", ".dmn").items():
        model, wrong = read_table(path, source)
        faults += wrong
        if model is not None:
            found[path] = model
    return found


def read_table(path: str, source: bytes) -> tuple[DecisionModel | None, list[Fault]]:
    """One decision model, or why it is none."""
    try:
        return parse_dmn(source, name=path), []
    except DmnError as error:
        return None, [Fault(path, fault.element_id, _short(fault.sentence)) for fault in error.faults[:MOST]]


def _short(sentence: str) -> str:
    """A sentence without the whole of a very long expression in it."""
    return sentence if len(sentence) <= 400 else f"{sentence[:397]}…"


def _forms(bundle: Bundle, faults: list[Fault]) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for path, source in bundle.under("forms", ".form").items():
        form, wrong = read_form(path, source)
        faults += wrong
        if form is not None:
            found[form.id] = form
    return found


def read_form(path: str, source: bytes) -> tuple[Form | None, list[Fault]]:
    """One form, or why it is none."""
    try:
        return parse_form(source, path=path), []
    except FormError as error:
        return None, [Fault(path, fault.element, fault.sentence) for fault in error.faults]
