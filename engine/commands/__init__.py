"""One verb a file, one commit each: everything that changes what is kept (DESIGN decision 8)."""

from engine.commands.add_person import add_person
from engine.commands.approve_policy_draft import approve_policy_draft
from engine.commands.approve_version import Published, approve_version
from engine.commands.claim_task import Claimed, claim_task
from engine.commands.complete_task import Completed, complete_task
from engine.commands.deliver_message import Delivered, deliver_message
from engine.commands.discard_policy_draft import discard_policy_draft
from engine.commands.fail_job import fail_job
from engine.commands.finish_job import JobClosed, finish_job
from engine.commands.fire_timers import Swept, fire_timers
from engine.commands.keep_attachment import keep_attachment
from engine.commands.keep_document import keep_document
from engine.commands.keep_mail import keep_mail
from engine.commands.keep_rehearsal import keep_rehearsal
from engine.commands.mark_sent import mark_sent
from engine.commands.mend_case import mend_case
from engine.commands.note_attempt import note_attempt
from engine.commands.postpone_task import Postponed, postpone_task
from engine.commands.publish_policy import publish_policy
from engine.commands.reassign_case import reassign_case
from engine.commands.reassign_task import Reassigned, reassign_task
from engine.commands.record_incident import record_incident
from engine.commands.record_view import record_view
from engine.commands.release_task import release_task
from engine.commands.retry_incident import Retried, retry_incident
from engine.commands.save_draft import save_draft
from engine.commands.save_policy_draft import save_policy_draft
from engine.commands.start_case import Started, start_case
from engine.commands.start_policy_draft import start_policy_draft
from engine.commands.submit_policy_draft import submit_policy_draft
from engine.commands.submit_version import Submitted, submit_version
from engine.commands.trouble import record_unreadable
from engine.commands.upload_policy_draft import upload_policy_draft
from engine.commands.withdraw_case import Withdrawn, withdraw_case

__all__ = [
    "Claimed",
    "Completed",
    "Delivered",
    "JobClosed",
    "Postponed",
    "Published",
    "Reassigned",
    "Retried",
    "Started",
    "Submitted",
    "Swept",
    "Withdrawn",
    "add_person",
    "approve_policy_draft",
    "approve_version",
    "claim_task",
    "complete_task",
    "deliver_message",
    "discard_policy_draft",
    "fail_job",
    "finish_job",
    "fire_timers",
    "keep_attachment",
    "keep_document",
    "keep_mail",
    "keep_rehearsal",
    "mark_sent",
    "mend_case",
    "note_attempt",
    "postpone_task",
    "publish_policy",
    "reassign_case",
    "reassign_task",
    "record_incident",
    "record_unreadable",
    "record_view",
    "release_task",
    "retry_incident",
    "save_draft",
    "save_policy_draft",
    "start_case",
    "start_policy_draft",
    "submit_policy_draft",
    "submit_version",
    "upload_policy_draft",
    "withdraw_case",
]
