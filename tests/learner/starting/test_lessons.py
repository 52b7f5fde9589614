"""What starting models are taught, and what of it is rehearsed while they learn something else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from learner.chip_prediction import predict_chips
from learner.evaluation.counts import pixel_counts
from learner.evaluation.scores import iou
from learner.starting import make
from learner.starting.lessons import LESSONS, rehearsal, town_of, towns
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet
from learner.training.loop import train

BUILDINGS = ModelConfig(starting_model="buildings")


def test_towns_are_whole_apart_and_of_two_kinds() -> None:
    data = towns(replace(LESSONS["buildings"], side_tiles=(2,)), 2)
    assert data.pixels.shape == (8, 256, 256, 3)
    assert len(set(map(tuple, data.xy.tolist()))) == 8
    assert np.abs(data.xy[4:, 0].min() - data.xy[:4, 0].max()) > 50  # no block holds two towns
    built = [(data.masks[part] == 1).mean() for part in (slice(0, 4), slice(4, 8))]
    assert min(built) > 0.02


def test_roads_are_looked_at_from_several_heights() -> None:
    data = towns(replace(LESSONS["roads"], zooms=(17, 19), side_tiles=(1, 2)), 2)
    assert data.pixels.shape == (5, 256, 256, 3)
    near, far = data.masks[1:].mean(), data.masks[0].mean()
    assert 0.02 < near < 0.5 and 0.02 < far < 0.5


def test_what_is_rehearsed_is_the_lesson_in_the_usual_style() -> None:
    usual = replace(LESSONS["buildings"], styled=False)
    rehearsed, begun = rehearsal(BUILDINGS), towns(usual, 2)
    assert rehearsed is not None
    np.testing.assert_array_equal(rehearsed.pixels[: len(begun)], begun.pixels)
    np.testing.assert_array_equal(rehearsed.masks[: len(begun)], begun.masks)
    assert rehearsal(ModelConfig()) is None
    assert rehearsal(ModelConfig(starting_model="roads")) is None  # costs more than it keeps


def test_where_pixels_are_not_halved_towns_are_seen_from_twice_as_high() -> None:
    def roofs_px(model: ModelConfig) -> float:
        rehearsed = rehearsal(model)
        assert rehearsed is not None
        counts = [
            cv2.connectedComponents((mask == 1).astype(np.uint8))[0] - 1 for mask in rehearsed.masks
        ]
        return float((rehearsed.masks == 1).sum() / sum(counts))

    assert 2.5 < roofs_px(BUILDINGS) / roofs_px(replace(BUILDINGS, reduction=1)) < 5.5


def test_what_the_labels_do_not_show_is_not_forgotten() -> None:
    """Taught one roof among bare fields, a model still knows the towns it comes from."""
    lesson = towns(replace(LESSONS["buildings"], side_tiles=(3,)), 2)
    built = (lesson.masks == 1).mean(axis=(1, 2))
    order = np.argsort(built, kind="stable")
    few = lesson.subset(np.isin(np.arange(len(lesson)), [*order[:5], order[8]]))
    others = towns(replace(LESSONS["buildings"], side_tiles=(3,)), 3).subset(np.arange(27) >= 18)
    kept, forgotten = (_iou_after(few, share, others) for share in (0.25, 0.0))
    assert kept > forgotten + 0.05


def _iou_after(few: TrainingSet, rehearsal_share: float, others: TrainingSet) -> float:
    config = TrainConfig(min_steps=60, max_steps=60, epochs=1, rehearsal_share=rehearsal_share)
    fitted = train(few, BUILDINGS, config, device="cpu")
    seen = predict_chips([fitted], others.pixels, device="cpu").probability
    truth = (others.masks == 1).astype(np.uint8)
    return iou(pixel_counts(seen >= fitted.card.threshold, truth))


def test_the_lesson_can_be_looked_at_without_teaching_it(tmp_path: Path) -> None:
    file = tmp_path / "lesson.png"
    make.main(["roads", "--picture", str(file), "--out", str(tmp_path)])
    assert Image.open(file).size == (1536, 768)
    assert sorted(tmp_path.iterdir()) == [file]


def test_towns_of_buildings_are_of_many_regions_and_of_the_demos() -> None:
    lesson = LESSONS["buildings"]
    means = [town_of(lesson, number, 1).pixels.mean(axis=(0, 1)) for number in range(8)]
    usual, styled = [means[0], means[4]], [means[n] for n in range(8) if n % 4]
    assert np.std(styled, axis=0).mean() > 2 * np.std(usual, axis=0).mean()
