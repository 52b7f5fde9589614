"""The declarative base, naming convention and the column kinds that every table shares."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from geoalchemy2 import Geometry
from sqlalchemy import DateTime, Enum, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]
NewId = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid.uuid4)]
Created = Annotated[
    dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
]
Moment = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {Json: JSONB, dt.datetime: DateTime(timezone=True)}


def state_column(states: type[StrEnum], name: str | None = None) -> Enum:
    """A StrEnum kept as checked text: readable in SQL, and new states need no ALTER TYPE.

    ``name`` tells the checks apart where a table has two columns of the same states.
    """
    return Enum(
        states,
        native_enum=False,
        length=24,
        values_callable=lambda kinds: [kind.value for kind in kinds],
        create_constraint=True,
        name=name or states.__name__.lower(),
    )


def geometry(kind: str) -> Geometry:
    """A 2-D geometry in EPSG:4326, longitude first, with a GiST index."""
    return Geometry(geometry_type=kind, srid=4326, spatial_index=True)
