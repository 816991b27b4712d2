"""Reads for screens: access applied, plain frozen values, a fixed number of statements each."""

from engine.model.case import CaseFilter, CaseHead, CaseList, CaseRow, View
from engine.model.task import TaskFilter, TaskList, TaskRow
from engine.queries.answered import answered, was_sent
from engine.queries.case_page import CasePage, NextDate, PersonInCase, Strand, case_page
from engine.queries.cases import case_list, views
from engine.queries.changes import MessagePage, RecordableChange, message_page
from engine.queries.history import HistoryLine, HistoryPage, history, history_page, journal_entries
from engine.queries.papers import attachment, document, mail, mail_attachment, mailbox
from engine.queries.policy import (
    PolicyPage,
    PolicyRow,
    StartPage,
    policy_files,
    policy_form,
    policy_page,
    policy_version,
    start_page,
)
from engine.queries.policy_draft import (
    DraftPage,
    draft_file,
    draft_save,
    draft_saves,
    policy_draft,
    rehearsal,
    submitted_versions,
)
from engine.queries.task_page import AdviceShown, TaskPage, task_page
from engine.queries.tasks import deadlines, my_tasks, team_tasks
from engine.queries.workings import incident_page, incidents, open_jobs, people, sign_in

__all__ = [
    "AdviceShown",
    "CaseFilter",
    "CaseHead",
    "CaseList",
    "CasePage",
    "CaseRow",
    "DraftPage",
    "HistoryLine",
    "HistoryPage",
    "MessagePage",
    "NextDate",
    "PersonInCase",
    "PolicyPage",
    "PolicyRow",
    "RecordableChange",
    "StartPage",
    "Strand",
    "TaskFilter",
    "TaskList",
    "TaskPage",
    "TaskRow",
    "View",
    "answered",
    "attachment",
    "case_list",
    "case_page",
    "deadlines",
    "document",
    "draft_file",
    "draft_save",
    "draft_saves",
    "history",
    "history_page",
    "incident_page",
    "incidents",
    "journal_entries",
    "mail",
    "mail_attachment",
    "mailbox",
    "message_page",
    "my_tasks",
    "open_jobs",
    "people",
    "policy_draft",
    "policy_files",
    "policy_form",
    "policy_page",
    "policy_version",
    "rehearsal",
    "sign_in",
    "start_page",
    "submitted_versions",
    "task_page",
    "team_tasks",
    "views",
    "was_sent",
]
