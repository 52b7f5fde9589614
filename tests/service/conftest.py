"""A generated town that tests of rounds and jobs share."""

from __future__ import annotations

import pytest

from tests.service.towns import TownScene, write_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> TownScene:
    return write_town(tmp_path_factory.mktemp("town"))
