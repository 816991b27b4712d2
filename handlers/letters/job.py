"""The job that makes a letter: a copy for each recipient, by e-mail where that is safe, else out to print."""

from __future__ import annotations

from handlers.channels.post import out_to_print
from handlers.job import Document, Job, JobRefused, Mail, Recipient, Result
from handlers.letters.layout import to_pdf
from handlers.letters.recipients import recipients
from handlers.letters.render import LayOut, Letter, council, letter, render, subject


def make_letter(job: Job, *, lay_out: LayOut = to_pdf) -> Result:
    """The documents, the mails that carry them, and what the case should know: `letters` and `to_post`.

    The task header `letter` names the wording. Raises JobRefused when no retry can help: an unknown letter, a gap, a
    missing required content.
    """
    letter_id = job.headers.get("letter", "")
    if letter_id not in job.wording:
        raise JobRefused(f"there is no letter {letter_id!r} in this version (the task header `letter` names it)")
    made = letter(
        letter_id,
        job.wording[letter_id],
        case_id=job.case_id,
        variables=job.variables,
        fill=job.fill,
        now=job.now,
        settings=job.settings,
    )
    people = recipients(made)
    by_mail = [may_email(person, job.variables.get("letter_method")) for person in people]
    copies = [
        _copy(made, person, f"{job.key}/{count}", mailed, lay_out)
        for count, (person, mailed) in enumerate(zip(people, by_mail, strict=True), start=1)
    ]
    mails = [_mail(made, person, copy) for person, copy in zip(people, copies, strict=True) if not copy.to_print]
    return Result(tuple(copies), tuple(mails), _told(copies))


def may_email(person: Recipient, method: object = None) -> bool:
    """Whether a letter's content may go to this person by e-mail: only when somebody has said that it is safe.

    Another member of the household may read a parent's mail; the default is therefore post. A `method` that the
    sender chose ("post", "hand") can only narrow that.
    """
    return person.safe_to_email and bool(person.email) and method in (None, "email")


def _copy(made: Letter, person: Recipient, key: str, mailed: bool, lay_out: LayOut) -> Document:
    """One recipient's copy, marked for printing unless it goes by e-mail."""
    document = render(made, person, key, lay_out=lay_out)
    return document if mailed else out_to_print(document)


def _mail(made: Letter, person: Recipient, copy: Document) -> Mail:
    """The covering message: it says nothing that the attached letter is there to say."""
    sender = council(made.settings)
    lines = [
        f"Dear {person.name}",
        f"The attached letter is from {sender['name'] or 'the council'}. Our reference is {made.case_id}.",
        "If you cannot open it, or need it in another language or format, please contact us and we will help.",
        "\n".join(str(sender[name]) for name in ("department", "phone", "email") if sender[name]),
    ]
    text = "\n\n".join(line for line in lines if line) + "\n"
    return Mail(copy.key, (person.email,), subject(made), text, (copy.key,))


def _told(copies: list[Document]) -> dict[str, object]:
    """What the case gets to know of its letters."""
    letters = [
        {
            "letter": copy.letter_id,
            "to": copy.recipient,
            "method": "post" if copy.to_print else "email",
            "document": copy.key,
        }
        for copy in copies
    ]
    return {"letters": letters, "to_post": sum(copy.to_print for copy in copies)}
