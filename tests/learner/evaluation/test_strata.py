import numpy as np
import pytest
import shapely

from learner.evaluation.counts import ObjectCounts
from learner.evaluation.objects import match_objects
from learner.evaluation.strata import (
    DENSITY_EDGES,
    counts_by_size,
    counts_by_stratum,
    density_of,
    stratum_of,
)


def test_objects_are_counted_by_the_size_of_the_true_or_else_the_invented_one() -> None:
    small, large, missed = (
        shapely.box(0, 0, 3, 3),
        shapely.box(10, 0, 20, 10),
        shapely.box(30, 0, 40, 10),
    )
    invented = shapely.box(50, 0, 51, 1)
    predictions, truth = [invented, large, small], [small, large, missed]
    matches = match_objects(predictions, truth, [0.9, 0.5, 0.7])
    by_size = counts_by_size(
        matches, shapely.area(predictions), shapely.area(truth), edges_m2=(0, 20, np.inf)
    )
    assert by_size == [ObjectCounts(tp=1, fp=1, fn=0), ObjectCounts(tp=1, fp=0, fn=1)]
    assert by_size[0] + by_size[1] == matches.counts


def test_density_is_the_true_share_of_known_pixels() -> None:
    assert density_of([[3, 9, 1, 7], [0, 0, 0, 5]]).tolist() == [0.2, 0.0]
    assert np.isnan(density_of([0, 0, 0, 0]))


def test_strata_hold_their_lower_edge_and_nothing_unknown() -> None:
    values = [0.0, 0.05, 0.1, 0.9, np.nan, -1.0]
    assert stratum_of(values, DENSITY_EDGES).tolist() == [0, 1, 2, 3, -1, -1]


def test_tiles_are_told_apart_by_the_imagery_they_were_seen_in() -> None:
    counts = [[3, 1, 0, 9], [1, 1, 1, 9], [5, 0, 2, 9]]
    by_imagery = counts_by_stratum(counts, ["drone", "satellite", "drone"])
    assert list(by_imagery) == ["drone", "satellite"]
    assert by_imagery["drone"].tolist() == [counts[0], counts[2]]
    with pytest.raises(ValueError, match="do not match"):
        counts_by_stratum(counts, ["drone"])
