"""Forms: a form-js schema becomes questions, and what people type becomes accepted answers or sentences. Pure."""

from __future__ import annotations

from engine.forms.accept import Accepted, Rejected, accept, accept_json, hidden
from engine.forms.faults import FormError, FormFault
from engine.forms.parse import parse_form
from engine.forms.prefill import initial
from engine.forms.schema import Check, Field, Form, Option, Rules, field_name, part_name
from engine.forms.template import render_text
from engine.forms.visibility import options_of

__all__ = [
    "Accepted",
    "Check",
    "Field",
    "Form",
    "FormError",
    "FormFault",
    "Option",
    "Rejected",
    "Rules",
    "accept",
    "accept_json",
    "field_name",
    "hidden",
    "initial",
    "options_of",
    "parse_form",
    "part_name",
    "render_text",
]
