"""A small web server on loopback that answers as a test tells it to."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from PIL import Image

from learner.imagery.spec import ImageryLimits

OPEN = ImageryLimits(
    allow_private_addresses=True, timeout_s=5.0, requests_per_host_per_s=1000.0, retries=2
)
"""Limits under which loopback may be called, and nobody waits for politeness."""


@dataclass
class Answer:
    """What to send: a body at once, or in pieces as they come."""

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)


Respond = Callable[[str, dict[str, str]], Answer]
"""From a path and the request's headers to an answer."""


@dataclass
class LocalServer:
    host: str
    port: int
    requests: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}/{path}"


@contextmanager
def serving(respond: Respond, host: str = "127.0.0.1") -> Iterator[LocalServer]:
    """Serves until the block ends; ``requests`` lists the paths that were asked for."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            local.requests.append(self.path)
            answer = respond(self.path, dict(self.headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
                self.flush_headers()  # one by one, for tests of slow headers
            whole = isinstance(answer.body, bytes)
            if whole:
                self.send_header("Content-Length", str(len(answer.body)))
            else:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            try:
                for piece in [answer.body] if whole else answer.body:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client has seen enough, as it should

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    local = LocalServer(host, server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield local
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def png(pixels: np.ndarray) -> bytes:
    """``pixels`` as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def world_pixels(zoom: int, col: int, row: int, width: int, height: int) -> np.ndarray:
    """(H, W, 3) uint8: a picture of the whole world in which every pixel tells where it is."""
    columns = np.arange(col, col + width) % (256 * 2**zoom)
    rows = np.arange(row, row + height)
    red, green = np.meshgrid(columns % 251, rows % 241)
    blue = np.add.outer(rows // 241, columns // 251) % 256
    return np.dstack([red, green, blue]).astype(np.uint8)


def tile_answer(path: str, _: dict[str, str]) -> Answer:
    """The tile of :func:`world_pixels` for a path that ends in ``z/x/y.png``."""
    zoom, x, y = (int(part) for part in path.removesuffix(".png").split("/")[-3:])
    return Answer(body=png(world_pixels(zoom, 256 * x, 256 * y, 256, 256)))
