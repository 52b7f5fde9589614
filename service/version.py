"""The version that runs, as the installed package says."""

from importlib.metadata import version

VERSION = version("tilewise")
