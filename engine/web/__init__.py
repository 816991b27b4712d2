"""The Flask shell: pages for the people of the policy, on top of commands and queries."""

from __future__ import annotations

from engine.web.app import create_app

__all__ = ["create_app"]
