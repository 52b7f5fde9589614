"""Settings: the only reader of the environment. Each has a unit, a default and a sentence.

The same sentences make docs/settings.md (``python -m service.settings > docs/settings.md``); a test
holds the two together.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.places import Places

PREFIX = "TILEWISE_"


def setting(default: Any, unit: str, sentence: str, **bounds: Any) -> Any:
    """A field that explains itself: ``unit`` is "" where there is none; pydantic's ``bounds``."""
    return Field(default=default, description=sentence, json_schema_extra={"unit": unit}, **bounds)


class Settings(BaseSettings):
    """Everything that differs between one installation and another."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = setting(
        Path(".tilewise"), "path", "Folder of the embedded stack: data, logs, artefacts, tokens."
    )
    database_url: str | None = setting(
        None,
        "URL",
        "PostgreSQL with PostGIS (`postgresql://…`); unset starts a private cluster in the home.",
    )
    redis_url: str | None = setting(
        None,
        "URL",
        "Redis (`redis://`, `rediss://`, `unix://`); unset starts a private one in the home.",
    )
    artefact_url: str | None = setting(
        None,
        "URL",
        "Artefact store: a folder or `s3://bucket/prefix` (credentials by the usual `AWS_…` "
        "variables); unset keeps them in the home.",
    )
    host: str = setting("127.0.0.1", "address", "Address that the API listens on.")
    port: int = setting(
        8765,
        "TCP port",
        "Port of the API; `tilewise up` takes the next free one if it is taken.",
        ge=0,
        le=65535,
    )
    public_url: str | None = setting(
        None,
        "URL",
        "Address by which people reach the API, where a proxy stands before it.",
    )
    url: str | None = setting(
        None,
        "URL",
        "Service that the commands talk to; unset finds the embedded stack of the home.",
    )
    token: str | None = setting(
        None,
        "",
        "Token that the commands show; unset reads the coordinator's from the home.",
    )
    open_signup: bool = setting(
        True, "", "Whether anyone may make a volunteer's token; coordinators never sign up so."
    )
    allow_private_imagery: bool = setting(
        False, "", "Whether imagery may be fetched from private, loopback and link-local addresses."
    )
    imagery_folders: Annotated[tuple[Path, ...], NoDecode] = setting(
        (),
        "paths, ':' between",
        "Folders on the server whose rasters and tiles a coordinator may name as imagery.",
    )
    imagery_cache: Path | None = setting(
        None, "path", "Folder of fetched imagery tiles; unset keeps them in the home."
    )
    imagery_requests_per_s: float = setting(
        20.0, "requests/s", "Most requests a second to one imagery host.", gt=0
    )
    lease_s: float = setting(
        600.0, "s", "How long a claimed tile stays claimed without a sign.", gt=0
    )
    max_area_tiles: int = setting(
        200_000, "tiles", "Largest area of one campaign, in tiles at its zoom.", gt=0
    )
    max_upload_bytes: int = setting(
        2 * 1024**3, "bytes", "Largest scene file that the API takes.", gt=0
    )
    heartbeat_s: float = setting(5.0, "s", "How often a running job says that it lives.", gt=0)
    job_stale_s: float = setting(
        45.0,
        "s",
        "Silence after which a running job counts as lost and is given to another worker.",
        gt=0,
    )
    reconcile_s: float = setting(
        10.0, "s", "How often the reconciler looks for jobs whose wake-up or worker was lost.", gt=0
    )
    database_pool_size: int = setting(
        10, "connections", "Database connections that one process keeps; it may double them.", gt=0
    )
    encoder_weights: str = setting(
        "packaged",
        "",
        "Pretrained encoder weights: `packaged` are those a Python package brings, and need no "
        "network; a name such as `imagenet` asks the model hub; `random` does without. Campaigns "
        "of buildings begin from the starting model instead.",
    )
    device: str = setting(
        "auto",
        "",
        "Where models run: `auto`, `cpu`, `cuda` or `cuda:N`.",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
    )
    threads: int | None = setting(
        None, "threads", "CPU threads of one worker's model; unset uses every core it may.", gt=0
    )
    log_level: str = setting(
        "INFO",
        "",
        "Least severe log lines that are kept.",
        pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$",
    )

    @field_validator("home", "imagery_cache", mode="after")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        # Children start in other folders: a relative home would be another home to them.
        return None if path is None else path.expanduser().absolute()

    @field_validator("imagery_folders", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part).expanduser().absolute() for part in value.split(":") if part)
        return value

    @field_validator("database_url", mode="after")
    @classmethod
    def _name_the_driver(cls, url: str | None) -> str | None:
        """Accept what every provider hands out (``postgres://``) and name our driver."""
        if not url:
            return None
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            raise ValueError(f"must start with postgresql://, not {scheme}://")
        return f"postgresql+psycopg://{rest}"

    @field_validator("public_url", "url", mode="after")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:  # of the port, which urlsplit reads when it is asked for
            is_whole = False
        if not is_whole:
            raise ValueError(f"must be an address like https://tiles.example.org, not {value}")
        return value

    @field_validator("encoder_weights", mode="after")
    @classmethod
    def _empty_is_packaged(cls, value: str) -> str:
        return value or "packaged"

    @field_validator("redis_url", "artefact_url", "public_url", "url", "token", mode="after")
    @classmethod
    def _empty_is_unset(cls, value: str | None) -> str | None:
        return value or None  # compose files pass unset variables as empty text

    @model_validator(mode="after")
    def _heartbeats_fit(self) -> Settings:
        if self.job_stale_s < 3 * self.heartbeat_s:
            raise ValueError(
                f"job_stale_s ({self.job_stale_s}) must be at least three times heartbeat_s "
                f"({self.heartbeat_s}), else living jobs count as lost"
            )
        return self

    @property
    def places(self) -> Places:
        return Places(self.home)

    @property
    def database_address(self) -> str:
        """SQLAlchemy URL of the database in use, given or embedded."""
        return self.database_url or self.places.database_url

    @property
    def redis_address(self) -> str:
        return self.redis_url or self.places.redis_url

    @property
    def artefact_address(self) -> str:
        return self.artefact_url or str(self.places.artefacts)

    def as_environment(self) -> dict[str, str]:
        """The environment in which a child process reads these very settings."""
        others = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        return others | {
            PREFIX + name.upper(): _as_text(value)
            for name, value in self
            if value not in (None, ())
        }


def _as_text(value: object) -> str:
    return ":".join(map(str, value)) if isinstance(value, tuple) else str(value)


def settings_page() -> str:
    """docs/settings.md: every setting as a row of a table."""
    rows = [
        "# Settings",
        "",
        "Read from the environment only, by `service/settings.py`; this page is made from it",
        "(`python -m service.settings > docs/settings.md`).",
        "",
        "| variable | default | unit | what it does |",
        "|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        unit = field.json_schema_extra["unit"] if isinstance(field.json_schema_extra, dict) else ""
        default = "unset" if field.default is None else f"`{_as_text(field.default)}`"
        rows.append(
            f"| `{PREFIX}{name.upper()}` | {default if default != '``' else 'none'} | {unit} "
            f"| {field.description} |"
        )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(settings_page(), end="")
