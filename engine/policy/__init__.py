"""One policy version as a whole: read from a folder, settings, lint in plain words, coverage, differences."""

from __future__ import annotations

from engine.policy.coverage import coverage
from engine.policy.diff import Difference, diff
from engine.policy.lint import lint_file, lint_pack, pack_warnings
from engine.policy.load import read_folder
from engine.policy.policy import Policy, parse_policy
from engine.policy.settings import PolicySettings

__all__ = [
    "Difference",
    "Policy",
    "PolicySettings",
    "coverage",
    "diff",
    "lint_file",
    "lint_pack",
    "pack_warnings",
    "parse_policy",
    "read_folder",
]
