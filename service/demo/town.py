"""The built-in scene: a generated town, for machines without imagery."""

from __future__ import annotations

from pathlib import Path

from learner.data.town import generate_town, write_scene
from service.demo.scene import IMAGERY_FILE, LABELS_FILE

TOWN_SEED = 20
TOWN_COLUMNS = TOWN_ROWS = 12


def built_in_town(scenes: Path) -> Path:
    """The folder of the generated town below ``scenes``; it is made once and then reused."""
    folder = scenes / "town"
    if not all((folder / name).is_file() for name in (IMAGERY_FILE, LABELS_FILE)):
        folder.mkdir(parents=True, exist_ok=True)
        write_scene(generate_town(TOWN_SEED, TOWN_COLUMNS, TOWN_ROWS), folder)
    return folder
