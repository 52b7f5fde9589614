"""Which service the commands talk to, and as whom: found without being told."""

from __future__ import annotations

from dataclasses import dataclass

from service.client import ServiceUnreachable, TilewiseClient
from service.settings import Settings
from service.stack import EmbeddedStack


@dataclass(frozen=True, slots=True)
class Connection:
    """An address and a coordinator's token (None: the commands may only look at what is open)."""

    url: str
    token: str | None

    def client(self) -> TilewiseClient:
        return TilewiseClient(self.url, self.token)


def find_connection(settings: Settings) -> Connection | None:
    """The service of ``TILEWISE_URL``, else the embedded stack of the home if it runs."""
    url = settings.url or EmbeddedStack(settings).address()
    return None if url is None else connection_of(settings, url)


def connection_of(settings: Settings, url: str) -> Connection:
    """The service at ``url`` with the token that is told, or with the home's own."""
    return Connection(url, settings.token or _own_token(settings))


def connect() -> TilewiseClient:
    """A client of the service that is found.

    Raises:
        ServiceUnreachable: none is told of, and none runs in the home.
    """
    settings = Settings()
    found = find_connection(settings)
    if found is None:
        raise ServiceUnreachable(
            f"No service runs in {settings.home}. Start one with `tilewise up`, or name one with "
            "TILEWISE_URL and TILEWISE_TOKEN."
        )
    return found.client()


def _own_token(settings: Settings) -> str | None:
    """The coordinator's token of the home; never shown to another service than the home's own."""
    path = settings.places.coordinator_token
    return path.read_text().strip() if settings.url is None and path.is_file() else None
