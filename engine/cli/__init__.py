"""The `alongside` command. Each subcommand's code is imported when it is called, so that a small one starts fast."""

from engine.cli.main import main

__all__ = ["main"]
