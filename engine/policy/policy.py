"""One policy version, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.forms import Form
from engine.model.bundle import Bundle
from engine.model.errors import PolicyRejected
from engine.policy.guidance import Sentence
from engine.policy.letters import Letter
from engine.policy.lint import faults_of
from engine.policy.pack import read_pack
from engine.policy.settings import PolicySettings


@dataclass(frozen=True)
class Policy:
    """A version that passed every check: its digest names it, `bundle` holds its files."""

    digest: str
    bundle: Bundle
    settings: PolicySettings
    forms: Mapping[str, Form]
    decisions: frozenset[str]
    letters: Mapping[str, Letter]
    sentences: Mapping[str, Sentence]


def parse_policy(bundle: Bundle) -> Policy:
    """Read and check a bundle; raises PolicyRejected with every fault of every file."""
    pack = read_pack(bundle)
    faults = faults_of(pack)
    if faults:
        raise PolicyRejected(faults)
    return Policy(bundle.digest, bundle, pack.settings, pack.forms, pack.decision_ids, pack.letters, pack.sentences)
