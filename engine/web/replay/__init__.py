"""The auditor's pages: a case step by step, as at a date, why a task was there, its proof and its export."""

from engine.web.replay.pages import blueprint

__all__ = ["blueprint"]
