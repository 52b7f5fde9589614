"""Images on a sheet: none meets another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from learner.outlines.sheet import Sheet

sizes = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), max_size=30)


@given(sizes)
def test_images_lie_apart_at_even_places(sizes: list[tuple[int, int]]) -> None:
    sheet = Sheet.of(sizes)
    taken = np.zeros(sheet.shape, np.int64)
    for (rows, columns), size in zip(sheet.areas, sizes, strict=True):
        assert (rows.stop - rows.start, columns.stop - columns.start) == size
        assert rows.start % 2 == columns.start % 2 == 0
        assert rows.stop + 4 <= sheet.shape[0]
        assert columns.stop + 4 <= sheet.shape[1]
        taken[rows.start - 4 : rows.stop, columns.start - 4 : columns.stop] += 1
    assert taken.max(initial=0) <= 1
    assert sheet.shape[0] % 2 == sheet.shape[1] % 2 == 0


def test_a_sheet_of_many_small_images_is_little_larger_than_they_are() -> None:
    sheet = Sheet.of([(60, 80)] * 500)
    assert np.prod(sheet.shape) < 1.3 * 500 * 60 * 80


def test_no_images_need_next_to_nothing() -> None:
    assert Sheet.of([]).areas == ()
