import numpy as np
import pytest

from learner.evaluation.boundary import BoundaryCounts, boundary_counts, boundary_f1


def square(west: int, size: int = 4) -> np.ndarray:
    mask = np.zeros((20, 20), dtype=bool)
    mask[8 : 8 + size, west : west + size] = True
    return mask


def test_the_border_of_a_4_px_square_has_12_px() -> None:
    assert boundary_counts(square(5), square(5)) == BoundaryCounts(12, 12, 12, 12)
    assert boundary_f1(boundary_counts(square(5), square(5))) == 1.0


def test_a_shift_within_the_tolerance_is_forgiven() -> None:
    assert boundary_f1(boundary_counts(square(5), square(7), tolerance_px=2)) == 1.0


def test_a_shift_beyond_the_tolerance_by_hand() -> None:
    # Shifted by one pixel at tolerance 0: of 12 border pixels the 3 + 3 of the shared rows agree,
    # the columns do not meet a border except where they cross those rows.
    counts = boundary_counts(square(5), square(6), tolerance_px=0)
    assert counts == BoundaryCounts(12, 6, 12, 6)
    assert boundary_f1(counts) == 0.5


def test_a_roof_clipped_by_the_tile_has_no_border_at_its_edge() -> None:
    mask = np.zeros((6, 6), dtype=bool)
    mask[:, :3] = True
    assert boundary_counts(mask, mask).true == 6


def test_ignored_borders_count_nowhere() -> None:
    ignore = np.zeros((20, 20), dtype=bool)
    ignore[:, :7] = True
    assert boundary_counts(square(5), square(5), ignore=ignore).true == 6


def test_without_any_border_the_score_is_unknown_and_with_one_alone_zero() -> None:
    nothing = np.zeros((20, 20), dtype=bool)
    assert np.isnan(boundary_f1(boundary_counts(nothing, nothing)))
    assert boundary_f1(boundary_counts(square(5), nothing)) == 0.0


def test_counts_of_tiles_add_up_to_a_pooled_score() -> None:
    rows = np.array([boundary_counts(square(5), square(5)), boundary_counts(square(5), square(15))])
    assert boundary_f1(rows.sum(axis=0)) == pytest.approx(0.5)
