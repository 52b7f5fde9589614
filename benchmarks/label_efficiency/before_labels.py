"""Before the first label: how good is the starting model on a data set, and where is it wrong?

    python -m benchmarks.label_efficiency.before_labels --data FOLDER [--data FOLDER:VALUE …]
    python -m benchmarks.label_efficiency.before_labels --data FOLDER --checkpoint MODEL.safetensors

Looks at all chips in four views, as they are and shrunk to half and a quarter, which stands for
imagery of pixels twice and four times as large. Prints the table, writes ``before_labels.json`` and
one picture a data set: the chips with most wrong pixels, red where the model sees what is not
there, blue where it misses what is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks.label_efficiency.as_campaign import mapped
from benchmarks.label_efficiency.chip_folder import ChipFolder, read_chips
from learner.chip_prediction import ChipPredictor
from learner.data.chip_set import ChipSet
from learner.evaluation.counts import PixelCounts, pixel_counts
from learner.evaluation.scores import iou, precision, recall
from learner.model import checkpoint as checkpoints
from learner.model.checkpoint import Checkpoint
from learner.starting.packaged import starting_model
from learner.training.config import ModelConfig, reduction_for
from service.domain.recipe import starting_model_for

SHRUNK = (1, 2, 4)
VIEWS = 4
_PICTURED = 8
_WRONG, _MISSED = (255, 0, 0), (0, 0, 255)

Pixels = npt.NDArray[np.uint8]


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.label_efficiency.before_labels",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data", action="append", required=True, metavar="FOLDER[:VALUE]")
    add("--checkpoint", type=Path, help="another model than the class's starting model")
    add("--class-name", help="default: what meta.json or the folder's name says")
    add("--threshold", type=float, default=0.4, help="from which probability on it is an object")
    add("--out", type=Path, default=Path("build/before_labels"))
    add("--device", default="auto")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Look, measure, print."""
    chosen = arguments(argv)
    console = Console()
    chosen.out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for text in chosen.data:
        folder = ChipFolder.parse(text, None)
        shown = mapped(folder, chosen.class_name)
        chips = read_chips(replace(folder, told_apart=shown.told_apart))
        model = _model(chosen.checkpoint, shown.class_name, folder)
        figures[folder.name] = {}
        for factor in SHRUNK:
            seen, truth = looked_at(model, chips, factor, shown.ground_m_per_px, chosen)
            counts = pixel_counts(seen, truth)
            figures[folder.name][f"1/{factor}"] = _scores(counts)
            if factor == 1:
                picture = worst(chips.pixels, seen > 0, truth > 0)
                Image.fromarray(picture).save(chosen.out / f"{folder.name}.png")
    (chosen.out / "before_labels.json").write_text(json.dumps(figures, indent=1))
    console.print(table_of(figures))
    console.print(f"{chosen.out}/before_labels.json and one PNG a data set")


def _model(file: Path | None, class_name: str | None, folder: ChipFolder) -> Checkpoint:
    if file is not None:
        return checkpoints.load(file)
    named = starting_model_for(class_name, {}) if class_name else None
    found = starting_model(ModelConfig(starting_model=named))
    if found is None:
        raise SystemExit(
            f"{folder.path}: there is no starting model of {class_name or 'a class without name'}; "
            "give --class-name building or road, or --checkpoint"
        )
    return found


def looked_at(
    model: Checkpoint,
    chips: ChipSet,
    factor: int,
    ground_m_per_px: float | None,
    chosen: argparse.Namespace,
) -> tuple[Pixels, Pixels]:
    """What the model sees, and the truth.

    Args:
        model: any checkpoint of the default network.
        chips: with their truth.
        factor: sides are shrunk by it.
        ground_m_per_px: before that; None where nothing says.
        chosen: ``threshold`` and ``device``.

    Returns:
        Two ``(N, S / factor, S / factor)`` uint8, 0 or 1; the truth is what covers half a pixel.
    """
    if ground_m_per_px is None:
        reduction = max(1, model.card.model.reduction // factor)
    else:
        reduction = reduction_for(ground_m_per_px * factor)
    card = replace(model.card, model=replace(model.card.model, reduction=reduction))
    predictor = ChipPredictor.of([Checkpoint(model.weights, card)], device=chosen.device)
    pixels = np.stack([_shrunk(chip, factor) for chip in chips.pixels])
    covered = np.stack([_shrunk(255 * mask, factor) for mask in chips.truth])
    seen = predictor(pixels, views=VIEWS).probability >= chosen.threshold
    return seen.astype(np.uint8), (covered > 127).astype(np.uint8)


def _shrunk(picture: Pixels, factor: int) -> Pixels:
    if factor == 1:
        return picture
    size = (picture.shape[1] // factor, picture.shape[0] // factor)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def worst(
    pixels: Pixels, seen: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint8]:
    """The chips with most wrong pixels, above as they are, below with what is wrong.

    Args:
        pixels: ``(N, S, S, 3)`` uint8.
        seen, truth: ``(N, S, S)``.

    Returns:
        ``(2 S, n S, 3)`` uint8, n at most 8.
    """
    order = np.argsort(-(seen ^ truth).sum(axis=(1, 2)), kind="stable")[:_PICTURED]
    columns = []
    for chip in order.tolist():
        marked = pixels[chip].copy()
        for where, colour in (
            (seen[chip] & ~truth[chip], _WRONG),
            (truth[chip] & ~seen[chip], _MISSED),
        ):
            marked[where] = marked[where] // 2 + np.array(colour, np.uint8) // 2
        columns.append(np.concatenate([pixels[chip], marked]))
    return np.concatenate(columns, axis=1)


def table_of(figures: dict[str, dict[str, dict[str, float]]]) -> Table:
    """All data sets, a row each."""
    table = Table(title="Before the first label", title_justify="left")
    for column in ("data", "IoU", "precision", "recall", "IoU at 1/2", "IoU at 1/4"):
        table.add_column(column, justify="left" if column == "data" else "right")
    for name, of in figures.items():
        whole = [of["1/1"][key] for key in ("iou", "precision", "recall")]
        shrunk = [of[f"1/{factor}"]["iou"] for factor in SHRUNK[1:]]
        table.add_row(name, *(f"{value:.3f}" for value in (*whole, *shrunk)))
    return table


def _scores(counts: PixelCounts) -> dict[str, float]:
    scores = {"iou": iou(counts), "precision": precision(counts), "recall": recall(counts)}
    return {name: round(float(value), 4) for name, value in scores.items()}


if __name__ == "__main__":
    main()
