"""A home for a stack of its own, which leaves no process behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from service.stack import EmbeddedStack


@pytest.fixture
def home() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="tilewise-stack-"))
    base.chmod(0o755)  # pytest's own folders are closed to other accounts than ours
    home = base / ".tilewise"
    yield home
    EmbeddedStack(Settings(home=home)).stop()
    shutil.rmtree(base)
