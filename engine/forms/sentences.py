"""What is said when an answer does not do, in the style of GOV.UK: what to enter, not what went wrong."""

from __future__ import annotations

from engine.forms.schema import Field

_CHOICES = ("radio", "select", "checklist")
_DETERMINED = frozenset(
    [
        "the",
        "a",
        "an",
        "any",
        "all",
        "your",
        "their",
        "his",
        "her",
        "its",
        "each",
        "every",
        "other",
        "this",
        "that",
        "these",
        "those",
        "whether",
        "how",
        "what",
        "who",
    ]
)


def subject(field: Field) -> str:
    """The question as the subject of a sentence: “The date of the meeting”, “Your name”."""
    words = _noun(field)
    return words[:1].upper() + words[1:]


def missing(field: Field) -> str:
    """What to do about a question that was not answered."""
    if field.rules.required_message:
        return field.rules.required_message
    if field.type == "checkbox":
        return f"Confirm: “{field.label}”"
    if field.label.rstrip().endswith("?"):
        verb = "Select" if field.type in _CHOICES else "Enter"
        return f"{verb} an answer to “{field.label.strip()}”"
    verb = "Select" if field.type in _CHOICES else "Choose" if field.type == "filepicker" else "Enter"
    return f"{verb} {_noun(field)}"


def must(field: Field, problem: str) -> str:
    """The question followed by what it must be: “The date of the meeting must be a real date”."""
    return f"{subject(field)} {problem}"


def _noun(field: Field) -> str:
    """The label inside a sentence, with an article."""
    label = field.label.strip().rstrip(":.")
    if label.endswith("?"):
        return f"the answer to “{label}”"
    first = label.split(" ", 1)[0]
    plain = label if any(letter.isupper() for letter in first[1:]) or first == "I" else label[:1].lower() + label[1:]
    return plain if first.lower() in _DETERMINED else f"the {plain}"
