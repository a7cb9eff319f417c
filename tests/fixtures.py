# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: the emulator, clients for it, and the modules in this process. tests/conftest.py loads them."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import signal
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Callable

import boto3
import botocore
import botocore.endpoint
import botocore.handlers
import botocore.hooks
import botocore.loaders
import botocore.retries.bucket
import botocore.session
import pytest
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args
from botocore.client import ClientCreator
from botocore.exceptions import ClientError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws import rate_limits, retries
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import ConnectionOptions
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import Connection
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_APIS,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import SERVICE_APIS
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task import changes
from ansible_collections.orgops.aws.tests.emulator import faults
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import start_emulator
from ansible_collections.orgops.aws.tests.paths import ROOT

# moto needs a newer Python than the modules. On an older one, the emulator is a process of another Python, which
# noxfile.py writes to this file.
EMULATOR_IS_HERE = importlib.util.find_spec("moto") is not None
EMULATOR_PYTHON = ROOT / "tests" / "emulator-python.txt"
needs_the_emulators_clock = pytest.mark.skipif(
    not EMULATOR_IS_HERE, reason="the emulator runs in another process, with a clock of its own"
)
CREDENTIALS = {"region": "us-east-1", "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI"}
ADMINISTRATOR_CALLS = {
    ("account", "ListRegions"),
    ("ec2", "DescribeRegions"),
    *(
        (api.client, operation.name)
        for api in ADMINISTRATOR_APIS
        for operation in (api.enable, api.disable, api.listing)
        if operation
    ),
}
# Every service that the collection calls.
SERVICES = {"organizations", "sts", *(service for service, _operation in ADMINISTRATOR_CALLS)}
SERVICES |= {operation.service for api in SERVICE_APIS for operation in api.operations}
SERVICE_API_OPTIONS = ("prefer_service_api", "include_service_api_state")
RunModule = Callable[..., dict[str, Any]]


def loader_with_models() -> Any:
    """Return botocore's loader, which has read the models of the services in use."""
    session = botocore.session.get_session()
    loader = botocore.loaders.create_loader()
    session.register_component("data_loader", loader)
    for service in ("organizations", "sts"):
        session.create_client(
            service, region_name="us-east-1", aws_access_key_id="unused", aws_secret_access_key="unused"
        )
    return loader


# Not in a fixture, because ansible-test runs each test in its own fork, which would read them again.
LOADER = loader_with_models()
_EVENTS: dict[str, str] = {}


def is_for_services_in_use(event: str) -> bool:
    """Return whether a handler of botocore is for the services in use: "before-sign" is, "before-sign.s3" is not."""
    kind, _dot, rest = event.partition(".")
    service = rest.partition(".")[0]
    return kind != "docs" and (service in {"", "*"} or service in SERVICES)


_HANDLERS = [handler for handler in botocore.handlers.BUILTIN_HANDLERS if is_for_services_in_use(handler[0])]


def once_for_each_service(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method with which botocore creates clients; its results depend on the loader and the service only."""
    results: dict[tuple[Any, str], Any] = {}

    def of_service(creator: ClientCreator, service: str, *arguments: Any) -> Any:
        key = creator._loader, service
        if key not in results:
            results[key] = method(creator, service, *arguments)
        return results[key]

    return of_service


_READ_MODEL = once_for_each_service(ClientCreator._load_service_model)
_CREATE_CLASS = once_for_each_service(ClientCreator._create_client_class)


@contextlib.contextmanager
def service_models_read_once() -> Iterator[None]:
    """Read botocore's models once. It would read them again for every session, that is, every run of a module.

    It would also generate the classes of its clients again, rename the events of its handlers and check their
    signatures, and copy the handlers of other services for each client, which takes as long as all else.
    """
    construct = botocore.hooks.EventAliaser.__init__

    def share_names(aliaser: Any, *arguments: Any) -> None:
        construct(aliaser, *arguments)
        aliaser._alias_name_cache = _EVENTS

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_args: LOADER)
        patch.setattr("botocore.hooks.EventAliaser.__init__", share_names)
        patch.setattr("botocore.hooks.BaseEventHooks._verify_accept_kwargs", lambda *_arguments: None)
        patch.setattr("botocore.handlers.BUILTIN_HANDLERS", _HANDLERS)
        patch.setattr(ClientCreator, "_load_service_model", _READ_MODEL)
        patch.setattr(ClientCreator, "_create_client_class", _CREATE_CLASS)
        yield


# The API of User Notifications is newer than the oldest botocore that is supported.
VERSION = [int(number) for number in botocore.__version__.split(".")]
HAS_NOTIFICATIONS = VERSION >= [1, 36, 2]
# botocore models State of DescribeAccount from 1.40.27 on, of ListDelegatedAdministrators from 1.40.61 on.
HAS_ACCOUNT_STATE = VERSION >= [1, 40, 61]

# From ansible-core 2.22 on, secrets are registered for the whole process.
HAS_REGISTRY = importlib.util.find_spec("ansible.module_utils.secrets") is not None


def numbered(count: int, first: int = 0) -> list[str]:
    """Return made-up service principals that the emulator recognizes."""
    return [f"svc-{number:03}.emulated.amazonaws.com" for number in range(first, first + count)]


def principals(result: dict[str, Any]) -> list[str]:
    """Return the enabled service principals that a module returned."""
    return [entry["service_principal"] for entry in result["enabled_service_principals"]]


def client_error(code: str, reason: str | None = None, status: int = 400, **metadata: Any) -> ClientError:
    """Return an error of AWS on a write, as botocore raises it."""
    response = {
        "Error": {"Code": code, "Message": "AWS's words."},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1", **metadata},
    }
    return ClientError({**response, "Reason": reason} if reason else response, "EnableAWSServiceAccess")


def aws_client(emulator: EmulatorControl, service: str, **options: Any) -> Any:
    """Return a plain boto3 client of the management account."""
    defaults = {
        "endpoint_url": emulator.url,
        "region_name": "us-east-1",
        "aws_access_key_id": CREDENTIALS["access_key"],
        "aws_secret_access_key": CREDENTIALS["secret_key"],
    }
    return boto3.client(service, **{**defaults, **options})


def assume_role(emulator: EmulatorControl, account_id: str) -> dict[str, str]:
    """Return options with the credentials of a role in the account."""
    sts = aws_client(emulator, "sts")
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/test", RoleSessionName="test")["Credentials"]
    return {
        "access_key": role["AccessKeyId"],
        "secret_key": role["SecretAccessKey"],
        "session_token": role["SessionToken"],
    }


@pytest.fixture(autouse=True)
def _no_aws_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's AWS settings from affecting the tests."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session", autouse=True)
def _read_service_models_once() -> Iterator[None]:
    with service_models_read_once():
        yield


@contextlib.contextmanager
def serve() -> Iterator[EmulatorControl]:
    """Yield the emulator, in this process if possible."""
    if EMULATOR_IS_HERE:
        server = importlib.import_module("ansible_collections.orgops.aws.tests.emulator.server")
        with server.serve() as control:
            yield control
        return
    if not EMULATOR_PYTHON.is_file():
        pytest.skip(f"moto is not installed, and {EMULATOR_PYTHON.name} names no other Python for the emulator")
    environment = {**os.environ, "PYTHONPATH": str(ROOT.parents[2])}
    with start_emulator(EMULATOR_PYTHON.read_text(), env=environment) as control:
        yield control


# Started before ansible-test forks for each test; the forks share it, one after another.
_shared: list[EmulatorControl] = []


@pytest.fixture(scope="session")
def _server() -> Iterator[EmulatorControl]:
    if _shared:
        yield _shared[0]
        return
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(serve())


@pytest.fixture
def service_administrators() -> None:
    """Allow the calls with which services designate and list their administrators."""


@pytest.fixture
def emulator(request: pytest.FixtureRequest, _server: EmulatorControl) -> Iterator[EmulatorControl]:
    """Yield the emulator, empty: no organization yet. A test that did not ask for the services' calls has none."""
    _server.reset()
    yield _server
    if "service_administrators" not in request.fixturenames:
        calls = {(request["service"], request["operation"]) for request in _server.requests()}
        assert calls.isdisjoint(ADMINISTRATOR_CALLS)


@pytest.fixture
def fake_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Make retries and polls take no time: only sleeping advances the clock, also the emulator's. Return the sleeps."""
    asked: list[float] = []
    clock = [1000.0]

    def sleep(seconds: float) -> None:
        asked.append(seconds)
        clock[0] += seconds

    class Condition(threading.Condition):
        """What botocore's adaptive mode waits for; no other thread notifies it here."""

        def wait(self, timeout: float | None = None) -> bool:
            sleep(max(timeout or 0, 0.001))  # less could be too little to move the clock
            return False

    time = SimpleNamespace(monotonic=lambda: clock[0], time=lambda: clock[0], sleep=sleep)
    for module in (retries, rate_limits, changes, botocore.endpoint, botocore.retries.bucket, faults):
        monkeypatch.setattr(module, "time", time)
    waiting = SimpleNamespace(Lock=threading.Lock, Condition=Condition)
    monkeypatch.setattr(botocore.retries.bucket, "threading", waiting)
    return asked


@pytest.fixture
def botocore_client(emulator: EmulatorControl) -> Any:
    """Return a plain boto3 client of the management account."""
    return aws_client(emulator, "organizations")


def connect(emulator: EmulatorControl, **aws_config: Any) -> OrganizationsClient:
    """Return the collection's client, created as a module creates it."""

    def create_client(service: str, aws_config: Any, region: str = "us-east-1", **credentials: Any) -> Any:
        return aws_client(emulator, service, config=aws_config, region_name=region, **credentials)

    return OrganizationsClient(Connection(create_client, ConnectionOptions(aws_config=aws_config)))


@pytest.fixture
def client(emulator: EmulatorControl) -> OrganizationsClient:
    return connect(emulator)


@contextlib.contextmanager
def isolated_secrets() -> Iterator[None]:
    """Forget the registered secrets, which ansible-core 2.22 keeps for the process, at the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        if HAS_REGISTRY:
            masker = importlib.import_module("ansible.module_utils._internal._secrets").SecretMasker()
            patch.setattr("ansible.module_utils.secrets._secret_masker", masker)
        yield


@pytest.fixture
def run_module(
    emulator: EmulatorControl, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunModule]:
    """Run a module in this process; its JSON result. An option with the value None is not given.

    Without an option that asks for it, no module calls another service than Organizations and STS.
    """
    apis_wanted = []
    # A test of a filter has turned this process into a controller, which prints warnings.
    monkeypatch.setattr("ansible.module_utils._internal.is_controller", False)

    def run(name: str, *, check_mode: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        module = importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{name}")
        given = {"endpoint_url": emulator.url, **CREDENTIALS, **options}
        arguments = {option: value for option, value in given.items() if value is not None}
        apis_wanted.append(any(arguments.get(option) for option in SERVICE_API_OPTIONS))
        capsys.readouterr()
        warnings._global_warnings.clear()  # they are kept for the process, which normally runs one module
        with (
            isolated_secrets(),
            patch_module_args({**arguments, "_ansible_check_mode": check_mode, "_ansible_diff": diff}),
            pytest.raises(SystemExit),
        ):
            module.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        result.pop("_ansible_new_secrets", None)  # the controller masks them in what it displays
        if "warnings" in result:  # they are objects until the controller receives them
            result["warnings"] = [warning["event"]["msg"] for warning in result["warnings"]]
        return result

    yield run
    if not any(apis_wanted):
        assert {request["service"] for request in emulator.requests()} <= {"organizations", "sts", ""}


@pytest.fixture
def service_access(run_module: RunModule) -> RunModule:
    """Run organizations_service_access with these service principals."""

    def run(service_principals: Any, **options: Any) -> dict[str, Any]:
        return run_module("organizations_service_access", service_principals=service_principals, **options)

    return run


@pytest.fixture
def with_apis(service_access: RunModule) -> RunModule:
    """Run organizations_service_access with prefer_service_api."""

    def run(service_principals: Any, **options: Any) -> dict[str, Any]:
        return service_access(service_principals, prefer_service_api=True, diff=True, **options)

    return run


@pytest.fixture
def service_access_info(run_module: RunModule) -> RunModule:
    """Run organizations_service_access_info."""

    def run(**options: Any) -> dict[str, Any]:
        return run_module("organizations_service_access_info", **options)

    return run


@pytest.fixture
def delegated_administrator(run_module: RunModule) -> RunModule:
    """Run organizations_delegated_administrator with {account ID: service principals}."""

    def run(delegated_administrators: dict[str, list[str]], **options: Any) -> dict[str, Any]:
        listed = [
            {"account_id": account, "service_principals": names} for account, names in delegated_administrators.items()
        ]
        return run_module("organizations_delegated_administrator", delegated_administrators=listed, **options)

    return run


@pytest.fixture
def enabled(service_access_info: RunModule, emulator: EmulatorControl) -> Callable[[], list[str]]:
    """Return what is enabled on the emulator, asked without leaving a trace in its log."""

    def ask() -> list[str]:
        emulator.clear_faults()
        return principals(service_access_info())

    return ask


@pytest.fixture
def heeds_sigint() -> Iterator[None]:
    """Heed SIGINT. Shells start background jobs with it ignored, and child processes inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


__all__ = [
    "CREDENTIALS",
    "EMULATOR_IS_HERE",
    "HAS_ACCOUNT_STATE",
    "HAS_NOTIFICATIONS",
    "HAS_REGISTRY",
    "RunModule",
    "_no_aws_of_the_machine",
    "_read_service_models_once",
    "_server",
    "assume_role",
    "aws_client",
    "botocore_client",
    "client",
    "client_error",
    "connect",
    "delegated_administrator",
    "emulator",
    "enabled",
    "fake_clock",
    "heeds_sigint",
    "isolated_secrets",
    "needs_the_emulators_clock",
    "numbered",
    "with_apis",
    "principals",
    "run_module",
    "serve",
    "service_models_read_once",
    "service_access",
    "service_access_info",
]
