# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The options that all modules have: to add one, add it to CONNECTION_ARGUMENT_SPEC and to ConnectionOptions.

Those of amazon.aws that every module has too are added by module.py; their values are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..catalog.option_values import ACCOUNT_ID, ACCOUNT_ID_MEANING, quote_it
from .errors import AnsibleOrganizationsError

# API reference of AWS STS, AssumeRole.
ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\x21-\x7e]{1,1000}", re.ASCII)
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
DEFAULT_SESSION_NAME = "orgops-aws"
CALLS_SERVICES = ("prefer_service_api", "include_service_api_state")  # with the option regions, in many Regions
CONTROL_CHARACTER = re.compile(r"[\x00-\x20\x7f]")

CONNECTION_ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "management_account_id": {"type": "str"},
    "assume_role_arn": {"type": "str"},
    "assume_role_external_id": {"type": "str", "no_log": True},
    "assume_role_session_name": {"type": "str", "default": DEFAULT_SESSION_NAME},
}


@dataclass(frozen=True)
class ConnectionOptions:
    """Validated options: which organization a task reaches, and how.

    ``regional_sts``: whether roles have to be assumed at a regional endpoint of AWS STS, since the task calls Regions
    that have to be enabled first.
    """

    management_account_id: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    session_name: str = DEFAULT_SESSION_NAME
    aws_config: Mapping[str, Any] | None = None
    regional_sts: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any], from_environment: Collection[str] = ()) -> ConnectionOptions:
        """Return validated options; AnsibleOrganizationsError names everything that is wrong, never a secret's value.

        ``from_environment``: the options whose value is that of an environment variable.
        """
        given = {name: value for name, value in params.items() if name not in from_environment and value is not None}
        problems = [*_role_problems(params), *_blank_credentials(given), *_key_problems(params)]
        problems += _config_problems(params.get("aws_config") or {})
        AnsibleOrganizationsError.refuse(problems)
        return cls(
            management_account_id=params.get("management_account_id"),
            role_arn=params.get("assume_role_arn"),
            external_id=params.get("assume_role_external_id"),
            session_name=params.get("assume_role_session_name") or DEFAULT_SESSION_NAME,
            aws_config=params.get("aws_config"),
            regional_sts="regions" in params and any(params.get(name) for name in CALLS_SERVICES),
        )


def _role_problems(params: Mapping[str, Any]) -> list[str]:
    """Return problems with the account ID and the role to assume. A blank value never means "not set"."""
    problems = []
    for name, pattern, meaning in (
        ("management_account_id", ACCOUNT_ID, ACCOUNT_ID_MEANING),
        ("assume_role_arn", ROLE_ARN, "the ARN of an IAM role, such as arn:aws:iam::111111111111:role/ServiceAccess"),
        ("assume_role_external_id", EXTERNAL_ID, "2 to 1224 letters, digits and characters of _ + = , . @ : / -"),
        ("assume_role_session_name", SESSION_NAME, "2 to 64 letters, digits and characters of _ + = , . @ -"),
    ):
        value = params.get(name)
        if value is None:
            continue
        if not value.strip():
            problems.append(_is_blank(name))
        elif not pattern.fullmatch(value):
            shown = "" if name == "assume_role_external_id" else f", not {value[:80]!r}"
            problems.append(f"{name} must be {meaning}{shown}.{quote_it(value)}")
    if params.get("assume_role_arn") is None:
        problems += [
            f"{name} is set, but assume_role_arn is not, so there is no role to assume. Set assume_role_arn too."
            for name, default in (("assume_role_external_id", None), ("assume_role_session_name", DEFAULT_SESSION_NAME))
            if params.get(name, default) not in (None, default)
        ]
    return problems


def _is_blank(name: str) -> str:
    return f"{name} is blank, most likely because a variable is empty. Set it, or omit the option."


def _blank_credentials(given: Mapping[str, Any]) -> list[str]:
    """Return blank options, with which boto3 would look for other credentials than those that the task means.

    With keys, a blank profile means no profile, and the other way round: so the environment's does not apply.
    """
    has_profile = bool(given.get("profile", "").strip())
    has_keys = any(given.get(name, "").strip() for name in ("access_key", "secret_key"))
    allowed = {"profile": has_keys, "access_key": has_profile, "secret_key": has_profile}
    return [_is_blank(name) for name in allowed if name in given and not given[name].strip() and not allowed[name]]


def _key_problems(params: Mapping[str, Any]) -> list[str]:
    """Return values that http.client would reject with a message that quotes the secret."""
    return [
        f"{name} contains a line break or another character that cannot be part of it."
        for name in ("access_key", "secret_key", "session_token")
        if CONTROL_CHARACTER.search(params.get(name) or "")
    ]


def _config_problems(aws_config: Mapping[str, Any]) -> list[str]:
    """Return values that would cause obscure errors in botocore."""
    problems = [
        f"{name} in aws_config must be a dictionary."
        for name in ("retries", "proxies")
        if not isinstance(aws_config.get(name) or {}, dict)
    ]
    retries = aws_config.get("retries")
    if isinstance(retries, dict):
        problems += [
            f"{name} of retries in aws_config must be a whole number."
            for name in ("max_attempts", "total_max_attempts")
            if not _is_number(retries.get(name, 0), int)
        ]
    problems += [
        f"{name} in aws_config must be a number of seconds."
        for name in ("connect_timeout", "read_timeout")
        if not _is_number(aws_config.get(name, 0), (int, float))
    ]
    return problems


def _is_number(value: Any, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)  # bool is a subclass of int


__all__ = ["CONNECTION_ARGUMENT_SPEC", "ConnectionOptions"]
