"""Alembic's way in: the tables' metadata, GeoAlchemy2's hooks, one migration at a time."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, pool, text

from service.settings import Settings
from service.tables import Base

# Any constant will do, as long as nothing else in the database locks on it.
MIGRATION_LOCK = 7_116_934


def database_url() -> str:
    """The caller's URL, or the settings' when alembic is run from the command line."""
    return context.config.get_main_option("sqlalchemy.url") or Settings().database_address


HOOKS = {
    "target_metadata": Base.metadata,
    # Without these three, spatial indexes are made twice and PostGIS's own tables dropped.
    "include_object": alembic_helpers.include_object,
    "process_revision_directives": alembic_helpers.writer,
    "render_item": alembic_helpers.render_item,
    "compare_type": True,
}


def migrate_online() -> None:
    engine = create_engine(database_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, **HOOKS)
        with context.begin_transaction():
            # Held to the end of the transaction: a second migration waits, then finds it done.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            context.run_migrations()
    engine.dispose()


def migrate_offline() -> None:
    context.configure(url=database_url(), literal_binds=True, **HOOKS)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
