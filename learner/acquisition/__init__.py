"""Choosing tiles: one formula a file, one registry, one selector.

``registry.py`` names every acquisition; ``select.py`` turns its preference into an order of tiles
with the propensity of every draw.
"""
