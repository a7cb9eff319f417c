# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server: moto's application behind a request log, scripted faults and a few control paths."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.organizations.models import organizations_backends
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

from . import backend
from .control import WRITES, EmulatorControl
from .faults import Answer, Fault, RateLimiter, error_answer
from .settings import SETTINGS

THROTTLED = (
    "TooManyRequestsException",
    "You have sent too many requests in too short a period of time. Try again later.",
)
CONFLICT = (
    "ConcurrentModificationException",
    "AWS Organizations can't complete your request because it conflicts with another attempt to modify the same "
    "entity. Try again later.",
)
CONTROL_PATH = "/emulator/"
CONNECTION = "emulator.connection"  # in a request's environment: the number of its TCP connection
HTTP_STATUS_BAD_REQUEST = 400

Environ = dict[str, Any]


class Call:
    """What the emulator can tell of a request before it is answered. Never its signature, secret or token."""

    def __init__(self, environ: Environ, body: bytes) -> None:
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        credential = re.search(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/", authorization)
        self.access_key_id, self.region, self.service = credential.groups() if credential else ("", "", "")
        self.account_id = get_account_id_from(self.access_key_id)
        self.user_agent = environ.get("HTTP_USER_AGENT", "")
        self.connection: int = environ[CONNECTION]
        self.parameters: dict[str, Any] = {}
        target = environ.get("HTTP_X_AMZ_TARGET")
        with contextlib.suppress(ValueError):
            self.parameters = json.loads(body or b"{}") if target else dict(parse_qsl(body.decode()))
        self.operation = target.rpartition(".")[2] if target else self.parameters.pop("Action", "")
        self.parameters.pop("Version", None)

    def log_entry(self) -> dict[str, Any]:
        return dict(vars(self), time=time.time(), status=None, error=None)


class EmulatorApplication:
    """WSGI application: control paths, then log, rate limits and faults, then moto."""

    def __init__(self) -> None:
        backend.install()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()  # moto's backends are not thread-safe
        self._writing = threading.Lock()
        self._limiter = RateLimiter()
        self._faults: list[Fault] = []
        self._requests: list[dict[str, Any]] = []

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if environ["PATH_INFO"].startswith(CONTROL_PATH):
            answer: Answer | None = self._control(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
        else:
            answer = self._call(environ, Call(environ, body))
        if answer is None:
            return self._reset_connection(environ)
        status, content_type, content = answer
        return Response(content, status, content_type=content_type)(environ, start_response)

    def _call(self, environ: Environ, call: Call) -> Answer | None:
        with self._lock:
            entry = call.log_entry()
            self._requests.append(entry)
            throttled = SETTINGS.rate_limits and not self._limiter.allows(call.account_id, call.operation)
            fault = None
            if not throttled:
                signs = (call.operation, call.parameters, call.access_key_id)
                fault = next((fault for fault in self._faults if fault.strikes(*signs)), None)
        if throttled:
            answer: Answer | None = error_answer(call.service, 400, *THROTTLED)
        else:
            answer = self._struck(environ, call, fault) if fault else self._write_or_answer(environ, call)
        entry["status"] = answer[0] if answer else "reset"
        if answer and answer[0] >= HTTP_STATUS_BAD_REQUEST:
            with contextlib.suppress(ValueError, AttributeError):
                entry["error"] = json.loads(answer[2]).get("__type")
        return answer

    def _struck(self, environ: Environ, call: Call, fault: Fault) -> Answer | None:
        """The answer to a call that a fault strikes; None resets the connection."""
        if fault.apply:
            self._answer(environ)
        time.sleep(fault.delay)
        if fault.reset:
            return None
        return fault.answer(call.service) or self._answer(environ)

    def _write_or_answer(self, environ: Environ, call: Call) -> Answer:
        """Answer; a write takes its time, during which the organization refuses another (API, the exception's text)."""
        if not SETTINGS.write_seconds or call.operation not in WRITES:
            return self._answer(environ)
        if not self._writing.acquire(blocking=False):
            return error_answer(call.service, 400, *CONFLICT)
        try:
            time.sleep(SETTINGS.write_seconds)
            return self._answer(environ)
        finally:
            self._writing.release()

    def _answer(self, environ: Environ) -> Answer:
        with self._lock:
            response = Response.from_app(self._moto, environ)
            return response.status_code, response.content_type or "", response.get_data()

    @staticmethod
    def _reset_connection(environ: Environ) -> Iterable[bytes]:
        """Drop the client's connection instead of an answer; without lingering, so that it is reset."""
        connection: socket.socket = environ["werkzeug.socket"]
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError("scripted fault")

    def _control(self, method: str, path: str, body: bytes) -> Answer:
        route = (method, path.removeprefix(CONTROL_PATH))
        try:
            arguments = json.loads(body or b"{}")
            with self._lock:
                result = self._route(route, arguments)
            return 200, "application/json", json.dumps(result).encode()
        except (KeyError, TypeError, ValueError) as error:
            return 400, "application/json", json.dumps({"error": f"{route}: {error!r}"}).encode()

    def _route(self, route: tuple[str, str], arguments: dict[str, Any]) -> Any:
        if route == ("GET", "requests"):
            return self._requests
        if route == ("DELETE", "requests"):
            self._requests.clear()
        elif route == ("POST", "faults"):
            self._faults.append(Fault(**arguments))
        elif route == ("DELETE", "faults"):
            self._faults.clear()
        elif route == ("PUT", "settings"):
            SETTINGS.update(arguments)
        elif route == ("POST", "organizations"):
            account = organizations_backends[arguments.pop("account_id")]["aws"]
            assert isinstance(account, backend.EmulatedOrganizations)
            account.seed(**arguments)
        elif route == ("POST", "reset"):
            backend.reset()
            SETTINGS.reset()
            self._limiter.reset()
            self._faults.clear()
            self._requests.clear()
        else:
            raise KeyError("no such path")
        return {}


class RequestHandler(MotoRequestHandler):
    """Keeps connections open as AWS does, numbers them, and prints nothing.

    werkzeug's own ``run_wsgi`` closes every connection, because an application may leave a request's body unread.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # on a connection kept open, the body would wait for the headers to be acknowledged
    numbers = itertools.count(1)

    def setup(self) -> None:
        """Called once for each connection."""
        super().setup()
        self.connection_number = next(self.numbers)

    def run_wsgi(self) -> None:
        """Answer one request."""
        environ = {**self.make_environ(), CONNECTION: self.connection_number}
        response = Response.from_app(self.server.app, environ)
        self.send_response(response.status_code)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.get_data())

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """The request log says more."""


def make_emulator(port: int = 0) -> BaseWSGIServer:
    """A server bound to 127.0.0.1 and ready to ``serve_forever()``; port 0 takes a free one."""
    return make_server("127.0.0.1", port, EmulatorApplication(), threaded=True, request_handler=RequestHandler)


@contextlib.contextmanager
def serve() -> Iterator[EmulatorControl]:
    """The emulator in a thread of this process, for the time of a ``with`` block."""
    server = make_emulator()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield EmulatorControl(f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
