"""The store: SQLite or PostgreSQL, the same code; the only room that knows SQLAlchemy and Alembic."""

from engine.store.migrate import is_current, upgrade
from engine.store.uow import SqlUnitOfWork, open_store

__all__ = ["SqlUnitOfWork", "is_current", "open_store", "upgrade"]
