"""Work ahead of its consumer: in order, bounded, honest about errors."""

from __future__ import annotations

import threading
import time

import pytest

from learner.ahead import ahead


def test_results_come_in_order_whatever_takes_longest() -> None:
    def slow_first(item: int) -> int:
        time.sleep(0.02 if item % 3 == 0 else 0)
        return item * item

    assert list(ahead(slow_first, range(20), threads=4)) == [item * item for item in range(20)]


def test_no_more_than_the_bound_is_begun() -> None:
    begun: list[int] = []
    results = ahead(begun.append, range(100), threads=2, waiting=3)
    for consumed in range(1, 20):
        next(results)
        assert len(begun) <= consumed + 3


def test_an_error_comes_where_its_result_would_have() -> None:
    def refuse_three(item: int) -> int:
        if item == 3:
            raise ValueError("three")
        return item

    results = ahead(refuse_three, range(10), threads=2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


def test_closing_early_ends_the_threads() -> None:
    results = ahead(str, range(1000), threads=2, name="ends-early")
    next(results)
    results.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("ends-early")]


def test_a_chain_of_two_closes_from_the_end() -> None:
    doubled = ahead(lambda item: 2 * item, range(100), threads=2)
    results = ahead(lambda item: item + 1, doubled, threads=1)
    assert [next(results) for _ in range(3)] == [1, 3, 5]
    results.close()
    doubled.close()
