"""COPY: many rows at once, inside the session's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session


def copy_rows(session: Session, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run ``COPY … FROM STDIN`` over ``rows``, through the session's driver connection."""
    driver = session.connection().connection.driver_connection
    if driver is None:  # a session that lost its connection; its next statement would fail as well
        raise RuntimeError("the session has no connection to copy through")
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def ewkb_hex(geometries: NDArray[np.object_] | Sequence[shapely.Geometry]) -> list[str]:
    """Geometries in EPSG:4326 as COPY wants them."""
    with_srid = shapely.set_srid(np.asarray(geometries, dtype=object), 4326)
    texts: list[str] = shapely.to_wkb(with_srid, hex=True, include_srid=True).tolist()
    return texts
