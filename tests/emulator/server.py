# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server: moto's application with a request log, scripted faults and control paths."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from botocore.model import OperationNotFoundError
from moto.backend_index import backend_url_patterns
from moto.core.exceptions import ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.organizations.models import organizations_backends
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

from . import administrator_operations
from .aws_regions import Regions
from .backend import EmulatedOrganizations
from .calls import CONNECTION, Call, Environ
from .cloudtrail import EventHistory
from .control import EmulatorControl, is_write
from .faults import Fault, RateLimits
from .install import install, reset
from .protocols import REQUEST_ID, Answer, error_answer, error_code, unknown_operation
from .services import ServiceError, seed_services, serialized
from .services import answer as answer_of_services
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
MOTO_SERVICES = {name for name, _pattern in backend_url_patterns}
CONTROL_PATH = "/emulator/"
CONTROL_HEADERS = {"Content-Type": "application/json"}
HTTP_STATUS_BAD_REQUEST = 400


class EmulatorApplication:
    """WSGI application: control paths, then log, rate limits and faults, then moto."""

    def __init__(self) -> None:
        install()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()  # moto's backends are not thread-safe
        self._writing = threading.Lock()
        self._rate_limits = RateLimits()
        self._faults: list[Fault] = []
        self._requests: list[dict[str, Any]] = []
        self._event_history = EventHistory()
        self._regions = Regions()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if environ["PATH_INFO"].startswith(CONTROL_PATH):
            answer: Answer | None = self.control(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
        else:
            answer = self._call(environ, Call(environ, body))
        if answer is None:
            return self._reset_connection(environ)
        status, headers, content = answer
        return Response(content, status, headers)(environ, start_response)

    def _call(self, environ: Environ, call: Call) -> Answer | None:
        with self._lock:
            entry = call.log_entry()
            self._requests.append(entry)
            throttled = SETTINGS.rate_limits and not self._rate_limits.allows(
                call.account_id, call.organization_id, call.operation
            )
            fault = None
            if not throttled:
                fault = next((fault for fault in self._faults if fault.strikes(call)), None)
        if SETTINGS.latency:
            time.sleep(SETTINGS.latency)
        if self._regions.lacks(call.service, call.region):
            answer: Answer | None = None
        elif throttled:
            answer = error_answer(call.protocol, 400, *THROTTLED)
        else:
            answer = self._struck(environ, call, entry, fault) if fault else self._take_turn(environ, call, entry)
        entry["status"] = answer[0] if answer else "reset"
        entry["request_id"] = answer[1].get(REQUEST_ID) if answer else None
        if answer and answer[0] >= HTTP_STATUS_BAD_REQUEST:
            entry["error"] = error_code(answer[2])
        with self._lock:
            self._event_history.record(entry)
        return answer

    def _struck(self, environ: Environ, call: Call, entry: dict[str, Any], fault: Fault) -> Answer | None:
        """Return the response to a call that a fault affects; None resets the connection."""
        processed = self._process(environ, call, entry) if fault.comes_after_the_backend else None
        time.sleep(fault.delay)
        if fault.reset:
            return None
        return fault.answer(call.protocol, processed) or self._process(environ, call, entry)

    def _take_turn(self, environ: Environ, call: Call, entry: dict[str, Any]) -> Answer:
        """Respond; during a write, the organization rejects another one (API, the exception's text)."""
        if not SETTINGS.write_seconds or not is_write(call.operation):
            return self._process(environ, call, entry)
        if not self._writing.acquire(blocking=False):
            return error_answer(call.protocol, 400, *CONFLICT)
        try:
            time.sleep(SETTINGS.write_seconds)
            return self._process(environ, call, entry)
        finally:
            self._writing.release()

    def _process(self, environ: Environ, call: Call, entry: dict[str, Any]) -> Answer:
        """Return the backend's response; the log shows whether it applied a write."""
        signs = (call.account_id, call.access_key_id, call.region, call.protocol)
        answer = self._regions.refusal(*signs) or self._answer(environ, call)
        self._regions.remember(call.service, call.operation, call.region, answer)
        entry["applied"] = is_write(call.operation) and answer[0] < HTTP_STATUS_BAD_REQUEST
        return answer

    def _answer(self, environ: Environ, call: Call) -> Answer:
        """Return moto's response; as on AWS, unknown and malformed requests get a response too."""
        # Receiving messages waits for them, and must not make other calls wait.
        with contextlib.nullcontext() if call.operation == "ReceiveMessage" else self._lock:
            try:
                if own := self._own_answer(call):
                    return own
                response = Response.from_app(self._moto, environ)
            except ServiceError as error:
                return error_answer(call.protocol, error.status, error.code, error.message)
            except (NotImplementedError, OperationNotFoundError):
                return unknown_operation(call.protocol)
            except Exception as error:
                if call.service not in MOTO_SERVICES:
                    return unknown_operation(call.protocol)
                return error_answer(call.protocol, 500, "InternalFailure", f"The emulator failed: {error!r}")
            headers = {name.lower() if name.lower() == REQUEST_ID else name: value for name, value in response.headers}
            return response.status_code, headers, response.get_data()

    def _own_answer(self, call: Call) -> Answer | None:
        """Return the emulator's own response; None for what moto answers."""
        asked = (call.service, call.operation)
        account_id, region, parameters = call.account_id, call.region, call.parameters
        result = self._regions.handle(*asked, account_id, region, parameters)
        if result is None:
            result = administrator_operations.handle(*asked, account_id, region, parameters)
        if result is not None:
            return serialized(*asked, call.protocol, result)
        event = self._event_history.answer(*asked, account_id, region, parameters)
        return event or answer_of_services(*asked, call.protocol, account_id, region, parameters)

    @staticmethod
    def _reset_connection(environ: Environ) -> Iterable[bytes]:
        """Drop the client's connection instead of responding; without lingering, so that it is reset."""
        connection: socket.socket = environ["werkzeug.socket"]
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError("scripted fault")

    def control(self, method: str, path: str, body: bytes) -> Answer:
        """Return the response of a control path."""
        route = (method, path.removeprefix(CONTROL_PATH))
        try:
            arguments = json.loads(body or b"{}")
            with self._lock:
                result = self._route(route, arguments)
            return 200, CONTROL_HEADERS, json.dumps(result).encode()
        except (KeyError, TypeError, ValueError, ServiceException) as error:
            return 400, CONTROL_HEADERS, json.dumps({"error": f"{route}: {error!r}"}).encode()

    def _route(self, route: tuple[str, str], arguments: dict[str, Any]) -> Any:
        if route == ("GET", "requests"):
            return self._requests
        if route == ("DELETE", "requests"):
            self._requests.clear()
        elif route == ("POST", "faults"):
            self._faults += [Fault(**fault) for fault in arguments["faults"]]
        elif route == ("DELETE", "faults"):
            self._faults.clear()
        elif route == ("PUT", "settings"):
            SETTINGS.update(arguments)
        elif route == ("POST", "organizations"):
            account = organizations_backends[arguments.pop("account_id")][arguments.pop("partition", "aws")]
            assert isinstance(account, EmulatedOrganizations)
            own_states = arguments.pop("own_states", {})
            regional_administrators = arguments.pop("regional_administrators", {})
            self._regions.seed(account.account_id, arguments.pop("regions", {}))
            account.seed(**arguments)
            seed_services(account, own_states)
            account.regional_administrators.seed(regional_administrators)
        elif route == ("POST", "reset"):
            reset()
            SETTINGS.reset()
            self._rate_limits.reset()
            self._faults.clear()
            self._requests.clear()
            self._event_history.clear()
            self._regions.reset()
        else:
            raise KeyError("no such path")
        return {}


class RequestHandler(MotoRequestHandler):
    """Keeps connections open as AWS does, numbers them, and prints nothing.

    werkzeug's own ``run_wsgi`` closes every connection, because an application may leave a request's body unread.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise the body waits until the headers are acknowledged
    numbers = itertools.count(1)

    def setup(self) -> None:
        """Called once for each connection."""
        super().setup()
        self.connection_number = next(self.numbers)

    def run_wsgi(self) -> None:
        """Respond to one request."""
        environ = {**self.make_environ(), CONNECTION: self.connection_number}
        response = Response.from_app(self.server.app, environ)
        self.send_response(response.status_code)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.get_data())

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """The request log has more details."""


class LocalControl(EmulatorControl):
    """The control paths of an emulator in this process, without the requests."""

    def __init__(self, server: BaseWSGIServer) -> None:
        super().__init__(f"http://127.0.0.1:{server.port}")
        assert isinstance(server.app, EmulatorApplication)
        self._control = server.app.control

    def _send(self, method: str, path: str, arguments: dict[str, Any] | None = None) -> Any:
        status, _headers, content = self._control(method, CONTROL_PATH + path, json.dumps(arguments or {}).encode())
        if status >= HTTP_STATUS_BAD_REQUEST:
            raise ValueError(content.decode())
        return json.loads(content)


def make_emulator(port: int = 0) -> BaseWSGIServer:
    """Return a server bound to 127.0.0.1 and ready to ``serve_forever()``; port 0 selects a free one."""
    return make_server("127.0.0.1", port, EmulatorApplication(), threaded=True, request_handler=RequestHandler)


@contextlib.contextmanager
def serve() -> Iterator[EmulatorControl]:
    """Yield the emulator in a thread of this process, in a ``with`` block."""
    server = make_emulator()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield LocalControl(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
