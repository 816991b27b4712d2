"""A PostgreSQL server for tests: the one that `alongside hostile` attacks, without fsync."""

from engine.hostile.postgresql import serve

__all__ = ["serve"]
