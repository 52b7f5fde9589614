"""How fast the learner predicts and trains, and what stands between that and the hardware.

    python -m benchmarks.throughput
    python -m benchmarks.throughput --backend eager --backend openvino --side 12

Trains the default model on a generated town (which is timed), then predicts another town with every
backend that is here: the bare network, the learner, and all that a prediction job does. Beside each
figure stands what the machine's arithmetic would allow, measured in the same run. Prints a table
and writes ``throughput.json`` and ``throughput.png``.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import torch
from rich.console import Console

from benchmarks.memory import one_heap
from benchmarks.reporting import Measurement, print_table, write_json
from benchmarks.throughput.limits import forward_gflop, peak_gflops
from benchmarks.throughput.plot import plot
from benchmarks.throughput.pool import peak_by_pool
from benchmarks.throughput.prediction import PredictionSpeed, gflop_per_tile, prediction_speed
from benchmarks.throughput.training import TrainingSpeed, training_speed
from learner.data.town import generate_town, write_scene
from learner.grid import TILE_PX
from learner.model import checkpoint as checkpoints
from learner.model.backends.backend import fastest, has_openvino
from learner.model.device import Runtime, choose_runtime

BACKWARD = 3
"""A training step is some three forward passes: one forward, and one each for the gradients of
activations and of weights."""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print the table, write JSON and plot; some four minutes on two cores."""
    chosen = _arguments(argv)
    console = Console()
    one_heap()
    runtime = choose_runtime(threads=chosen.threads)
    peak = {dtype: peak_gflops(runtime, dtype) for dtype in {torch.float32, runtime.dtype}}
    console.print("training")
    training, checkpoint = training_speed(chosen.steps, 6, chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    weights = chosen.out / "checkpoint.safetensors"
    checkpoints.save(checkpoint, weights)
    crop_gflop = forward_gflop(checkpoint.segmenter(), TILE_PX, TILE_PX)

    town = generate_town(3, chosen.side, chosen.side)
    write_scene(town, chosen.out)
    imagery, tiles = chosen.out / "imagery.tif", list(town.window.tiles())
    tile_gflop = gflop_per_tile(weights, tiles)
    speeds, limits = [], {}
    for backend in chosen.backend or _backends(runtime):
        console.print(f"prediction by {backend}")
        speed = prediction_speed(weights, imagery, tiles, chosen.threads, backend=backend)
        speeds.append(speed)
        limits[speed.backend] = peak[_dtype(backend, runtime)] / tile_gflop
    console.print("memory")
    peaks = peak_by_pool(weights, imagery, town.window, (1, 4), chosen.threads)

    measurements = [
        *_training(training, peak[runtime.dtype] / (BACKWARD * crop_gflop), crop_gflop),
        *(row for speed in speeds for row in _prediction(speed, limits[speed.backend], runtime)),
        *_memory(peaks),
    ]
    details = {
        "runtime": runtime.describe(),
        "threads": chosen.threads,
        "load_before_and_after": [chosen.load, os.getloadavg()],
        "peak_gflops": {str(dtype): value for dtype, value in peak.items()},
        "gflop_per_tile": {"prediction, with margins": tile_gflop, "forward of a crop": crop_gflop},
        "training": training.as_dict(),
        "prediction": [speed.as_dict() for speed in speeds],
        "arithmetic_limit_tiles_per_s": limits,
        "peak_mb_by_tiles_in_pool": peaks,
    }
    print_table(f"Throughput, {runtime.describe()}", measurements, console)
    for speed in speeds:
        parts = ", ".join(f"{name} {spent:.2f}" for name, spent in speed.stage_ms.items())
        console.print(f"{speed.backend}: ms of processor a tile: {parts}")
    write_json(chosen.out / "throughput.json", "throughput", measurements, details)
    plot(speeds, limits, chosen.out / "throughput.png")
    console.print(f"Written to {chosen.out}.")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.throughput",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("build/throughput"))
    parser.add_argument("--backend", action="append", help="one or more; all that are here")
    parser.add_argument("--side", type=int, default=20, help="of the town, in tiles (20)")
    parser.add_argument("--steps", type=int, default=120, help="of the training (120)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args(argv)
    chosen.load = os.getloadavg()
    return chosen


def _backends(runtime: Runtime) -> list[str]:
    found = ["eager"]
    if runtime.multiplies_bf16:
        found.append("bf16")
    if runtime.is_cuda:
        found.append("compiled")
    elif has_openvino():
        found.append("openvino")
    return found


def _dtype(backend: str, runtime: Runtime) -> torch.dtype:
    return torch.float32 if backend == "eager" else runtime.dtype


def _training(speed: TrainingSpeed, limit: float, crop_gflop: float) -> list[Measurement]:
    note = f"arithmetic limit {limit:.0f} tiles/s: {BACKWARD} × {crop_gflop:.2f} GFLOP a crop"
    return [
        Measurement("training, steps", speed.in_steps, "tiles/s", 25, False, note),
        Measurement(
            "training, all of it", speed.overall, "tiles/s", note="with holdout and saved states"
        ),
    ]


def _prediction(speed: PredictionSpeed, limit: float, runtime: Runtime) -> list[Measurement]:
    is_default = speed.backend == fastest(runtime)
    share = speed.bare / limit
    network = speed.stage_ms["network"] / sum(speed.stage_ms.values())
    return [
        Measurement(
            f"{speed.backend}: bare network",
            speed.bare,
            "tiles/s",
            100 if is_default and not runtime.is_cuda else None,
            False,
            f"arithmetic limit {limit:.0f} tiles/s, {share:.0%} of it"
            + ("; the default here" if is_default else ""),
        ),
        Measurement(f"{speed.backend}: learner", speed.learner, "tiles/s"),
        Measurement(f"{speed.backend}: end to end", speed.end_to_end, "tiles/s"),
        Measurement(
            f"{speed.backend}: end to end / bare",
            speed.ratio,
            "",
            0.9,
            False,
            f"the network is {network:.0%} of the stages' processor time",
        ),
    ]


def _memory(peaks: dict[int, float]) -> list[Measurement]:
    (small, small_mb), (large, large_mb) = peaks.items()
    return [
        Measurement(f"peak memory, {small} tiles", small_mb, "MB"),
        Measurement(
            f"more for {large} tiles", max(0.0, large_mb - small_mb), "MB", 100, note="resident"
        ),
    ]


if __name__ == "__main__":
    main()
