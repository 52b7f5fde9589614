"""The parts of the built-in town: where things stand, and how they look from above."""
