"""How a form's bytes become text: what is no text is marked as lost (U+FFFD), never kept as something else."""

from __future__ import annotations

from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

TYPED = "application/x-www-form-urlencoded"
MOST_FIELDS = 2000


class Reader(FormDataParser):
    """Reads forms without files as those with files are read; of more fields than any page has, none."""

    def parse(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None) -> Any:
        """The stream, the fields and the files."""
        if mimetype != TYPED:
            return super().parse(stream, mimetype, content_length, options)
        text = stream.read().decode("utf-8", "replace")
        try:
            items = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
        except ValueError as problem:
            raise RequestEntityTooLarge from problem
        return stream, self.cls(items), self.cls()


class Reading(Request):
    """A request whose forms are read so."""

    form_data_parser_class = Reader
