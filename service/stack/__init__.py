"""The embedded stack: a private PostGIS cluster, Redis, the API and workers, all of one home."""
