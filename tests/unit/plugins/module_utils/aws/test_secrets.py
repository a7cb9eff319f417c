# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that Ansible cannot know to be secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.secrets import (
    hide_secrets,
    mask_result,
    mask_text,
    register,
    secrets_in_urls,
    values_of_secret_names,
)
from ansible_collections.orgops.aws.tests.fixtures import HAS_REGISTRY, isolated_secrets


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        pytest.param({}, set(), id="none"),
        pytest.param(
            {"aws_config": {"proxies": {"https": "http://me:p%40ss@proxy:1"}}}, {"p%40ss", "p@ss"}, id="proxy"
        ),
        pytest.param({"endpoint_url": "https://me:hidden@host"}, {"hidden"}, id="endpoint"),
        pytest.param({"endpoint_url": "me:hidden@host/x"}, {"hidden"}, id="endpoint-no-scheme"),
        pytest.param({"aws_endpoint_url": "me:hidden@host"}, {"hidden"}, id="endpoint-alias"),
        pytest.param({"endpoint_url": "https://host", "aws_config": {"proxies": None}}, set(), id="no-password"),
        pytest.param({"endpoint_url": "http://[", "aws_config": {"proxies": 5}}, set(), id="no-url"),
        pytest.param({"aws_config": {"proxies": {"http": "me:pw@proxy:8080"}}}, {"pw"}, id="no-scheme"),
        pytest.param({"aws_config": {"proxies": "http://me:p#w@proxy"}}, {"p#w"}, id="text"),
        pytest.param({"aws_config": {"proxies": [["https://me:p@w@proxy"]]}}, {"p@w"}, id="lists"),
        pytest.param({"endpoint_url": "http://me@corp:hidden@host/"}, {"hidden"}, id="at-in-user"),
        pytest.param({"endpoint_url": 'http://me:it\'s "{,}"@host/'}, {'it\'s "{,}"'}, id="quotes"),
        pytest.param({"endpoint_url": "http://token@host/path"}, {"token"}, id="token"),
        pytest.param({"endpoint_url": "http://me:pass@host/a@b"}, {"pass", "pass@host/a"}, id="at-in-path"),
        pytest.param({"aws_config": {"proxies": {"http": "me@corp:p,w@proxy:8080"}}}, {"p,w"}, id="at-in-proxy-user"),
        pytest.param({"aws_config": {"proxies": {"http": "token@proxy:8080"}}}, {"token"}, id="proxy-token"),
        pytest.param({"management_account_id": "1", "service_principals": ["a@b", "x:y@z"]}, set(), id="no-urls"),
    ],
)
def test_passwords_in_urls_are_secrets(options: dict[str, Any], secrets: set[str]) -> None:
    assert secrets_in_urls(options, {}) == secrets


def test_a_misspelled_option_is_secret_if_its_name_says_so() -> None:
    options = {"secrt_key": "a", "aws_secret_kee": "b", "session_tokens": ["c"], "secret_key": "d", "my_password": ""}
    assert values_of_secret_names(options, known=["secret_key"]) == {"b", "c"}


@pytest.mark.parametrize("name", ["AWS_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "https_proxy", "HTTPS_PROXY"])
def test_passwords_in_the_environment_are_secrets(name: str) -> None:
    environment = {name: "https://me:p%40ss@host", "OTHER_URL": "https://me:other@host"}
    assert secrets_in_urls({}, environment) == {"p%40ss", "p@ss"}
    assert secrets_in_urls({}, {name: "me:hidden@host"}) == {"hidden"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no https://me:hidden@host/x", "no https://me:********@host/x"),
        ("Invalid header value b'token\\n'", "Invalid header value, not shown because it can be a secret"),
        ("https://host:443 is not reachable", "https://host:443 is not reachable"),
    ],
)
def test_a_message_shows_no_secret(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown


@pytest.mark.parametrize(
    "name",
    ["external_id", "assume_role_externalid", "secert_key", "aws_sceret_access_key", "sesion_tokn", "my_password"],
)
def test_the_value_of_an_option_that_is_nearly_secret_is_secret(name: str) -> None:
    known = ["assume_role_external_id", "secret_key", "aws_secret_access_key", "session_token", "region"]
    assert values_of_secret_names({name: "hidden", "region": "eu", "wiat": "w"}, known, known[:4]) == {"hidden"}


class Module:
    """A module, as far as masking needs it."""

    def __init__(self) -> None:
        self.no_log_values: set[str] = set()


@pytest.fixture
def module() -> Iterator[Any]:
    with isolated_secrets():
        yield Module()


def test_registered_secrets_are_masked_in_warnings(module: Any) -> None:
    register(module, {"hidden", "also-secret"})
    masked = mask_text(module, "The hidden word is also-secret.")
    assert masked.startswith("The ")
    assert not {"hidden", "also-secret"} & set(masked.rstrip(".").split())


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_blank_secret_masks_nothing(module: Any, blank: str) -> None:
    register(module, {blank})
    assert mask_text(module, "All of this is shown.") == "All of this is shown."
    assert module.no_log_values == set()


@pytest.mark.skipif(not HAS_REGISTRY, reason="older releases of ansible-core mask results themselves")
def test_registered_secrets_are_masked_in_results(module: Any) -> None:
    register(module, {"hidden"})
    result = {"msg": "hidden", "services": [{"name": "not hidden"}], "count": 1, "pair": ("hidden", None)}
    assert mask_result(result) == {
        "msg": "$REDACTED$",
        "services": [{"name": "not $REDACTED$"}],
        "count": 1,
        "pair": ["$REDACTED$", None],
    }
