from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learner.grid import PixelWindow
from learner.vectorise import OutlineRules, Piece, finished, outline, stitch, trace

COL_PX, ROW_PX = 2**27 + 300, 2**26 + 77
SCENES = arrays(
    np.float32,
    st.tuples(st.integers(2, 20), st.integers(2, 20)),
    elements=st.sampled_from([0.0, 0.3, 0.6, 0.8, 0.9]),
)
CUTS = st.lists(st.floats(0.0, 1.0), max_size=4)


def traced_in_blocks(
    scene: np.ndarray, rows: list[float], columns: list[float], south_by_px: int = 0
) -> list[Piece]:
    """Traces every block of a scene that is cut at these shares of its height and width."""
    row_cuts = sorted({0, scene.shape[0], *(int(cut * scene.shape[0]) for cut in rows)})
    col_cuts = sorted({0, scene.shape[1], *(int(cut * scene.shape[1]) for cut in columns)})
    pieces: list[Piece] = []
    for top, bottom in pairwise(row_cuts):
        for left, right in pairwise(col_cuts):
            window = PixelWindow(
                20, COL_PX + left, ROW_PX + south_by_px + top, right - left, bottom - top
            )
            pieces += trace(scene[top:bottom, left:right], window, threshold=0.5)
    return pieces


def content(pieces: list[Piece]) -> list[tuple[bytes, float, int]]:
    return [(piece.polygon.wkb, piece.probability_sum, piece.area_px) for piece in pieces]


@given(SCENES, CUTS, CUTS)
def test_cutting_a_scene_into_blocks_never_changes_its_pieces(
    scene: np.ndarray, rows: list[float], columns: list[float]
) -> None:
    whole = stitch(traced_in_blocks(scene, [], []))
    cut = stitch(traced_in_blocks(scene, rows, columns))
    assert content(cut) == content(whole)
    assert all(piece.polygon.is_valid for piece in cut)


@given(SCENES, CUTS, CUTS, st.sampled_from(["buildings", "mapping_challenge"]))
def test_cutting_a_scene_into_blocks_never_changes_its_outlines(
    scene: np.ndarray, rows: list[float], columns: list[float], preset: str
) -> None:
    rules = OutlineRules.from_mapping({"preset": preset, "min_area_m2": 0.05})
    whole = [outline(p, 20, rules) for p in stitch(traced_in_blocks(scene, [], []))]
    cut = [outline(p, 20, rules) for p in stitch(traced_in_blocks(scene, rows, columns))]
    assert cut == whole


@given(SCENES, CUTS, CUTS, st.randoms())
def test_stitching_in_stages_or_in_any_order_is_the_same_as_all_at_once(
    scene: np.ndarray, rows: list[float], columns: list[float], random: object
) -> None:
    pieces = traced_in_blocks(scene, rows, columns)
    at_once = stitch(pieces)
    random.shuffle(pieces)  # type: ignore[attr-defined]  # hypothesis types it as object
    half = len(pieces) // 2
    staged = stitch([*stitch(pieces[:half]), *stitch(pieces[half:])])
    assert content(staged) == content(at_once)


@given(SCENES, CUTS, CUTS)
def test_finishing_row_by_row_is_the_same_as_all_at_once(
    scene: np.ndarray, rows: list[float], columns: list[float]
) -> None:
    height, width = scene.shape
    within = PixelWindow(20, COL_PX, ROW_PX, width, height)
    row_cuts = sorted({0, height, *(int(cut * height) for cut in rows)})
    done: list[Piece] = []
    waiting: list[Piece] = []
    for top, bottom in pairwise(row_cuts):
        block_row = traced_in_blocks(scene[top:bottom], [], columns, top)
        done += [piece for piece in block_row if not piece.open]
        waiting += [piece for piece in block_row if piece.open]
        found, waiting = finished(waiting, south_px=ROW_PX + bottom, within=within)
        done += found
    done += stitch(waiting, within=within)
    whole = stitch(traced_in_blocks(scene, [], []), within=within)
    assert sorted(content(done)) == sorted(content(whole))
    assert sum(piece.open for piece in done) == sum(piece.open for piece in whole)


def test_pieces_that_meet_at_a_corner_of_blocks_stay_two() -> None:
    scene = np.eye(2, dtype=np.float32)
    assert len(stitch(traced_in_blocks(scene, [0.5], [0.5]))) == 2


def test_a_ring_cut_in_four_gets_its_hole_back() -> None:
    scene = np.ones((6, 6), dtype=np.float32)
    scene[2:4, 2:4] = 0.0
    (ring,) = stitch(traced_in_blocks(scene, [0.5], [0.5]))
    assert ring.area_px == ring.polygon.area == 32
    assert len(ring.polygon.interiors) == 1
    assert len(ring.polygon.exterior.coords) == 5


def test_within_a_finished_rectangle_only_pieces_at_its_edge_stay_open() -> None:
    scene = np.zeros((6, 8), dtype=np.float32)
    scene[2:4, 3:5] = 1.0  # over the inner cut
    scene[0, 6] = 1.0  # at the outer edge
    pieces = traced_in_blocks(scene, [], [0.5])
    assert [piece.open for piece in stitch(pieces)] == [True, True]
    finished = PixelWindow(20, COL_PX, ROW_PX, 8, 6)
    assert [piece.open for piece in stitch(pieces, within=finished)] == [True, False]


def test_no_pieces_stitch_to_no_pieces() -> None:
    assert stitch([]) == []
