"""Alembic migrations; packaged so that an installed service can bring its schema up."""
