"""What each form-js component may carry, and why the others are refused."""

from __future__ import annotations

_SHOWN = {"type", "id", "conditional", "layout", "properties"}
_ASKED = _SHOWN | {"key", "label", "description", "validate", "disabled", "readonly", "appearance", "defaultValue"}
_CHOICE = _ASKED | {"values", "valuesKey", "valuesExpression", "searchable"}
_HOLDER = _SHOWN | {"label", "description", "components", "path", "showOutline", "verticalAlignment"}

#: form-js type -> the properties it may have.
ALLOWED: dict[str, set[str]] = {
    "textfield": _ASKED,
    "textarea": _ASKED,
    "number": _ASKED | {"decimalDigits", "increment", "serializeToString"},
    "datetime": (_ASKED - {"label"})
    | {"subtype", "label", "dateLabel", "timeLabel", "use24h", "timeInterval"}
    | {"disallowPassedDates", "timeSerializingFormat"},
    "checkbox": _ASKED,
    "radio": _CHOICE,
    "select": _CHOICE,
    "checklist": _CHOICE,
    "filepicker": _ASKED | {"multiple", "accept"},
    "group": _HOLDER,
    "dynamiclist": _HOLDER
    | {"isRepeating", "allowAddRemove", "defaultRepetitions", "nonCollapsedItems", "disableCollapse"},
    "text": _SHOWN | {"text"},
    "separator": _SHOWN,
    "spacer": _SHOWN | {"height"},
}

#: form-js type -> why this product does not show it.
REFUSED: dict[str, str] = {
    "html": "HTML is not shown in forms: use a text component with Markdown.",
    "iframe": "Pages of other sites are not shown in forms: use a text component with a link.",
    "image": "Images are not shown in forms: use a text component.",
    "table": "Tables are not shown in forms: use a text component, or a dynamic list to ask for rows.",
    "expression": "Expression components are not supported: calculate the value in the process.",
    "documentPreview": "Document previews are not shown in forms: the page beside the task shows them.",
    "taglist": "Tag lists are not supported: use a checkbox group.",
    "button": "The page has its own buttons: take the button out of the form.",
    "script": "Scripts are never run.",
}

#: The custom properties that have a meaning here; checks may be numbered 2 to 9.
PROPERTIES = {
    "type": "what a choice is stored as: text, boolean or number",
    "min": "FEEL: the least number or earliest date",
    "minMessage": "the sentence when it is less",
    "max": "FEEL: the greatest number or latest date",
    "maxMessage": "the sentence when it is more",
    "check": "FEEL that must not be false",
    "checkMessage": "the sentence when it is",
    "requiredMessage": "the sentence when nothing was answered",
    "prefill": "FEEL: what the page begins with; for a list, its rows",
    "required": "for a list, which has no rule of its own in form-js: true when it needs a row",
    "guidance": "ids of the sentences it carries",
    "hint": "more help",
    "width": "how wide the box is, in characters",
    "autocomplete": "what a browser may fill in",
    "source": "where the question or its code list comes from",
    "note": "a note for whoever edits the form",
}
for _number in range(2, 10):
    PROPERTIES[f"check{_number}"] = PROPERTIES["check"]
    PROPERTIES[f"checkMessage{_number}"] = PROPERTIES["checkMessage"]

#: What `validate` may hold.
VALIDATE = frozenset(
    ["required", "min", "max", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"]
)
#: What a form may hold at the top.
TOP = frozenset(
    [
        "type",
        "id",
        "title",
        "components",
        "schemaVersion",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
        "properties",
    ]
)
