import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from learner.outlines.apart import apart


def array(*polygons: Polygon | None) -> np.ndarray:
    return np.array(polygons, dtype=object)


def test_the_smaller_neighbour_keeps_its_shape_and_the_larger_yields() -> None:
    large, small = box(0, 0, 10, 10), box(9, 2, 14, 8)
    found = apart(array(large, small), np.zeros(2, np.intp))
    assert found[1].equals(small)
    assert found[0].equals(large.difference(small))
    assert found[0].touches(found[1])


def test_what_only_touches_or_is_of_another_patch_stays_as_it_is() -> None:
    walls = array(box(0, 0, 10, 10), box(10, 0, 20, 10), None, box(5, 5, 12, 12))
    found = apart(walls, np.array([0, 0, 0, 1]))
    assert list(found) == list(walls)


def test_what_lies_inside_a_neighbour_is_cut_out_of_it() -> None:
    found = apart(array(box(2, 2, 4, 4), box(0, 0, 10, 10)), np.zeros(2, np.intp))
    assert found[1].area == 96
    assert len(found[1].interiors) == 1


def test_of_what_is_cut_in_two_the_larger_half_is_left() -> None:
    found = apart(array(box(0, 4, 10, 5), box(4, 0, 6, 11)), np.zeros(2, np.intp))
    assert found[1].equals(box(4, 5, 6, 11))


def test_nothing_is_kept_apart_from_nothing() -> None:
    assert len(apart(array(), np.zeros(0, np.intp))) == 0


@given(
    st.lists(
        st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 15)] * 2), min_size=1, max_size=8
    )
)
def test_no_two_of_a_patch_overlap_and_none_grows(boxes: list[tuple[int, int, int, int]]) -> None:
    before = array(*(box(x, y, x + width, y + height) for x, y, width, height in boxes))
    after = apart(before, np.zeros(len(before), np.intp))
    left = [(one, other) for one, other in zip(before, after, strict=True) if other is not None]
    assert all(other.is_valid and shapely.covers(one, other) for one, other in left)
    shapes = [other for _, other in left]
    for place, one in enumerate(shapes):
        assert all(one.intersection(other).area < 1e-9 for other in shapes[:place])
    assert max(shape.area for shape in shapes) > 0
