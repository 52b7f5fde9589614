import mercantile
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from learner.world_pixels import lon_lat_of, world_px_of


@given(x=st.integers(0, 2**20 - 1), y=st.integers(0, 2**20 - 1))
def test_a_tiles_corner_lies_at_its_first_world_pixel(x: int, y: int) -> None:
    corner = shapely.Point(*mercantile.ul(x, y, 20))
    (place,) = world_px_of([corner], 20)
    np.testing.assert_allclose(shapely.get_coordinates(place), [[256 * x, 256 * y]], atol=1e-3)
    back = shapely.get_coordinates(lon_lat_of(place, 20))
    np.testing.assert_allclose(back, shapely.get_coordinates(corner), atol=1e-9)
