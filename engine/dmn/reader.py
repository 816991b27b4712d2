"""From DMN XML to the model: elements of the requirement graph and item definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.dmn import boxes
from engine.dmn.attributes import guidance_of, type_ref
from engine.dmn.errors import DmnError, Fault
from engine.dmn.model import (
    Decision,
    DecisionModel,
    InputData,
    ItemDefinition,
    Knowledge,
    Service,
    Variable,
)
from engine.dmn.xml import Node, attr, child, children, definitions, local, text_of, truth

_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")


def read_model(
    source: bytes, *, name: str = "", imports: Iterable[DecisionModel] = (), strict: bool = True
) -> DecisionModel:
    """The model of a DMN file, nothing compiled yet; raises DmnError."""
    root = definitions(source)
    if strict:
        _check_ids(root)
        _check_languages(root)
    available = {model.namespace: model for model in imports}
    return DecisionModel(
        name=attr(root, "name") or name,
        namespace=attr(root, "namespace"),
        items={item.name: item for item in map(_item, children(root, "itemDefinition"))},
        inputs={node.id: node for node in map(_input, children(root, "inputData"))},
        decisions={node.id: node for node in map(_decision, children(root, "decision"))},
        knowledge={node.id: node for node in map(_knowledge, children(root, "businessKnowledgeModel"))},
        services={node.id: node for node in map(_service, children(root, "decisionService"))},
        imports=_imports(root, available),
    )


def import_namespaces(source: bytes) -> list[str]:
    """The namespaces of the DMN models that a file imports."""
    return [attr(node, "namespace") for node in children(definitions(source), "import") if _is_dmn(node)]


def _is_dmn(node: Node) -> bool:
    return "/DMN/" in attr(node, "importType")


def _imports(root: Node, available: Mapping[str, DecisionModel]) -> dict[str, DecisionModel]:
    found: dict[str, DecisionModel] = {}
    for node in children(root, "import"):
        if not _is_dmn(node):
            continue
        namespace = attr(node, "namespace")
        if namespace not in available:
            raise DmnError([Fault(attr(node, "id") or "import", f"The imported model `{namespace}` is not there.")])
        found[attr(node, "name") or namespace] = available[namespace]
    return found


def _check_ids(root: Node) -> None:
    """Refuse a file in which two elements have one id: references would mean either."""
    seen: set[str] = set()
    doubled = []
    for node in children(root, "decision", "inputData", "businessKnowledgeModel", "decisionService"):
        if attr(node, "id") in seen - {""}:
            doubled.append(Fault(attr(node, "id"), "Two elements of the model have this id."))
        seen.add(attr(node, "id"))
    if doubled:
        raise DmnError(doubled)


def _check_languages(root: Node) -> None:
    """Refuse expressions that say they are not FEEL: read as FEEL they would mean something else."""
    said = [(node, attr(node, "expressionLanguage")) for node in root.iter() if local(node)]
    wrong = [(node, language) for node, language in said if language and "feel" not in language.lower()]
    if wrong:
        raise DmnError(
            [
                Fault(attr(n, "id") or local(n), f"Expressions are written in FEEL, not in `{what}`.")
                for n, what in wrong
            ]
        )


def _identity(node: Node) -> tuple[str, str]:
    name = " ".join((attr(node, "name") or attr(child(node, "variable"), "name") or attr(node, "id")).split())
    return attr(node, "id") or name, name


def _item(node: Node) -> ItemDefinition:
    function = child(node, "functionItem")
    parameters = None
    if function is not None:
        parameters = tuple(Variable(attr(p, "name"), type_ref(p)) for p in children(function, "parameters"))
    return ItemDefinition(
        name=" ".join(attr(node, "name").split()),
        type_ref=type_ref(node),
        allowed=text_of(node, "allowedValues", "text"),
        constraint=text_of(node, "typeConstraint", "text"),
        is_collection=truth(node, "isCollection"),
        components=tuple(_item(part) for part in children(node, "itemComponent")),
        parameters=parameters,
        result_ref=attr(function, "outputTypeRef"),
    )


def _input(node: Node) -> InputData:
    key, name = _identity(node)
    return InputData(key, name, type_ref(child(node, "variable")))


def _requires(node: Node) -> tuple[str, ...]:
    found = []
    for requirement in children(node, *_REQUIREMENTS):
        found += [attr(r, "href") for r in children(requirement) if local(r).startswith("required")]
    return tuple(href if "#" in href else f"#{href}" for href in found if href)


def _decision(node: Node) -> Decision:
    key, name = _identity(node)
    logic = boxes.logic_of(node)
    return Decision(
        id=key,
        name=name,
        type_ref=type_ref(child(node, "variable")),
        requires=_requires(node),
        logic=logic,
        guidance=guidance_of(node),
        question=text_of(node, "question"),
        description=text_of(node, "description"),
    )


def _knowledge(node: Node) -> Knowledge:
    key, name = _identity(node)
    function = child(node, "encapsulatedLogic")
    logic = boxes.function_definition(function) if function is not None else None
    return Knowledge(key, name, type_ref(child(node, "variable")), _requires(node), logic)


def _service(node: Node) -> Service:
    key, name = _identity(node)

    def hrefs(kind: str) -> tuple[str, ...]:
        return tuple(attr(item, "href") for item in children(node, kind))

    return Service(
        key,
        name,
        type_ref(child(node, "variable")),
        hrefs("outputDecision"),
        hrefs("encapsulatedDecision"),
        hrefs("inputDecision"),
        hrefs("inputData"),
    )


def with_program(model: DecisionModel, program: object) -> DecisionModel:
    """The model with its compiled program."""
    return replace(model, program=program)
