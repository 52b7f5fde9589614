from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from service.states import Role
from service.tables.base import Base, Created, NewId, state_column


class Actor(Base):
    """A person or a program that may act. The token itself is never stored."""

    __tablename__ = "actors"

    id: Mapped[NewId]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(state_column(Role))
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
