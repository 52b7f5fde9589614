"""What a GeoTIFF is like: whether it can be read here, where it lies, how fine it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.warp import transform, transform_bounds

from learner.grid import TILE_PX, PixelWindow, mercator_m_per_px
from learner.imagery.errors import ImageryTooLarge, NotGeoreferenced, WrongBands
from learner.imagery.source import ImageryInfo
from learner.imagery.spec import ImageryLimits, ImagerySpec

MERCATOR = CRS.from_epsg(3857)
Bounds = tuple[float, float, float, float]
"""West, south, east, north."""
_WORLD_M = PixelWindow(0, 0, 0, TILE_PX, TILE_PX).bounds_m


@dataclass(frozen=True, slots=True)
class Layout:
    """What must be known of a file to read it."""

    bands: tuple[int, int, int]
    has_alpha: bool
    m_per_px: float  # EPSG:3857, at the middle of the file
    bounds_m: tuple[float, float, float, float]
    overviews: tuple[int, ...]  # decimations, finest first
    width_px: int
    height_px: int


def refuse_unreadable(dataset: DatasetReader, name: str, limits: ImageryLimits) -> None:
    """Raises NotGeoreferenced, WrongBands or ImageryTooLarge for what cannot be read here."""
    if dataset.crs is None or dataset.transform.is_identity:
        raise NotGeoreferenced(
            f"{name} does not say where it lies. Georeference it, or if its CRS is known: "
            "gdal_translate -a_srs EPSG:… -a_ullr …"
        )
    if dataset.count < 3:
        palette = dataset.colorinterp[0] == ColorInterp.palette
        advice = "gdal_translate -expand rgb" if palette else "gdal_translate -b 1 -b 1 -b 1"
        raise WrongBands(
            f"{name} has {dataset.count} band(s); red, green and blue are needed. "
            f"Convert it: {advice}."
        )
    if set(dataset.dtypes[:3]) != {"uint8"}:
        raise WrongBands(
            f"{name} holds {dataset.dtypes[0]} values; 8-bit bands (0–255) are needed. "
            "Convert it: gdal_translate -ot Byte -scale."
        )
    block_px = max(height * width for height, width in dataset.block_shapes)
    if block_px > limits.max_image_px:
        raise ImageryTooLarge(
            f"{name} is stored in blocks of {block_px:,} px, which must be unpacked whole. "
            "Convert it: gdal_translate -of COG."
        )


def layout_of(dataset: DatasetReader, name: str) -> Layout:
    """Where a readable file lies and how fine it is.

    Raises:
        NotGeoreferenced: it lies outside web mercator.
    """
    colours = list(dataset.colorinterp)
    wanted = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    named = all(colour in colours for colour in wanted)
    red, green, blue = (colours.index(c) + 1 for c in wanted) if named else (1, 2, 3)
    try:
        bounds_m = transform_bounds(dataset.crs, MERCATOR, *bounds_of(dataset), densify_pts=21)
        m_per_px = _mercator_m_per_px(dataset)
    except RasterioError:
        bounds_m, m_per_px = (math.inf,) * 4, math.inf
    finite = all(map(math.isfinite, (*bounds_m, m_per_px))) and m_per_px > 0
    if not finite or not touch(bounds_m, _WORLD_M):
        raise NotGeoreferenced(
            f"{name} lies outside web mercator (85° south to 85° north). Check its CRS."
        )
    return Layout(
        bands=(red, green, blue),
        has_alpha=ColorInterp.alpha in colours,
        m_per_px=m_per_px,
        bounds_m=bounds_m,
        overviews=tuple(dataset.overviews(red)),
        width_px=dataset.width,
        height_px=dataset.height,
    )


def bounds_of(dataset: DatasetReader) -> Bounds:
    """Of a file in its own CRS, whichever way its rows and columns run."""
    left, bottom, right, top = dataset.bounds
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _mercator_m_per_px(dataset: DatasetReader) -> float:
    """The side of a square as large as the middle pixel, in EPSG:3857 metres."""
    column, row = dataset.width / 2, dataset.height / 2
    corners = [
        dataset.transform @ at for at in ((column, row), (column + 1, row), (column, row + 1))
    ]
    xs, ys = transform(dataset.crs, MERCATOR, *zip(*corners, strict=True))
    across = (xs[1] - xs[0], ys[1] - ys[0])
    down = (xs[2] - xs[0], ys[2] - ys[0])
    return math.sqrt(abs(across[0] * down[1] - across[1] * down[0]))


def info_of(dataset: DatasetReader, layout: Layout, spec: ImagerySpec) -> ImageryInfo:
    """What the file says of itself; the spec may only narrow its zooms."""
    native = round(math.log2(mercator_m_per_px(0) / layout.m_per_px))
    longest_px = max(layout.width_px, layout.height_px)
    smallest = max(0, native - math.ceil(math.log2(max(1.0, longest_px / TILE_PX))) - 1)
    west, south, east, north = transform_bounds(
        dataset.crs, CRS.from_epsg(4326), *bounds_of(dataset), densify_pts=21
    )
    return ImageryInfo(
        (west, south, east, north),
        smallest if spec.min_zoom is None else spec.min_zoom,
        native if spec.max_zoom is None else min(spec.max_zoom, native),
        dataset.count,
        spec.attribution,
    )


def touch(a: Bounds, b: Bounds) -> bool:
    """Whether two boxes (west, south, east, north) overlap."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
