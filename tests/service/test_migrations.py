import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import Engine, inspect, text

from service.database import make_engine
from service.migrating import MIGRATIONS, head_revision, migrate, migration_config
from service.queries.schema import SCHEMA_REVISION, current_revision
from service.settings import Settings
from service.tables import Base
from tests.servers import TestServers


def fresh(servers: TestServers, name: str) -> Settings:
    servers.drop_database(name)
    return Settings(database_url=servers.create_database(name, migrated=False))


def own_tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"spatial_ref_sys", "alembic_version"}


def test_the_code_is_written_for_the_newest_migration() -> None:
    assert head_revision() == SCHEMA_REVISION


def test_the_head_equals_the_tables(settings: Settings) -> None:
    engine = make_engine(settings)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": alembic_helpers.include_object, "compare_type": True},
        )
        differences = compare_metadata(context, Base.metadata)
        sequences = set(inspect(connection).get_sequence_names())
    assert differences == []
    assert "label_revision" in sequences
    engine.dispose()


def test_every_check_and_partial_index_of_the_tables_is_in_the_head(settings: Settings) -> None:
    """What Alembic's comparison does not look at."""
    engine = make_engine(settings)
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        checks = {check["name"] for check in inspector.get_check_constraints(table.name)}
        columns = {column.name: column.type for column in table.columns}
        wanted = {
            f"ck_{table.name}_{kind.name}"
            for kind in columns.values()
            if getattr(kind, "create_constraint", False)
        }
        assert checks == wanted, table.name
        partial = {
            index.name
            for index in table.indexes
            if index.kwargs.get("postgresql_where") is not None
        }
        found = {
            index["name"]
            for index in inspector.get_indexes(table.name)
            if index.get("dialect_options", {}).get("postgresql_where")
        }
        assert found == partial, table.name
    engine.dispose()


def test_upgrade_and_downgrade_lead_there_and_back(servers: TestServers) -> None:
    settings = fresh(servers, "there_and_back")
    engine = make_engine(settings)
    assert current_revision(engine) is None
    migrate(settings)
    assert current_revision(engine) == head_revision()
    assert own_tables(engine) == set(Base.metadata.tables)

    command.downgrade(migration_config(settings.database_address), "base")
    assert own_tables(engine) == set()
    assert inspect(engine).get_sequence_names() == []

    migrate(settings)
    assert own_tables(engine) == set(Base.metadata.tables)
    engine.dispose()
    servers.drop_database("there_and_back")


def test_two_processes_may_migrate_at_once(servers: TestServers) -> None:
    settings = fresh(servers, "at_once")
    # Processes, as when two replicas of a service start: Alembic keeps its context in a global.
    code = (
        "from service.migrating import migrate; from service.settings import Settings;"
        "migrate(Settings())"
    )
    with ThreadPoolExecutor(2) as both:
        runs = both.map(
            lambda _: (
                subprocess.run(
                    [sys.executable, "-c", code], env=settings.as_environment(), check=False
                ).returncode
            ),
            range(2),
        )
    assert list(runs) == [0, 0]
    engine = make_engine(settings)
    assert current_revision(engine) == head_revision()
    engine.dispose()
    servers.drop_database("at_once")


def test_a_database_with_data_keeps_it_when_migrated_again(
    settings: Settings, database: object
) -> None:
    engine = make_engine(settings)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO actors (id, name, role, token_sha256) "
                "VALUES (gen_random_uuid(), 'Ada', 'volunteer', '\\x00')"
            )
        )
    migrate(settings)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM actors")).scalars().all() == ["Ada"]
    engine.dispose()


def test_migrations_are_named_by_time_and_content() -> None:
    names = [path.name for path in Path(MIGRATIONS, "versions").glob("*.py")]
    assert names
    for name in names:
        stamp, _, what = name.partition("_")
        assert len(stamp.split("-")) == 4 and stamp.replace("-", "").isdigit(), name
        assert what.removesuffix(".py").replace("_", "").isalnum(), name
