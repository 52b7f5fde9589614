import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import Polygon

from learner.grid import PixelWindow, ground_m_per_px
from learner.vectorise import (
    PRESETS,
    BadOutlineRules,
    OutlineRules,
    Piece,
    least_area_px,
    outline,
    outlines,
    trace,
)
from learner.world_pixels import world_px_of

ZOOM = 20
COL_PX, ROW_PX = 773_000 * 256, 440_000 * 256  # about 27.6 degrees north
M_PER_PX = ground_m_per_px(ZOOM, 27.64)


def pieces_of(mask: np.ndarray, probability: float = 0.75) -> list[Piece]:
    window = PixelWindow(ZOOM, COL_PX, ROW_PX, mask.shape[1], mask.shape[0])
    return trace(mask.astype(np.float32) * probability, window, threshold=0.5)


def in_px(polygon: Polygon) -> Polygon:
    """The polygon in pixels from the window's corner."""
    return shapely.transform(world_px_of([polygon], ZOOM)[0], lambda xy: xy - [COL_PX, ROW_PX])


def rectangle(width: int = 60, height: int = 40) -> np.ndarray:
    mask = np.zeros((height + 20, width + 20), dtype=bool)
    mask[10:-10, 10:-10] = True
    return mask


def slanted(angle_deg: float, noise_px: float = 0.0) -> tuple[np.ndarray, Polygon]:
    """A mask of a 70 x 40 px roof turned by an angle, and the roof."""
    roof = shapely.affinity.rotate(shapely.box(25, 40, 95, 80), angle_deg)
    columns, rows = np.meshgrid(np.arange(120) + 0.5, np.arange(120) + 0.5)
    if noise_px:
        wobble = np.random.default_rng(0).normal(0.0, noise_px, (2, 120, 120))
        columns, rows = columns + wobble[0], rows + wobble[1]
    return shapely.contains_xy(roof, columns, rows), roof


def test_a_rectangle_is_four_corners_where_it_stood_with_its_area_and_confidence() -> None:
    (piece,) = pieces_of(rectangle())
    found = outline(piece, ZOOM, OutlineRules())
    assert found is not None
    assert in_px(found.polygon).symmetric_difference(shapely.box(10, 10, 70, 50)).area < 0.1
    assert len(found.polygon.exterior.coords) == 5
    assert found.confidence == 0.75
    assert found.area_m2 == pytest.approx(60 * 40 * M_PER_PX**2, rel=5e-3)


def test_the_staircase_of_a_slanted_wall_is_gone_but_the_wall_stays() -> None:
    mask, roof = slanted(30.0)
    (piece,) = pieces_of(mask)
    found = outline(piece, ZOOM, OutlineRules(simplify_m=0.0))
    assert found is not None
    assert len(piece.polygon.exterior.coords) > 100
    assert len(found.polygon.exterior.coords) <= 13
    shape = in_px(found.polygon)
    assert shape.intersection(roof).area / shape.union(roof).area > 0.95


def test_simplification_is_in_ground_metres_at_any_latitude() -> None:
    # The same bump of 4 px is 0.5 m at 27 degrees and 0.3 m at 60: a rule of 0.4 m tells.
    mask = rectangle()
    mask[8:10, 30:50] = mask[6:8, 30:50] = True
    rules = OutlineRules(simplify_m=0.45)
    (south,) = pieces_of(mask)
    north_window = PixelWindow(ZOOM, COL_PX, 297_000 * 256, mask.shape[1], mask.shape[0])
    (north,) = trace(mask.astype(np.float32), north_window, threshold=0.5)
    corners = [
        len(found.polygon.exterior.coords) - 1
        for piece in (south, north)
        if (found := outline(piece, ZOOM, rules)) is not None
    ]
    assert corners[0] > 4 == corners[1]


def test_what_is_too_small_is_dropped_and_small_holes_are_filled() -> None:
    mask = rectangle()
    mask[20:24, 20:24] = False  # 16 px, about 0.3 m2
    mask[30:45, 30:60] = False  # 450 px, about 8 m2
    (piece,) = pieces_of(mask)
    found = outline(piece, ZOOM, OutlineRules(min_hole_m2=4.0))
    assert found is not None
    assert len(found.polygon.interiors) == 1
    assert outline(piece, ZOOM, OutlineRules(min_area_m2=40.0)) is None


def test_closing_bridges_a_gap_and_opening_takes_a_whisker() -> None:
    mask = rectangle()
    mask[:, 40:42] = False  # cuts the roof but for a bridge of a row
    mask[30, 40:42] = True
    mask[30, 70:78] = True  # a whisker of a pixel
    (piece,) = pieces_of(mask)
    found = outline(piece, ZOOM, OutlineRules(smooth_m=0.3))
    assert found is not None
    assert in_px(found.polygon).symmetric_difference(shapely.box(10, 10, 70, 50)).area < 1.0


@pytest.mark.parametrize("angle_deg", [0.0, 17.0, 45.0, 80.0])
def test_right_angles_square_a_wobbly_roof(angle_deg: float) -> None:
    mask, roof = slanted(angle_deg, noise_px=1.0)
    piece = max(pieces_of(mask), key=lambda each: each.area_px)
    rules = OutlineRules(simplify_m=0.5, right_angles=True)
    found = outline(piece, ZOOM, rules)
    assert found is not None
    shape = in_px(found.polygon)
    assert shape.intersection(roof).area / shape.union(roof).area > 0.93
    edges = np.diff(shapely.get_coordinates(shape), axis=0)
    angles = np.degrees(np.arctan2(edges[:, 1], edges[:, 0])) - angle_deg
    off = np.abs((angles + 45.0) % 90.0 - 45.0)
    assert np.average(off, weights=np.hypot(*edges.T)) < 4.0


@given(
    arrays(np.bool_, st.tuples(st.integers(3, 24), st.integers(3, 24))),
    st.sampled_from(sorted(PRESETS)),
    st.sampled_from([0.0, 0.3, 1.0]),
)
@settings(deadline=None)
def test_outlines_are_valid_simple_features_whatever_the_mask(
    mask: np.ndarray, preset: str, simplify_m: float
) -> None:
    rules = OutlineRules.from_mapping(
        {"preset": preset, "simplify_m": simplify_m, "min_area_m2": 0.0, "min_hole_m2": 0.0}
    )
    for found in outlines(pieces_of(mask), ZOOM, rules):
        assert found.polygon.geom_type == "Polygon"
        assert found.polygon.is_valid and not found.polygon.is_empty
        assert 0.0 < found.confidence <= 1.0
        assert found.area_m2 > 0.0
        assert found.polygon.exterior.is_ccw  # RFC 7946


def test_rules_come_from_a_mapping_over_a_preset_and_go_back() -> None:
    rules = OutlineRules.from_mapping({"preset": "buildings", "simplify_m": 1})
    assert rules.right_angles and rules.simplify_m == 1
    assert OutlineRules.from_mapping(rules.to_mapping()) == rules
    assert OutlineRules.from_mapping({}) == OutlineRules()


@pytest.mark.parametrize(
    "mapping, word",
    [
        ({"simplify": 1}, "simplify_m"),
        ({"preset": "castles"}, "mapping_challenge"),
        ({"min_area_m2": -1}, "min_area_m2"),
        ({"min_area_m2": float("nan")}, "min_area_m2"),
        ({"right_angles": "yes"}, "right_angles"),
    ],
)
def test_wrong_rules_are_refused_with_what_would_be_right(
    mapping: dict[str, object], word: str
) -> None:
    with pytest.raises(BadOutlineRules, match=word):
        OutlineRules.from_mapping(mapping)


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(4, 30), st.integers(4, 30)),
        elements=st.sampled_from([0.0, 0.6, 0.9]),
    ),
    st.sampled_from([0.1, 0.5, 1.0]),
)
def test_what_tracing_leaves_out_would_not_have_been_outlined(
    scene: np.ndarray, min_area_m2: float
) -> None:
    rules = OutlineRules(min_area_m2=min_area_m2, min_hole_m2=0.2)
    window = PixelWindow(ZOOM, COL_PX, ROW_PX, scene.shape[1], scene.shape[0])
    least_px = least_area_px(ZOOM, rules)
    everything, some = (
        trace(scene, window, threshold=0.5, least_area_px=least) for least in (0, least_px)
    )
    assert len(some) <= len(everything)
    assert outlines(some, ZOOM, rules) == outlines(everything, ZOOM, rules)


def test_nothing_is_left_out_where_gaps_are_closed_first() -> None:
    assert least_area_px(ZOOM, PRESETS["mapping_challenge"]) == 0
    assert least_area_px(ZOOM, PRESETS["buildings"]) > 200
