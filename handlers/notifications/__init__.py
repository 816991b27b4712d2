"""Notices to the people of a role: a task has arrived, nears its date, is overdue."""
