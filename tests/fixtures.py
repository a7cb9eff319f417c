# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: the emulator, a client on it, and the modules run in this process. tests/conftest.py takes them over."""

from __future__ import annotations

import importlib
import json
import os
import signal
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Callable

import boto3
import botocore.config
import botocore.endpoint
import botocore.loaders
import botocore.session
import pytest
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

from ansible_collections.orgops.aws.plugins.module_utils._organizations import client as client_module
from ansible_collections.orgops.aws.plugins.module_utils._organizations import service_access as service_access_module
from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import OrganizationsClient
from ansible_collections.orgops.aws.tests.emulator import faults
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.server import serve

CREDENTIALS = {"region": "us-east-1", "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI"}
RunModule = Callable[..., dict[str, Any]]


def loader_with_models() -> Any:
    """botocore's loader, which has read the models of the services in use."""
    session = botocore.session.get_session()
    loader = botocore.loaders.create_loader()
    session.register_component("data_loader", loader)
    for service in ("organizations", "sts"):
        session.create_client(
            service, region_name="us-east-1", aws_access_key_id="unused", aws_secret_access_key="unused"
        )
    return loader


# Here and not in a fixture: ansible-test runs each test in a fork of its own, which would read them again.
LOADER = loader_with_models()


def numbered(count: int, first: int = 0) -> list[str]:
    """Invented service principals that the emulator recognizes."""
    return [f"svc-{number:03}.emulated.amazonaws.com" for number in range(first, first + count)]


def aws_client(emulator: EmulatorControl, service: str, **options: Any) -> Any:
    """A plain boto3 client of the management account."""
    credentials = {"aws_access_key_id": CREDENTIALS["access_key"], "aws_secret_access_key": CREDENTIALS["secret_key"]}
    return boto3.client(service, endpoint_url=emulator.url, region_name="us-east-1", **{**credentials, **options})


def assume_role(emulator: EmulatorControl, account_id: str) -> dict[str, str]:
    """Options with the credentials of a role in the account."""
    sts = aws_client(emulator, "sts")
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/test", RoleSessionName="test")["Credentials"]
    return {
        "access_key": role["AccessKeyId"],
        "secret_key": role["SecretAccessKey"],
        "session_token": role["SessionToken"],
    }


@pytest.fixture(autouse=True)
def _no_aws_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's AWS settings reaches a test."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session", autouse=True)
def _read_service_models_once() -> Iterator[None]:
    """botocore reads its models anew for every session, that is for every run of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_args: LOADER)
        yield


@pytest.fixture(scope="session")
def _server() -> Iterator[EmulatorControl]:
    with serve() as control:
        yield control


@pytest.fixture
def emulator(_server: EmulatorControl) -> EmulatorControl:
    """The emulator, empty: no organization yet."""
    _server.reset()
    return _server


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Lets every retry and poll happen at once, on a clock that the naps move, the emulator's too. The naps."""
    asked: list[float] = []
    clock = [1000.0]

    def sleep(seconds: float) -> None:
        asked.append(seconds)
        clock[0] += seconds

    time = SimpleNamespace(monotonic=lambda: clock[0], sleep=sleep)
    for module in (client_module, service_access_module, botocore.endpoint, faults):
        monkeypatch.setattr(module, "time", time)
    return asked


@pytest.fixture
def botocore_client(emulator: EmulatorControl) -> Any:
    """A plain boto3 client of the management account."""
    return aws_client(emulator, "organizations")


def connect(emulator: EmulatorControl, **aws_config: Any) -> OrganizationsClient:
    """The collection's client, made as a module makes it."""

    def create_client(service: str, config: Any, **credentials: Any) -> Any:
        return aws_client(emulator, service, config=config.merge(botocore.config.Config(**aws_config)), **credentials)

    return OrganizationsClient.connect(create_client, {"aws_config": aws_config})


@pytest.fixture
def client(emulator: EmulatorControl) -> OrganizationsClient:
    return connect(emulator)


@pytest.fixture
def run_module(
    emulator: EmulatorControl, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> RunModule:
    """Run a module in this process; its JSON result. An option with the value None is not given."""
    # A test of a filter has made this process a controller, where warnings go to the screen.
    monkeypatch.setattr("ansible.module_utils._internal.is_controller", False)

    def run(name: str, *, check_mode: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        module = importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{name}")
        given = {"endpoint_url": emulator.url, **CREDENTIALS, **options}
        arguments = {option: value for option, value in given.items() if value is not None}
        capsys.readouterr()
        warnings._global_warnings.clear()  # they are kept for the process, which is one module's elsewhere
        with (
            patch_module_args({**arguments, "_ansible_check_mode": check_mode, "_ansible_diff": diff}),
            pytest.raises(SystemExit),
        ):
            module.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        if "warnings" in result:  # on their way to the controller they are objects
            result["warnings"] = [warning["event"]["msg"] for warning in result["warnings"]]
        return result

    return run


@pytest.fixture
def service_access(run_module: RunModule) -> RunModule:
    """Run organizations_service_access with these service principals."""

    def run(service_principals: Any, **options: Any) -> dict[str, Any]:
        return run_module("organizations_service_access", service_principals=service_principals, **options)

    return run


@pytest.fixture
def service_access_info(run_module: RunModule) -> RunModule:
    """Run organizations_service_access_info."""

    def run(**options: Any) -> dict[str, Any]:
        return run_module("organizations_service_access_info", **options)

    return run


@pytest.fixture
def heeds_sigint() -> Iterator[None]:
    """Shells start jobs in the background deaf to SIGINT, and processes inherit that: the tests may be one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


__all__ = [
    "CREDENTIALS",
    "RunModule",
    "_no_aws_of_the_machine",
    "_read_service_models_once",
    "_server",
    "assume_role",
    "aws_client",
    "botocore_client",
    "client",
    "connect",
    "emulator",
    "heeds_sigint",
    "naps",
    "numbered",
    "run_module",
    "service_access",
    "service_access_info",
]
