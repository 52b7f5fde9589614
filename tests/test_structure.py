"""The house's rules, run: directions of import, homes of SQL and of the environment, sizes."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 400  # lines
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM|TRUNCATE)\s"
    r"|\bST_[A-Z]\w+",
    re.DOTALL,
)
# Administers the private cluster before any of our tables is there.
SQL_ELSEWHERE = {"service/stack/postgres.py"}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def strings_that_run(tree: ast.Module) -> Iterator[str]:
    """String constants, without docstrings: those speak about SQL, they do not run it."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


def sql_of(tree: ast.Module) -> list[str]:
    """SQL text, and calls of PostGIS functions or of ``text``, in one module."""
    found = [text for text in strings_that_run(tree) if SQL.search(text)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("ST_"):
            found.append(node.attr)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            found += [alias.name for alias in node.names if alias.name == "text"]
    return found


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_imports_go_only_where_the_contracts_allow() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_sql_stays_in_queries_and_tables() -> None:
    homes = ("service/queries/", "service/tables/")
    strays = {
        name_of(path): found
        for path in sources("service")
        if not name_of(path).startswith(homes)
        and name_of(path) not in SQL_ELSEWHERE
        and (found := sql_of(ast.parse(path.read_text())))
    }
    assert strays == {}


def test_the_rule_about_sql_sees_what_it_should() -> None:
    assert sql_of(ast.parse("session.execute('SELECT id FROM tiles WHERE x = 1')"))
    assert sql_of(ast.parse("func.ST_Intersects(a, b)")) == ["ST_Intersects"]
    assert sql_of(ast.parse("from sqlalchemy import select, text")) == ["text"]
    assert sql_of(ast.parse("'''SELECT id FROM tiles, said in a docstring'''")) == []
    assert sql_of(ast.parse("'please select a tile from the list'")) == []


def reads_environment(tree: ast.Module) -> bool:
    """Whether a module asks ``os`` for the environment; giving libraries a default is no asking.

    By name of the module: psutil's processes have an environment to ask for, too.
    """
    giving = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "setdefault"
    }
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and id(node) not in giving
        for node in ast.walk(tree)
    )


def test_only_the_settings_read_the_environment() -> None:
    files = sources("service", "learner")
    readers = [name_of(path) for path in files if reads_environment(ast.parse(path.read_text()))]
    assert readers == ["service/settings.py"]


def test_no_file_outgrows_a_reader() -> None:
    files = sources("service", "learner", "tests", "benchmarks", "migrations")
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in sources("service", "learner") if path.stem in VAGUE] == []


def test_the_api_process_never_loads_torch() -> None:
    done = run_python(
        "import sys, service.main, service.client;"
        "heavy = {'torch', 'torchvision', 'timm', 'segmentation_models_pytorch', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_importing_a_package_of_the_learner_loads_nothing_heavy() -> None:
    packages = sorted(
        name_of(path.parent).replace("/", ".") for path in (ROOT / "learner").rglob("__init__.py")
    )
    done = run_python(
        f"import sys, {', '.join(packages)};"
        "print(sorted({'torch', 'rasterio', 'sklearn', 'cv2', 'numpy'} & set(sys.modules)))"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_help_loads_no_command() -> None:
    done = run_python(
        "import sys; sys.argv = ['tilewise', '--help']\n"
        "from service.cli import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'numpy', 'sqlalchemy', 'matplotlib', 'service.cli.demo'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    assert "demo" in done.stdout
    assert done.stderr.strip() == "[]"


def test_every_command_of_the_list_can_be_asked_for_help() -> None:
    done = run_python(
        "from typer.testing import CliRunner\n"
        "from service.cli import COMMANDS, app\n"
        "for name in COMMANDS:\n"
        "    shown = CliRunner().invoke(app, [name, '--help'])\n"
        "    assert shown.exit_code == 0, (name, shown.output)\n"
        "    assert 'xample' in shown.output or name in {'campaign', 'round', 'labels'}, name\n"
    )
    assert done.returncode == 0, done.stderr


def test_the_glossary_knows_every_word_that_must_not_be_mixed_up() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    words = (
        "campaign", "tile", "chip", "scene", "pool", "batch", "round", "acquisition",
        "propensity", "prediction", "review", "label", "checkpoint", "promoted checkpoint",
        "audit set", "holdout", "lease", "fence", "actor", "shard", "job",
    )  # fmt: skip
    missing = [word for word in words if f"**{word}**" not in glossary]
    assert missing == []


def test_no_path_of_one_machine_stands_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.toml", "*.yaml", "*.sh", "Makefile", "Dockerfile"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    home = re.compile(r"(?<![\w.])/(home/\w+|Users/\w+|root)/")
    texts = {name: (ROOT / name).read_text() for name in listed if (ROOT / name).is_file()}
    # The Dockerfile names its own root's cache.
    found = [name for name, text in texts.items() if home.search(text.replace("/root/.cache", ""))]
    assert [name for name in found if name != "tests/test_structure.py"] == []
