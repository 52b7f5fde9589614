"""The API's description as JSON: ``python -m service.openapi`` feeds the UI's generated types."""

from __future__ import annotations

import json

from service.main import create_app
from service.settings import Settings


def description() -> str:
    """OpenAPI of the API without its version, so that a release alone changes no generated file."""
    document = create_app(Settings()).openapi()
    document["info"]["version"] = "0"
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(description(), end="")
