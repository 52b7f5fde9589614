"""How good, how simple and how fast outlines are: against the truth of real scenes.

python -m benchmarks.vectorise --data FOLDER [--scene banepa --scene zanzibar] [--checkpoint FILE]

FOLDER holds scenes (folders with labels.geojson, aoi.geojson and imagery.tif). Without a checkpoint
the probabilities are made from the truth with borders that wobble as a model's do, so that only
what vectorising adds or loses is measured; with one they are the model's. A last measurement
vectorises 10,000 roofs, whatever the data.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import mercantile
import numpy as np
import shapely
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from shapely import Polygon

from benchmarks.reporting import Measurement, print_table, write_json
from learner.data.rasterise import rasterise
from learner.evaluation import scores
from learner.evaluation.objects import match_objects
from learner.grid import TILE_PX, PixelWindow
from learner.vectorise import OutlineRules, Piece, outlines, stitch, trace
from learner.world_pixels import lon_lat_of, world_px_of

ZOOM = 20
BLOCK_PX = 4 * TILE_PX
MARGIN_PX = 32
LEAST_PIECE_PX = 225  # 4 square metres at about 28 degrees of latitude
RECIPES = {
    "plain 0.3 m": OutlineRules(),
    "plain 0.6 m": OutlineRules(simplify_m=0.6),
    "squared 0.6 m": OutlineRules(simplify_m=0.6, right_angles=True),
    "squared 0.8 m": OutlineRules(simplify_m=0.8, right_angles=True),
    "divided": OutlineRules(split_depth_m=0.5),
    "buildings": OutlineRules.from_mapping({"preset": "buildings"}),
    "mapping_challenge": OutlineRules.from_mapping({"preset": "mapping_challenge"}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One way to make outlines of one scene's pieces, held against its truth."""

    scene: str
    recipe: str
    outlines: int
    object_f1: float
    object_f1_at_75: float
    matched_iou: float
    vertices: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Mosaic:
    """All blocks of a scene, read by any window; 0 where there is none."""

    blocks: Sequence[tuple[NDArray[np.float32], PixelWindow]]

    def at(self, window: PixelWindow) -> NDArray[np.float32]:
        """(H, W) float32, 0..1."""
        found = np.zeros(window.shape, np.float32)
        for probability, block in self.blocks:
            row, column = window.offset_of(block)
            top, left = max(row, 0), max(column, 0)
            bottom = min(row + block.height_px, window.height_px)
            right = min(column + block.width_px, window.width_px)
            if top < bottom and left < right:
                found[top:bottom, left:right] = probability[
                    top - row : bottom - row, left - column : right - column
                ]
        return found


def main() -> None:
    """Measure, print the tables, write the JSON."""
    chosen = arguments()
    console = Console()
    rows = [
        row
        for name in chosen.scene
        for row in rows_of_scene(chosen.data / name, chosen.checkpoint, chosen.wobble_px)
    ]
    console.print(table_of(rows))
    speed = speed_of(10_000)
    print_table("10,000 roofs", speed, console)
    details = {
        "rows": [asdict(row) for row in rows],
        "checkpoint": chosen.checkpoint.name if chosen.checkpoint else None,
        "wobble_px": chosen.wobble_px,
    }
    write_json(chosen.out, "vectorise", speed, details)
    console.print(f"Written to {chosen.out}.")


def arguments() -> argparse.Namespace:
    """What to measure, from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of scene folders")
    parser.add_argument("--scene", action="append", help="its scenes (banepa and zanzibar)")
    parser.add_argument("--checkpoint", type=Path, help="a model's weights (.safetensors)")
    parser.add_argument("--wobble-px", type=float, default=1.5, help="of made-up borders")
    parser.add_argument("--out", type=Path, default=Path("build/vectorise.json"))
    chosen = parser.parse_args()
    chosen.scene = chosen.scene or ["banepa", "zanzibar"]
    return chosen


def rows_of_scene(folder: Path, checkpoint: Path | None, wobble_px: float) -> Iterator[Row]:
    """The exact pieces of a scene and the outlines of every recipe, against its truth."""
    area = shapely.union_all(polygons_of(folder / "aoi.geojson"))
    labels = polygons_of(folder / "labels.geojson")
    truth = [label for label in labels if area.contains(label.point_on_surface())]
    truth_px = list(world_px_of(truth, ZOOM))
    yield row_of("truth", folder.name, [(each, 1.0) for each in truth], area, truth_px, 0.0)
    if checkpoint is None:
        blocks, threshold = perturbed_blocks(truth, wobble_px), 0.5
    else:
        blocks, threshold = predicted_blocks(folder, area, checkpoint)
    mosaic = Mosaic(list(blocks))
    pieces = stitch(
        [
            piece
            for probability, window in mosaic.blocks
            for piece in trace(probability, window, threshold=threshold)
        ]
    )
    exact = [piece for piece in pieces if piece.area_px >= LEAST_PIECE_PX]
    shapes = [(lon_lat_of(piece.polygon, ZOOM), piece.mean_probability) for piece in exact]
    yield row_of("pixel edges", folder.name, shapes, area, truth_px, 0.0)
    for recipe, rules in RECIPES.items():
        started = time.perf_counter()
        found = outlines(pieces, ZOOM, rules, mosaic.at)
        took_s = time.perf_counter() - started
        shapes = [(each.polygon, each.confidence) for each in found]
        yield row_of(recipe, folder.name, shapes, area, truth_px, took_s)


def row_of(
    recipe: str,
    scene: str,
    shapes: Sequence[tuple[Polygon, float]],
    area: shapely.Geometry,
    truth_px: Sequence[Polygon],
    took_s: float,
) -> Row:
    """Match the shapes (EPSG:4326, with confidences) in the area with the truth (in pixels)."""
    shapely.prepare(area)
    kept = [each for each in shapes if area.contains(each[0].point_on_surface())]
    polygons = list(world_px_of([polygon for polygon, _ in kept], ZOOM))
    matches = match_objects(polygons, truth_px, [confidence for _, confidence in kept])
    strict = match_objects(polygons, truth_px, [confidence for _, confidence in kept], iou=0.75)
    ious = [
        iou_of(polygons[place], truth_px[target])
        for place, target in zip(matches.order, matches.truth_of, strict=True)
        if target >= 0
    ]
    return Row(
        scene=scene,
        recipe=recipe,
        outlines=len(polygons),
        object_f1=float(scores.f1(matches.counts)),
        object_f1_at_75=float(scores.f1(strict.counts)),
        matched_iou=float(np.mean(ious)),
        vertices=float(np.mean([shapely.get_num_coordinates(each) - 1 for each in polygons])),
        seconds=took_s,
    )


def iou_of(one: Polygon, other: Polygon) -> float:
    """IoU of two polygons in the same planar unit."""
    shared = one.intersection(other).area
    return float(shared / (one.area + other.area - shared))


def polygons_of(path: Path) -> list[Polygon]:
    """The polygons of a GeoJSON file, valid, parts of multipolygons apart."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    parts = shapely.get_parts(shapely.make_valid(np.array(shapes, dtype=object)))
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def perturbed_blocks(
    truth: Sequence[Polygon], wobble_px: float
) -> Iterator[tuple[NDArray[np.float32], PixelWindow]]:
    """Probabilities of each group of tiles with truth: its mask, with soft and wobbling borders."""
    rng = np.random.default_rng(0)
    west, south, east, north = shapely.total_bounds(np.array(truth, dtype=object))
    corner = mercantile.tile(west, north, ZOOM)
    last = mercantile.tile(east, south, ZOOM)
    for y in range(corner.y // 4, last.y // 4 + 1):
        for x in range(corner.x // 4, last.x // 4 + 1):
            window = PixelWindow.of_tiles(ZOOM, 4 * x, 4 * y, 4, 4)
            mask = rasterise(truth, window.grown(MARGIN_PX))
            if mask.any():
                inner = np.s_[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]
                yield softened(mask, rng, wobble_px)[inner], window


def softened(
    mask: NDArray[np.uint8], rng: np.random.Generator, wobble_px: float
) -> NDArray[np.float32]:
    """A mask as a model might see it: rounded corners, borders off by about ``wobble_px``."""
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    distance -= cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3)
    distance = cv2.GaussianBlur(np.clip(distance, -30, 30), (0, 0), 2.0)
    for sigma_px, share in ((4.0, 1.0), (1.0, 0.3)):
        noise = cv2.GaussianBlur(rng.standard_normal(mask.shape, np.float32), (0, 0), sigma_px)
        distance += share * wobble_px * noise / noise.std()
    return np.asarray(1.0 / (1.0 + np.exp(-distance / 2.0)), dtype=np.float32)


def predicted_blocks(
    folder: Path, area: shapely.Geometry, path: Path
) -> tuple[Iterator[tuple[NDArray[np.float32], PixelWindow]], float]:
    """A model's probabilities over the area, and its threshold."""
    # Only here: without a checkpoint nothing of torch is needed.
    from learner.imagery.source import open_source
    from learner.imagery.spec import ImageryKind, ImagerySpec
    from learner.model.checkpoint import load
    from learner.predict import Predictor

    checkpoint = load(path)
    source = open_source(ImagerySpec(ImageryKind.SCENE, str(folder / "imagery.tif")))
    tiles = [
        tile
        for tile in mercantile.tiles(*area.bounds, zooms=ZOOM)
        if area.intersects(shapely.box(*mercantile.bounds(tile)))
    ]
    predictions = Predictor(checkpoint, threads=2).predict_blocks(source, tiles)
    return ((each.probability, each.window) for each in predictions), checkpoint.card.threshold


def speed_of(count: int) -> list[Measurement]:
    """Seconds to trace, stitch and outline that many roofs in blocks of 1024 px."""
    side = int(np.ceil(np.sqrt(count)))
    mask = np.zeros((side * 40, side * 40), dtype=np.uint8)
    rng = np.random.default_rng(0)
    for index in range(count):
        row, column = divmod(index, side)
        centre = (20.0 + 40 * column, 20.0 + 40 * row)
        size = (float(rng.uniform(14, 27)), float(rng.uniform(14, 27)))
        roof = cv2.boxPoints((centre, size, float(rng.uniform(0, 90))))
        cv2.fillPoly(mask, [roof.astype(np.int32)], 1)
    probability = mask.astype(np.float32) * 0.9
    started, started_cpu = time.perf_counter(), time.process_time()
    pieces: list[Piece] = []
    all_of_it = PixelWindow(ZOOM, 2**27, 2**26, mask.shape[1], mask.shape[0])
    for top in range(0, mask.shape[0], BLOCK_PX):
        for left in range(0, mask.shape[1], BLOCK_PX):
            block = probability[top : top + BLOCK_PX, left : left + BLOCK_PX]
            window = PixelWindow(ZOOM, 2**27 + left, 2**26 + top, block.shape[1], block.shape[0])
            pieces += trace(block, window, threshold=0.5)
    traced = time.perf_counter()
    whole = stitch(pieces)
    stitched = time.perf_counter()
    rules = replace(OutlineRules.from_mapping({"preset": "buildings"}), min_area_m2=0.0)
    found = outlines(whole, ZOOM, rules, Mosaic([(probability, all_of_it)]).at)
    done, cpu_s = time.perf_counter(), time.process_time() - started_cpu
    return [
        Measurement("trace", traced - started, "s", note=f"{mask.size / 1e6:.0f} megapixels"),
        Measurement("stitch", stitched - traced, "s", note=f"{len(pieces)} pieces"),
        Measurement("divide, outline, square", done - stitched, "s", note=f"{len(found)} outlines"),
        Measurement("all", done - started, "s", goal=10.0, note=f"{cpu_s:.1f} s of CPU"),
    ]


def table_of(rows: Sequence[Row]) -> Table:
    """The rows, for people."""
    table = Table(title="Outlines against the truth", title_justify="left")
    for name in ("scene", "recipe"):
        table.add_column(name)
    for name in ("outlines", "object F1", "F1 at IoU 0.75", "IoU", "vertices", "s"):
        table.add_column(name, justify="right")
    for row in rows:
        measured = (row.object_f1, row.object_f1_at_75, row.matched_iou)
        table.add_row(
            row.scene,
            row.recipe,
            str(row.outlines),
            *(f"{value:.3f}" for value in measured),
            f"{row.vertices:.1f}",
            f"{row.seconds:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
