"""The demo: a scene with known truth played through the whole loop over the HTTP API."""
