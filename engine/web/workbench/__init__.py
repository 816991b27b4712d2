"""The owner's workbench: changing the guidance in modellers, checking it, and putting it in force."""

from engine.web.workbench import approving, checks, editors, files, home, publishing, saving
from engine.web.workbench.desk import blueprint

__all__ = ["approving", "blueprint", "checks", "editors", "files", "home", "publishing", "saving"]
