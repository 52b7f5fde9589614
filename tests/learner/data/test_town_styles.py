"""Towns of other regions than the demo's: they look otherwise, and are as exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from learner.data.rasterise import rasterise
from learner.data.town import Town, generate_town
from learner.data.townscape.houses import USUAL_SHARES
from learner.data.townscape.style import USUAL, Style, draw_style


def roofed(town: Town) -> np.ndarray:
    """(H, W) bool: pixels under a roof."""
    return rasterise(town.buildings, town.window) == 1


@pytest.mark.parametrize("seed", range(4))
def test_outlines_of_any_region_are_valid_and_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = generate_town(seed, 3, 3, built=0.9, style=draw_style(rng, USUAL_SHARES))
    assert len(town.buildings) > 10
    assert all(outline.is_valid for outline in town.buildings)
    left, right = shapely.STRtree(town.buildings).query(town.buildings, predicate="intersects")
    assert np.array_equal(left, right)


def test_regions_differ_in_colour_and_the_same_draw_gives_the_same_town() -> None:
    def town(seed: int) -> Town:
        return generate_town(5, 2, 2, style=draw_style(np.random.default_rng(seed), USUAL_SHARES))

    first, again = town(1), town(1)
    assert np.array_equal(first.pixels, again.pixels)
    means = np.array([town(seed).pixels.mean(axis=(0, 1)) for seed in range(5)])
    assert means.std(axis=0).mean() > 10


def test_packed_towns_are_roofed_from_wall_to_wall() -> None:
    usual, packed = (
        generate_town(9, 3, 3, built=1.0, style=style) for style in (USUAL, Style(packed=1.0))
    )
    assert roofed(packed).mean() > 1.2 * roofed(usual).mean()
    nearest_deg = [
        shapely.distance(outline, np.delete(np.array(packed.buildings), place)).min()
        for place, outline in enumerate(packed.buildings)
    ]
    assert np.median(nearest_deg) < 0.5 / 111_320  # half a metre


def test_a_camera_aside_sees_walls_and_roofs_stay_where_they_were() -> None:
    above, aside = (
        generate_town(6, 2, 2, style=style) for style in (Style(), Style(lean=(0.3, 0.0)))
    )
    assert above.buildings == aside.buildings
    changed = (np.abs(above.pixels.astype(int) - aside.pixels) > 40).any(axis=2)
    near = rasterise([b.buffer(6 / 111_320) for b in above.buildings], above.window) == 1
    # Walls stand beside the roofs, and nothing else has moved.
    assert changed[near & ~roofed(above)].mean() > 10 * changed[~near].mean()


def test_a_cluttered_flat_roof_is_in_many_pieces() -> None:
    flat = tuple(float(share == 0.17) for share in (0.31, 0.24, 0.13, 0.08, 0.04, 0.17, 0, 0, 0))
    bare, cluttered = (
        generate_town(8, 2, 2, built=0.8, style=replace(Style(roofs=flat), clutter=clutter))
        for clutter in (0.0, 1.0)
    )
    edges = [
        np.abs(np.diff(town.pixels[..., 1].astype(int), axis=1))[roofed(town)[:, 1:]].mean()
        for town in (bare, cluttered)
    ]
    assert edges[1] > 1.15 * edges[0]


def test_there_is_more_of_what_a_region_has_more_of() -> None:
    def green(style: Style) -> float:
        pixels = generate_town(3, 2, 2, style=style).pixels.astype(int)
        return float((pixels[..., 1] > pixels[..., 0]).mean())

    assert green(Style(green=1.2)) > green(Style()) + 0.05 > green(Style(green=-1.2)) + 0.1
    assert green(Style(woods=8.0)) > green(Style()) + 0.05
