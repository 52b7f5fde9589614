"""What the programs are started with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from service.settings import Settings
from service.stack.programs import api_program

ROOT = Path(__file__).parents[3]


def test_what_the_api_is_made_of_is_not_looked_through_again(tmp_path: Path) -> None:
    program = api_program(Settings(home=tmp_path))
    factory = next(word for word in program.command if word.startswith("service."))
    module, name = factory.split(":")

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import gc; from {module} import {name}; app = {name}();"
            "print(gc.get_freeze_count(), len(gc.get_objects()))",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    left_alone, watched = map(int, done.stdout.split())
    assert left_alone > 100 * watched
    assert f'"{factory}"' in (ROOT / "Dockerfile").read_text()  # a container starts the same
