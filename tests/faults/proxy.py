"""A faulty way to a real HTTP service: it hands every request on, and strikes at some of them."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from seawall.servers.ports import choose_port

# Not handed on: they speak of one connection only.
_HOP = {"connection", "keep-alive", "transfer-encoding"}


class Kind(Enum):
    """What happens to a request that is struck."""

    ANSWER = "the service is not asked; the fault's own answer is given"
    DEAF = "a condition that did not hold is answered as if there had been none"
    CUT_REQUEST = "the connection ends in the middle of the request's body"
    CUT_ANSWER = "the connection ends in the middle of the answer's body"
    LOST_ANSWER = "the service did it, and the connection ends before the answer"


@dataclass
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: What.
        method: Of the requests that are struck; empty for any.
        text: In their path and query.
        times: How many are struck.
        status: Of an own answer.
        code: S3's error code in it.
        struck: How many were.
    """

    kind: Kind
    method: str = ""
    text: str = ""
    times: int = 10**9
    status: int = 500
    code: str = "InternalError"
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is struck."""
        if self.struck >= self.times or (self.method or method) != method or self.text not in path:
            return False
        self.struck += 1
        return True


@dataclass
class Proxy:
    """Where the service is reached, and what goes wrong on the way.

    Attributes:
        endpoint: Its own URL.
        faults: Looked at in order.
        requests: `METHOD path` of what passed.
    """

    endpoint: str = ""
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    connections: list[socket.socket] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, method: str, path: str) -> Fault | None:
        """The fault that strikes a request."""
        with self.lock:
            self.requests.append(f"{method} {path}")
            return next((each for each in self.faults if each.strikes(method, path)), None)


@contextmanager
def faulty_proxy(
    service: str, *faults: Fault, certificate: tuple[Path, Path] | None = None
) -> Iterator[Proxy]:
    """Stand between a client and a service on this machine, with TLS where there is a certificate.

    Args:
        service: The service's URL.
        faults: What goes wrong.
        certificate: Its file, and its key's.
    """
    proxy = Proxy(faults=list(faults))
    place = urlsplit(service)

    class Handler(_Handler):
        upstream = (place.hostname or "", place.port or 0)
        owner = proxy

    server = ThreadingHTTPServer(("127.0.0.1", choose_port()), Handler)
    server.daemon_threads = False
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    scheme = "https" if certificate else "http"
    proxy.endpoint = f"{scheme}://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        for connection in proxy.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()  # waits for the threads of the connections


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream: tuple[str, int]
    owner: Proxy

    def setup(self) -> None:
        super().setup()
        self.owner.connections.append(self.connection)

    def handle_request(self) -> None:
        fault = self.owner.find(self.command, self.path)
        kind = fault.kind if fault else None
        length = int(self.headers.get("Content-Length", 0))
        if fault and kind is Kind.ANSWER:
            self.rfile.read(length)
            self._answer(fault)
            return
        if kind is Kind.CUT_REQUEST:
            self.rfile.read(length // 2)
            self._cut()
            return
        answer, body = self._ask(self.rfile.read(length))
        if kind is Kind.LOST_ANSWER:
            self._cut()
            return
        # The condition is signed: it cannot be taken away on the way there.
        is_deaf = kind is Kind.DEAF and answer.status == HTTPStatus.PRECONDITION_FAILED
        self.send_response_only(HTTPStatus.OK if is_deaf else answer.status)
        if is_deaf:
            self.send_header("ETag", '"injected"')
        for name, value in answer.getheaders():
            if name.lower() not in {*_HOP, "content-length"}:
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        size = answer.getheader("Content-Length", "0") if is_head else str(len(body))
        self.send_header("Content-Length", size)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if kind is Kind.CUT_ANSWER else body)
        if kind is Kind.CUT_ANSWER:
            self._cut()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_request  # noqa: N815 - as it wants them

    def _ask(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(*self.upstream, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _HOP:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def _answer(self, fault: Fault) -> None:
        body = (
            f"<?xml version='1.0'?><Error><Code>{fault.code}</Code>"
            "<Message>injected</Message></Error>"
        ).encode()
        self.send_response_only(fault.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass
