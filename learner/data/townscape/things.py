"""What a town is made of; metres, x to the east and y to the south of its north-west corner."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

Points = NDArray[np.float64]
"""(N, 2) float64, metres."""


class Surface(StrEnum):
    PAVED = "paved"
    DIRT = "dirt"


class Roof(StrEnum):
    TIN_GREY = "tin_grey"
    TIN_BLUE = "tin_blue"
    TIN_RUST = "tin_rust"
    TIN_GREEN = "tin_green"
    TILES = "tiles"
    CONCRETE = "concrete"
    THATCH = "thatch"
    ROUND_THATCH = "round_thatch"
    SHED = "shed"  # small and about as bright as the ground: easy to miss
    SHELL = "shell"  # walls without a roof yet; mappers draw these too


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A turned rectangle: ``length_m`` runs along ``angle_rad`` from the east, clockwise."""

    x_m: float
    y_m: float
    length_m: float
    width_m: float
    angle_rad: float

    def corners(self) -> Points:
        """(4, 2) corners in order."""
        half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
        return self.to_town(half * (self.length_m, self.width_m))

    def to_town(self, local: Points) -> Points:
        """From metres along and across this rectangle to town metres."""
        cos, sin = np.cos(self.angle_rad), np.sin(self.angle_rad)
        x = local[:, 0] * cos - local[:, 1] * sin + self.x_m
        y = local[:, 0] * sin + local[:, 1] * cos + self.y_m
        return np.column_stack([x, y])


@dataclass(frozen=True, slots=True)
class Building:
    """One to three wings under one roof; ``outline`` is their union, to the millimetre."""

    wings: tuple[Rectangle, ...]
    roof: Roof
    height_m: float
    outline: Polygon
    seed: int


@dataclass(frozen=True, slots=True)
class Road:
    points: Points
    width_m: float
    surface: Surface


@dataclass(frozen=True, slots=True)
class Tree:
    x_m: float
    y_m: float
    radius_m: float


@dataclass(slots=True)
class Layout:
    """Everything that stands in a town, while it is being planned and painted."""

    width_m: float
    height_m: float
    roads: list[Road] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    fields: list[Rectangle] = field(default_factory=list)
    yards: list[Rectangle] = field(default_factory=list)
    slabs: list[Rectangle] = field(default_factory=list)
    vehicles: list[Rectangle] = field(default_factory=list)
    walls: list[Points] = field(default_factory=list)
