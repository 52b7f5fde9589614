import numpy as np
import pytest
import shapely

from learner.grid import PixelWindow, ground_m_per_px
from learner.vectorise import CentreLine, centre_lines, trace
from learner.world_pixels import world_px_of

ZOOM, COL_PX, ROW_PX = 17, 2**24, 2**24 - 2**22
M_PER_PX = ground_m_per_px(ZOOM, 40.98)


def lines_of(mask: np.ndarray) -> list[CentreLine]:
    window = PixelWindow(ZOOM, COL_PX, ROW_PX, mask.shape[1], mask.shape[0])
    pieces = trace(mask.astype(np.float32) * 0.75, window, threshold=0.5)
    return [line for piece in pieces for line in centre_lines(piece, ZOOM)]


def in_px(lines: list[CentreLine]) -> list[shapely.LineString]:
    moved = world_px_of([line.line for line in lines], ZOOM)
    return list(shapely.transform(moved, lambda xy: xy - [COL_PX, ROW_PX]))


def test_a_straight_road_is_its_middle_from_end_to_end() -> None:
    mask = np.zeros((60, 220), dtype=bool)
    mask[20:28, 10:210] = True
    lines = lines_of(mask)
    (line,) = in_px(lines)
    assert line.hausdorff_distance(shapely.LineString([(10, 24), (210, 24)])) < 0.6
    assert lines[0].width_m == pytest.approx(8 * M_PER_PX, rel=0.05)
    assert lines[0].length_m == pytest.approx(200 * M_PER_PX, rel=0.01)
    assert lines[0].confidence == 0.75


def test_a_crossing_has_four_arms_that_meet_in_one_point() -> None:
    mask = np.zeros((200, 220), dtype=bool)
    mask[96:104, 10:210] = True
    mask[10:190, 106:114] = True
    lines = in_px(lines_of(mask))
    assert len(lines) == 4
    meeting = shapely.intersection_all(lines)
    assert meeting.geom_type == "Point"
    assert meeting.distance(shapely.Point(110, 100)) < 1.5


def test_a_roundabout_is_a_closed_line() -> None:
    rows, columns = np.mgrid[:80, :80]
    radius = np.hypot(rows - 40, columns - 40)
    (line,) = in_px(lines_of((radius > 26) & (radius < 34)))
    assert line.is_ring
    assert shapely.Polygon(line).area == pytest.approx(np.pi * 30**2, rel=0.05)


def test_a_speck_has_no_line() -> None:
    mask = np.zeros((30, 30), dtype=bool)
    mask[10:14, 10:14] = True
    assert lines_of(mask) == []


def test_a_wobbly_road_keeps_one_line_without_spurs() -> None:
    rng = np.random.default_rng(0)
    mask = np.zeros((60, 300), dtype=bool)
    for column in range(10, 290):
        top, bottom = 24 + rng.integers(-1, 2), 34 + rng.integers(-1, 2)
        mask[top:bottom, column] = True
    (line,) = in_px(lines_of(mask))
    assert line.length == pytest.approx(280, rel=0.05)
