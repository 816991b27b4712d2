"""Letters: nothing missing, nothing injected, accessible, and the same bytes every time."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from handlers.job import JobRefused
from handlers.letters import LetterRefused, expressions, letter, parse, preview_html
from handlers.letters.words import in_words
from handlers.registry import HANDLERS

from .conftest import COUNCIL, NOW, VARIABLES, WORDING, fill

HOSTILE = '#read("/etc/passwd") $x$ `code` *bold* _it_ <b>b</b> [l](https://evil.example) | \\ @ref // # = - + ~'


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_each_recipient_gets_a_copy_of_their_own(make_job):
    result = HANDLERS["letter"](make_job())
    assert [document.recipient for document in result.documents] == ["Ann Łęcka", "Sam Parent"]
    assert [document.key for document in result.documents] == ["AL-1.j1/1", "AL-1.j1/2"]
    assert "Dear Ann Łęcka" in words_of(result.documents[0].pdf)
    assert "Dear Sam Parent" in result.documents[1].text


def test_nothing_goes_by_email_to_a_person_for_whom_it_was_not_said_to_be_safe(make_job):
    result = HANDLERS["letter"](make_job())
    assert [mail.to for mail in result.mails] == [("ann@example.gov.uk",)]
    assert [document.to_print for document in result.documents] == [False, True]
    assert result.variables["to_post"] == 1


@pytest.mark.parametrize("said", [None, "true", "yes", 1, ...])
def test_only_a_plain_true_makes_email_safe(make_job, said):
    person = {"name": "Sam", "email": "sam@example.com", "safe_to_email": said}
    if said is ...:
        del person["safe_to_email"]
    assert HANDLERS["letter"](make_job(members=[person])).mails == ()


def test_the_covering_mail_says_nothing_of_the_letter(make_job):
    mail = HANDLERS["letter"](make_job()).mails[0]
    assert mail.subject == "An update on case AL-1"
    assert "clinic" not in mail.text
    assert "Sam" not in mail.text


def test_the_pdf_is_tagged_titled_british_and_declares_both_standards(make_job):
    reader = PdfReader(io.BytesIO(HANDLERS["letter"](make_job()).documents[0].pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Update for the core group"
    declared = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert "<pdfaid:part>2</pdfaid:part>" in declared


def test_the_same_letter_is_the_same_bytes(make_job):
    first, second = (HANDLERS["letter"](make_job()).documents[0].pdf for _ in range(2))
    assert first == second


def test_hostile_text_is_printed_as_it_was_typed(make_job):
    job = make_job(actions=[{"what": HOSTILE, "owner": HOSTILE}], members=[{"name": HOSTILE, "address": HOSTILE}])
    document = HANDLERS["letter"](job).documents[0]
    assert '#read("/etc/passwd")' in words_of(document.pdf)
    assert "root:" not in words_of(document.pdf)
    assert "<b>b</b>" not in document.html
    assert "&lt;b&gt;b&lt;/b&gt;" in document.html
    assert "evil.example" not in document.html.replace("[l](https://evil.example)", "")
    assert HOSTILE in document.text


def test_typed_headings_and_placeholders_stay_words(make_job):
    document = HANDLERS["letter"](make_job(actions=[{"what": "# Big\n\n{{ met_on }}", "owner": "x"}])).documents[0]
    assert "<h1" not in document.html
    assert "{{ met_on }}" in document.text


def test_typed_lines_and_paragraphs_are_kept(make_job):
    job = make_job(family_meeting=True, family_note="First line\nsecond line\n\nNext paragraph")
    assert (
        '<p class="govuk-body">First line<br>second line</p><p class="govuk-body">Next paragraph</p>'
        in HANDLERS["letter"](job).documents[0].html
    )


def test_control_characters_and_reading_direction_tricks_are_dropped(make_job):
    job = make_job(actions=[{"what": "a\x00b\u202ec\ue0001\ue001", "owner": "x"}])
    assert "- abc1, by x" in HANDLERS["letter"](job).documents[0].text


def test_an_unknown_name_is_refused_with_its_line(make_job):
    with pytest.raises(
        LetterRefused, match=r"letter update, line 14: \{\{ met_on \}\} cannot be filled: there is no met_on"
    ):
        HANDLERS["letter"](make_job(met_on=...))


@pytest.mark.parametrize("empty", [None, "", "  \n ", [], {}, "\u202e"])
def test_a_placeholder_without_a_value_is_refused(make_job, empty):
    with pytest.raises(LetterRefused, match=r"line 14: .* has no value"):
        HANDLERS["letter"](make_job(met_on=empty))


def test_a_required_heading_with_nothing_below_it_is_refused(make_job):
    empty = WORDING.replace("\nThis is not legal advice.\n", "").replace("We met", "This is not legal advice. We met")
    with pytest.raises(LetterRefused, match="required and missing: What was agreed"):
        HANDLERS["letter"](make_job(empty, actions=[]))


def test_a_required_sentence_is_missed(make_job):
    with pytest.raises(LetterRefused, match="required and missing: This is not legal advice"):
        HANDLERS["letter"](make_job(WORDING.replace("\nThis is not legal advice.\n", "\nEnd.\n")))


def test_a_conditional_block_is_required_only_when_its_condition_holds(make_job):
    without = WORDING.replace("## Family meeting", "Family meeting")
    assert HANDLERS["letter"](make_job(without)).documents
    with pytest.raises(LetterRefused, match="Family meeting"):
        HANDLERS["letter"](make_job(without, family_meeting=True, family_note="Yes"))


def test_a_character_that_the_typeface_lacks_is_refused_not_boxed(make_job):
    with pytest.raises(LetterRefused, match="no character for “日”"):
        HANDLERS["letter"](make_job(members=[{"name": "日本"}]))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("no settings", "begin the file with its settings"),
        ("---\ntitle: [\n---\n", "its settings cannot be read"),
        ("---\nsubject: x\n---\n", "it has no title"),
        ("---\ntitle: For {{ name }}\n---\n", "title may hold no placeholder"),
        ("---\ntitle: T\nsubject: About {{ child_name }}\n---\n", "subject may hold no placeholder but"),
        ("---\ntitle: T\ncolour: red\n---\n", "unknown setting 'colour'"),
        ("---\ntitle: T\nrequired: [{title: x}]\n---\n", "a required content is"),
    ],
)
def test_wrong_settings_are_told(wrong, says):
    with pytest.raises(LetterRefused, match=says):
        parse("update", wrong)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{#if met_on}}", r"line 5: \{\{#if\}\} is never closed"),
        ("x\n{{/if}}", r"line 6: \{\{/if\}\} closes a block that is not open"),
        ("{{#while x}}", r"line 5: .* is no block"),
        ("{{ }}", "line 5: a placeholder is empty"),
        ("{{#each met_on as x}}{{/each}}", "line 5: .* has no list"),
        ("![a](https://example.com/x.png)", "a picture has no place"),
        ("<script>x</script>", "HTML has no place"),
        ("a <b>c</b>", "HTML has no place"),
        ("[a](javascript:alert(1))", "link must lead to"),
        ("[a](https://example.com/{{met_on}})", "hold no placeholder"),
        ("[a](file:///etc/passwd)", "link must lead to"),
        ("```\ncode\n```", "a block of code has no place"),
    ],
)
def test_wrong_wording_is_told(make_job, body, says):
    text = f"---\ntitle: T\nto: members\n---\n{body}\n"
    with pytest.raises(LetterRefused, match=says):
        HANDLERS["letter"](make_job(text))


def test_tables_lists_links_and_quotes_are_laid_out(make_job):
    text = (
        "---\ntitle: T\nto: members\n---\n| What | Who |\n|---|---|\n"
        "{{#each actions as a}}\n| {{ a.what }} | **{{ a.owner }}** |\n{{/each}}\n\n"
        "1. one\n2. two\n   - inner\n\n> said\n\n---\n\n[gov](https://www.gov.uk) *soft*\\\nnext\n"
    )
    document = HANDLERS["letter"](make_job(text, actions=[{"what": "a|b", "owner": "c"}])).documents[0]
    assert (
        '<td class="govuk-table__cell">a|b</td><td class="govuk-table__cell"><strong>c</strong></td>' in document.html
    )
    assert "a|b | c" in document.text
    for word in ("What", "two", "inner", "said", "gov", "next", "a|b"):
        assert word in words_of(document.pdf)


def test_an_else_is_taken_when_the_condition_does_not_hold(make_job):
    text = (
        "---\ntitle: T\nto: members\n---\n{{#if family_meeting}}yes{{else}}no{{/if}} {{#if met_on}}a{{else}}b{{/if}}\n"
    )
    assert "no b" in HANDLERS["letter"](make_job(text)).documents[0].text


def test_an_empty_list_of_recipients_is_no_letter_and_no_error(make_job):
    result = HANDLERS["letter"](make_job(members=[]))
    assert result.documents == ()
    assert result.variables == {"letters": [], "to_post": 0}


@pytest.mark.parametrize("method", ["post", "hand"])
def test_the_sender_may_choose_post_where_email_would_be_safe(make_job, method):
    result = HANDLERS["letter"](make_job(letter_method=method))
    assert result.mails == ()
    assert result.variables["to_post"] == 2


def test_the_sender_cannot_choose_email_where_it_is_not_safe(make_job):
    assert [mail.to for mail in HANDLERS["letter"](make_job(letter_method="email")).mails] == [("ann@example.gov.uk",)]


def test_an_unknown_letter_and_nobody_to_write_to_are_refused(make_job):
    with pytest.raises(JobRefused, match="there is no letter"):
        HANDLERS["letter"](replace(make_job(), wording={}))
    with pytest.raises(LetterRefused, match="whom it is for"):
        HANDLERS["letter"](make_job(members=None))
    with pytest.raises(LetterRefused, match="has no name"):
        HANDLERS["letter"](make_job(members=[{"email": "a@b.c"}]))


def test_a_preview_shows_what_is_missing_instead_of_refusing():
    draft = letter("update", WORDING, case_id="AL-1", variables={"actions": []}, fill=fill, now=NOW, settings=COUNCIL)
    page = preview_html(draft, level=3)
    assert "[not known yet: met_on]" in page
    assert "This letter cannot be sent yet" in page
    assert '<h3 class="govuk-heading-l">Update for the core group</h3>' in page
    assert '<h4 class="govuk-heading-m">What was agreed</h4>' in page


def test_a_complete_preview_has_no_warning():
    draft = letter("update", WORDING, case_id="AL-1", variables=VARIABLES, fill=fill, now=NOW, settings=COUNCIL)
    assert "cannot be sent" not in preview_html(draft)
    assert "To: Ann Łęcka, Sam Parent" in preview_html(draft)


def test_every_expression_of_a_wording_is_known_with_its_line():
    assert expressions(parse("update", WORDING)) == (
        (12, "recipient.name"),
        (14, "met_on"),
        (18, "actions"),
        (19, "action.what"),
        (19, "action.owner"),
        (22, "family_meeting"),
        (25, "family_note"),
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("10.50"), "10.5"),
        (Decimal("1E+3"), "1000"),
        (True, "yes"),
        (datetime(2026, 3, 4, 14, 30, tzinfo=UTC), "4 March 2026 at 2:30pm"),
        (datetime(2026, 3, 4, 0, 5, tzinfo=UTC), "4 March 2026 at 12:05am"),
        (time(12, 0), "midday"),
        (["one"], "one"),
        (["one", "two", "three"], "one, two and three"),
        (["one", None], None),
        ({"a": 1}, None),
        (object(), None),
    ],
)
def test_how_values_read(value, words):
    assert in_words(value) == words


def test_every_letter_of_the_pack_can_be_read():
    letters = sorted((Path(__file__).parents[2] / "handlers" / "letters").glob("*.md"))
    assert letters
    for file in letters:
        wording = parse(file.stem, file.read_text(encoding="utf-8"))
        assert wording.guidance, f"{file.name} cites no guidance"
        assert wording.to, f"{file.name} does not say whom it is for"
        assert expressions(wording)
