# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients, credentials, the assumed role."""

from __future__ import annotations

import io
import socketserver
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import ConnectionOptions
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import Connection
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.sessions import Session
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule

LIST = "ListAWSServiceAccessForOrganization"
NORTH = "111111111111"
ROLE = f"arn:aws:iam::{NORTH}:role/ServiceAccess"


def calls_by_account(emulator: EmulatorControl) -> list[tuple[str, str]]:
    return [(request["account_id"], request["operation"]) for request in emulator.requests()]


class TestAssumedRole:
    def test_every_call_but_the_assuming_is_the_roles(
        self, service_access: RunModule, emulator: EmulatorControl
    ) -> None:
        emulator.organization(NORTH)
        result = service_access(
            ["config.amazonaws.com"],
            assume_role_arn=ROLE,
            assume_role_external_id="north-knows",
            assume_role_session_name="night-run",
            management_account_id=NORTH,
        )
        assert result["enabled"] == ["config.amazonaws.com"]
        assert calls_by_account(emulator) == [
            (MANAGEMENT_ACCOUNT, "AssumeRole"),
            (NORTH, "DescribeOrganization"),
            (NORTH, LIST),
            (NORTH, "EnableAWSServiceAccess"),
            (NORTH, LIST),
        ]
        parameters = emulator.requests()[0]["parameters"]
        assert (parameters["RoleArn"], parameters["ExternalId"]) == (ROLE, "north-knows")
        assert parameters["RoleSessionName"] == "night-run"

    def test_check_mode_assumes_it_too_and_asks_who_it_is(
        self, service_access: RunModule, emulator: EmulatorControl
    ) -> None:
        emulator.organization(NORTH)
        result = service_access(["config.amazonaws.com"], assume_role_arn=ROLE, check_mode=True)
        assert result["enabled"] == ["config.amazonaws.com"]
        assert calls_by_account(emulator) == [
            (MANAGEMENT_ACCOUNT, "AssumeRole"),
            (NORTH, LIST),
            (NORTH, "DescribeOrganization"),
            (NORTH, "GetCallerIdentity"),
        ]
        assert emulator.requests()[0]["parameters"]["RoleSessionName"] == "orgops-aws"

    def test_a_role_in_the_wrong_organization(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        emulator.organization()
        emulator.organization(NORTH)
        result = service_access(
            ["config.amazonaws.com"], assume_role_arn=ROLE, management_account_id=MANAGEMENT_ACCOUNT
        )
        assert f"management account is {NORTH}, not {MANAGEMENT_ACCOUNT}" in result["msg"]
        assert emulator.writes() == []

    @pytest.mark.parametrize(
        ("fault", "parts"),
        [
            (
                {"code": "AccessDenied", "status": 403, "message": "Not authorized to perform: sts:AssumeRole"},
                ["Not authorized to perform", "trust policy", "sts:AssumeRole"],
            ),
            ({"code": "ExpiredToken", "status": 403, "message": "Too old."}, ["Too old.", "Renew the temporary"]),
            ({"body": "<html>"}, ["could not be parsed", "proxies and endpoint_url"]),
            ({"body": "<AssumeRoleResponse/>"}, ["could not be parsed"]),
            (
                {"code": "InvalidClientTokenId", "status": 403, "message": "The security token is invalid"},
                ["If the option region, or AWS_REGION, is a Region that must be enabled first", "Fix the credentials"],
            ),
            (
                {"code": "RegionDisabledException", "status": 403, "message": "STS is not activated in this region"},
                ["set another one"],
            ),
        ],
        ids=["denied", "expired", "html", "empty", "region", "region of the role"],
    )
    def test_a_refusal_is_told_with_its_remedy(
        self, service_access: RunModule, emulator: EmulatorControl, fault: dict[str, Any], parts: list[str]
    ) -> None:
        emulator.organization()
        emulator.organization(NORTH)
        emulator.fault("AssumeRole", count=None, **fault)
        result = service_access(["config.amazonaws.com"], assume_role_arn=ROLE)
        assert result["failed"] is True
        for part in (f"Failed to assume the role {ROLE}", *parts):
            assert part in result["msg"]
        assert set(emulator.calls()) == {"AssumeRole"}

    def test_a_truncated_response_is_not_quoted(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        credentials = "<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>SECRET-KEY"
        emulator.fault("AssumeRole", body=f"<AssumeRoleResponse><AssumeRoleResult>{credentials}", count=None)
        result = service_access(["config.amazonaws.com"], assume_role_arn=ROLE)
        assert f"Failed to assume the role {ROLE}: the response could not be parsed." in result["msg"]
        assert "SECRET" not in str(result)

    def test_an_empty_session_token_masks_nothing(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        credentials = (
            "<AccessKeyId>A</AccessKeyId><SecretAccessKey>SECRET</SecretAccessKey><SessionToken></SessionToken>"
        )
        result = f"<AssumeRoleResult><Credentials>{credentials}</Credentials></AssumeRoleResult>"
        emulator.fault("AssumeRole", body=f"<AssumeRoleResponse>{result}</AssumeRoleResponse>")
        failed = service_access(["config.amazonaws.com"], assume_role_arn=ROLE)
        assert "Failed to list service access" in failed["msg"]

    def test_no_credentials_at_all(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        result = service_access(["config.amazonaws.com"], assume_role_arn=ROLE, access_key=None, secret_key=None)
        assert "Failed to assume the role" in result["msg"]
        assert "NoCredentialsError" in result["msg"]
        assert emulator.calls() == []

    def test_a_missing_credential_process(
        self,
        service_access: RunModule,
        emulator: EmulatorControl,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        configuration = tmp_path / "config"
        configuration.write_text("[profile broken]\ncredential_process = /no/such/program\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
        for options in ({}, {"assume_role_arn": ROLE}):
            result = service_access(
                ["config.amazonaws.com"], profile="broken", access_key=None, secret_key=None, **options
            )
            assert "/no/such/program" in result["msg"]
            assert "credential_process" in result["msg"]
            assert result["check_mode"] is False
        assert emulator.calls() == []

    def test_its_secrets_are_masked(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        assumed = "".join(
            f"<{name}>{value}</{name}>"
            for name, value in {
                "AccessKeyId": "AKIDROLE",
                "SecretAccessKey": "SECRET-KEY",
                "SessionToken": "SECRET-TOKEN",
                "Expiration": "2099-01-01T00:00:00Z",
            }.items()
        )
        result = f"<AssumeRoleResult><Credentials>{assumed}</Credentials></AssumeRoleResult>"
        emulator.fault("AssumeRole", body=f"<AssumeRoleResponse>{result}</AssumeRoleResponse>")
        emulator.fault(LIST, code="AccessDeniedException", message="SECRET-KEY and SECRET-TOKEN are wrong")
        failed = service_access(["config.amazonaws.com"], assume_role_arn=ROLE)
        assert "are wrong" in failed["msg"]
        assert "SECRET" not in str(failed)
        assert {entry["access_key_id"] for entry in emulator.requests()[1:]} == {"AKIDROLE"}


GARBAGE = "credential_process = printf {}\n"
UNUSABLE = {
    "no JSON": (GARBAGE.format("SECRET"), "CredentialRetrievalError", "JSONDecodeError"),
    "a list": (GARBAGE.format("[1]"), "CredentialRetrievalError", "configuration files"),
    "numbers": (
        """credential_process = printf '{"Version":1,"AccessKeyId":1,"SecretAccessKey":2}'\n""",
        "CredentialRetrievalError",
        "configuration files",
    ),
    "half of the keys": ("aws_access_key_id = AKID\n", "PartialCredentialsError", "Set access_key and secret_key"),
    "a failing program": ("credential_process = false\n", "CredentialRetrievalError", "Fix the credentials"),
    "a loop": (
        f"role_arn = {ROLE}\nsource_profile = other\n[profile other]\nrole_arn = {ROLE}\nsource_profile = broken\n",
        "InfiniteLoopConfigError",
        "must end at one with keys",
    ),
    "a one-time password": (
        f"role_arn = {ROLE}\nmfa_serial = arn\nsource_profile = keys\n"
        "[profile keys]\naws_access_key_id = A\naws_secret_access_key = SECRET\n",
        "CredentialRetrievalError",
        "aws sts get-session-token",
    ),
}


@pytest.mark.parametrize(("profile", "code", "remedy"), UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("role", [{}, {"assume_role_arn": ROLE}], ids=["directly", "for a role"])
@pytest.mark.filterwarnings("ignore::getpass.GetPassWarning")
def test_unusable_credentials_are_told_with_their_remedy(
    service_access: RunModule,
    emulator: EmulatorControl,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    profile: str,
    code: str,
    remedy: str,
    role: dict[str, str],
) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(f"[profile broken]\n{profile}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    monkeypatch.setattr("getpass.getpass", input)  # as without a terminal
    monkeypatch.setattr("sys.stdin", io.StringIO())
    result = service_access(["config.amazonaws.com"], profile="broken", access_key=None, secret_key=None, **role)
    assert result["error"]["code"] == code
    assert remedy in result["msg"]
    assert "SECRET" not in str(result)
    assert emulator.calls() == []


BLANK: dict[str, Any] = {"access_key": None, "secret_key": None}


@pytest.mark.parametrize(
    ("options", "environment", "blank"),
    [
        ({**BLANK, "profile": ""}, {}, ["profile"]),
        ({**BLANK, "profile": " "}, {"AWS_PROFILE": "p"}, ["profile"]),
        ({**BLANK, "aws_profile": ""}, {}, ["profile"]),
        ({"access_key": "", "secret_key": ""}, {}, ["access_key", "secret_key"]),
        ({"access_key": "", "secret_key": ""}, {"AWS_PROFILE": "p"}, ["access_key", "secret_key"]),
        ({**BLANK, "aws_access_key": "", "aws_secret_key": "a-secret"}, {}, ["access_key"]),
        ({"secret_key": ""}, {"AWS_SECRET_ACCESS_KEY": "a-secret"}, ["secret_key"]),
        ({**BLANK, "profile": "", "session_token": ""}, {}, ["profile"]),
        ({"profile": ""}, {"AWS_PROFILE": "p"}, []),
        ({"profile": "p", "access_key": "", "secret_key": ""}, {"AWS_PROFILE": "p"}, []),
        ({"session_token": ""}, {}, []),
        (BLANK, {"AWS_PROFILE": "p", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, []),
    ],
    ids=str,
)
def test_blank_credentials_are_refused_without_the_other_kind(
    service_access_info: RunModule,
    emulator: EmulatorControl,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    environment: dict[str, str],
    blank: list[str],
) -> None:
    configuration = tmp_path / "config"
    configuration.write_text("[profile p]\naws_access_key_id = AKID\naws_secret_access_key = a-secret\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    emulator.organization()
    result = service_access_info(**options)
    assert result.get("msg", "").count("is blank") == len(blank)
    assert all(f"{name} is blank" in result["msg"] for name in blank)
    assert bool(emulator.calls()) is not bool(blank)


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, "sts-fips.us-east-1.amazonaws.com"),
        ({"AWS_USE_FIPS_ENDPOINT": "true", "AWS_DEFAULT_REGION": "us-west-2"}, "sts-fips.us-west-2.amazonaws.com"),
    ],
)
def test_fips_reaches_a_host_of_aws_sts_that_exists(
    service_access: RunModule, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], host: str
) -> None:
    asked: list[str] = []

    class Proxy(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().split()[1].decode())  # and let nobody through

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        for name, value in {**environment, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}"}.items():
            monkeypatch.setenv(name, value)
        one_attempt = {"retries": {"total_max_attempts": 1}}
        service_access(
            ["config.amazonaws.com"], assume_role_arn=ROLE, endpoint_url=None, region=None, aws_config=one_attempt
        )
        proxy.shutdown()
    assert asked == [f"{host}:443"]


@pytest.mark.parametrize(
    "aws_config", [{"nonsense": 1}, {"retries": {"max_attempts": "many"}}, {"retries": 3}], ids=str
)
def test_an_unusable_aws_config_is_named(aws_config: dict[str, Any]) -> None:
    def create_client(_service: str, **_options: Any) -> Any:
        Config(**aws_config)

    with pytest.raises(AnsibleOrganizationsError, match="aws_config"):
        Connection(create_client, ConnectionOptions.from_params({"aws_config": aws_config})).client("organizations")


@pytest.mark.parametrize(("regional", "host"), [(True, "sts.us-east-1.amazonaws.com"), (False, "sts.amazonaws.com")])
def test_without_a_region_tokens_are_regional_only_if_needed(regional: bool, host: str) -> None:
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI"}
    session = Session(lambda: (None, None, keys), regional_sts=regional)
    asked = []

    def create_client(*arguments: Any, **options: Any) -> Any:
        client = session.client(*arguments, **options)
        client.meta.events.register("before-send.sts", lambda request, **_: asked.append(request.url))
        client.meta.events.register_last("before-send.sts", refuse)
        return client

    def refuse(**_kwargs: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://sts")

    connection = Connection(
        create_client, ConnectionOptions(regional_sts=regional, aws_config={"retries": {"total_max_attempts": 1}})
    )
    with pytest.raises(AnsibleOrganizationsError):
        connection.caller_account_id()
    assert asked == [f"https://{host}/"]
