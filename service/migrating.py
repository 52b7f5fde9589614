"""The schema brought up to date: the migrations' one way in.

Apart from :mod:`service.database`, so that only what migrates loads Alembic: the API does not, and
is 10 MB smaller.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from service.settings import Settings

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def migration_config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # ConfigParser reads % as interpolation; passwords in URLs are percent-encoded.
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the schema to ``revision``. Safe to run from several processes at once."""
    command.upgrade(migration_config(settings.database_address), revision)


def head_revision() -> str:
    """The newest revision among the migrations."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise RuntimeError(f"no migration found in {MIGRATIONS}")
    return head
