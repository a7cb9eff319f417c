# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients of a task's session against those of amazon.aws: endpoints, credentials, configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from ansible.module_utils.ansible_release import __version__ as ansible_version
from botocore.config import Config
from botocore.exceptions import ProfileNotFound
from botocore.loaders import JSONFileLoader, Loader

from ansible_collections.amazon.aws.plugins.module_utils.botocore import boto3_inventory_conn
from ansible_collections.amazon.aws.plugins.module_utils.common import set_collection_info

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.sessions import Session
from ansible_collections.orgops.aws.plugins.module_utils._version import COLLECTION_VERSION

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI", "aws_session_token": None}
CONFIG = """
[profile audit]
region = eu-south-1
aws_access_key_id = AKIDOFPROFILE
aws_secret_access_key = unused
ca_bundle = /etc/ca-of-profile.pem
services = local
[services local]
guardduty =
  endpoint_url = https://guardduty.profile.example
"""


@pytest.fixture
def _configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config"
    path.write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))


def facts(client: Any) -> dict[str, Any]:
    """Return what a client was made of."""
    credentials = client._request_signer._credentials
    http = client._endpoint.http_session
    return {
        "endpoint": client.meta.endpoint_url,
        "region": client.meta.region_name,
        "keys": credentials and (credentials.access_key, credentials.secret_key, credentials.token),
        "verify": http._verify,
        "proxies": http._proxy_config._proxies,
        "timeout": http._timeout.connect_timeout,
        "retries": client.meta.config.retries,
        "user agent": client.meta.config.user_agent,
    }


@pytest.mark.usefixtures("_configuration")
@pytest.mark.parametrize(
    ("info", "environment"),
    [
        (("eu-west-1", None, {**KEYS, "verify": True}), {}),
        (("eu-west-1", "http://localhost:5000", {**KEYS, "verify": False}), {}),
        (("eu-west-1", None, {**KEYS, "verify": "/etc/ca.pem", "aws_config": Config(connect_timeout=3)}), {}),
        (("eu-west-1", None, {**KEYS, "verify": True}), {"HTTPS_PROXY": "http://proxy.example:3128"}),
        (("eu-west-1", None, {**KEYS, "verify": None}), {"AWS_CA_BUNDLE": "/etc/ca-of-environment.pem"}),
        (("eu-west-1", None, {**KEYS, "verify": True}), {"AWS_USE_FIPS_ENDPOINT": "true"}),
        (("cn-north-1", None, {**KEYS, "verify": True}), {}),
        (("us-gov-west-1", None, {**KEYS, "verify": True}), {}),
        ((None, None, {**dict.fromkeys(KEYS), "verify": True, "profile_name": "audit"}), {}),
        (("eu-west-1", None, {**dict.fromkeys(KEYS), "verify": None}), {"AWS_PROFILE": "audit"}),
        (("eu-west-1", None, {**KEYS, "verify": True}), {"AWS_ENDPOINT_URL_GUARDDUTY": "https://own.example"}),
    ],
)
@pytest.mark.parametrize("service", ["organizations", "guardduty", "sts"])
def test_clients_are_those_of_amazon_aws(
    monkeypatch: pytest.MonkeyPatch, info: tuple[Any, Any, dict[str, Any]], environment: dict[str, str], service: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    set_collection_info("orgops.aws", COLLECTION_VERSION)
    region, endpoint, options = info
    aws_config = Config(connect_timeout=7, retries={"mode": "standard", "total_max_attempts": 1})
    given = {"region": region, "endpoint": endpoint, **options, "aws_config": aws_config}
    expected = boto3_inventory_conn(conn_type="client", resource=service, **given)
    session = Session(lambda: info)
    assert facts(session.client(service, aws_config)) == facts(expected)


@pytest.mark.usefixtures("_configuration")
def test_a_client_may_have_another_region_and_other_credentials() -> None:
    session = Session(lambda: (None, None, {**dict.fromkeys(KEYS), "verify": True, "profile_name": "audit"}))
    overrides = {"aws_access_key_id": "A", "aws_secret_access_key": "B", "aws_session_token": "C"}
    client = facts(session.client("sts", Config(), region="us-west-2", **overrides))
    assert (client["region"], client["keys"]) == ("us-west-2", ("A", "B", "C"))
    assert client["verify"] is True


def test_a_missing_profile_is_an_error_of_each_client() -> None:
    session = Session(lambda: ("eu-west-1", None, {"profile_name": "nobody"}))
    for _attempt in range(2):
        with pytest.raises(ProfileNotFound):
            session.client("organizations", Config())


def test_requests_tell_aws_of_the_collection() -> None:
    client = Session(lambda: ("eu-west-1", None, KEYS)).client("organizations", Config())
    assert f"Ansible/{ansible_version} orgops.aws/{COLLECTION_VERSION}" in client.meta.config.user_agent


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "sts.us-east-1.amazonaws.com"),
        ("eu-west-1", "sts.eu-west-1.amazonaws.com"),
        ("af-south-1", "sts.af-south-1.amazonaws.com"),
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
    ],
)
@pytest.mark.parametrize("environment", [{}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}], ids=["default", "legacy"])
def test_roles_are_assumed_regionally_if_regions_are_called(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    regional = Session(lambda: (region, None, KEYS), regional_sts=True)
    assert regional.client("sts", Config()).meta.endpoint_url == f"https://{host}"
    default = boto3.session.Session().client("sts", region_name=region, **KEYS)
    as_before = Session(lambda: (region, None, KEYS)).client("sts", Config())
    assert as_before.meta.endpoint_url == default.meta.endpoint_url


def test_the_models_are_read_once_for_all_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    class Files(JSONFileLoader):
        def load_file(self, file_path: str) -> Any:
            read.append(file_path)
            return super().load_file(file_path)

    monkeypatch.setattr("botocore.session.create_loader", lambda *_args: Loader(file_loader=Files()))
    session = Session(lambda: (None, None, KEYS))
    for number in range(1, 18):
        session.client("guardduty", Config(), region=f"eu-west-{number}")
    assert len([path for path in read if "guardduty" in path and path.endswith("service-2")]) == 1
