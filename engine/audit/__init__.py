"""The auditor's room: a case rebuilt from its journal, the record proved or its first difference named, exports."""

from engine.audit.export import export
from engine.audit.rebuild import rebuilt
from engine.audit.replay import Replayed, replay
from engine.audit.verify import Difference, Verdict, verify, verify_all

__all__ = ["Difference", "Replayed", "Verdict", "export", "rebuilt", "replay", "verify", "verify_all"]
