# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How a task reaches AWS: its connection options, clients with one retry policy, the assumed role, the caller."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.common import set_collection_info

from ..._version import COLLECTION_NAME, COLLECTION_VERSION
from ..catalog.option_values import ACCOUNT_ID, ACCOUNT_ID_MEANING, quote_it
from .errors import AnsibleOrganizationsError, OrganizationsErrorHandler, unusable_credentials
from .retries import RetryPolicy

try:
    from botocore import exceptions as botocore_exceptions
    from botocore.config import Config
except ImportError:
    pass  # handled by AnsibleAWSModule

if TYPE_CHECKING:  # pragma: no cover
    from botocore.client import BaseClient

CreateClient = Callable[..., "BaseClient"]
Value = TypeVar("Value")

CONNECT_TIMEOUT = 10  # seconds
READ_TIMEOUT = 15  # seconds

# API reference of AWS STS, AssumeRole.
ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\x21-\x7e]{1,1000}", re.ASCII)
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
DEFAULT_SESSION_NAME = "orgops-aws"
CONTROL_CHARACTER = re.compile(r"[\x00-\x20\x7f]")

CONNECTION_ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "management_account_id": {"type": "str"},
    "assume_role_arn": {"type": "str"},
    "assume_role_external_id": {"type": "str", "no_log": True},
    "assume_role_session_name": {"type": "str", "default": DEFAULT_SESSION_NAME},
}


@dataclass(frozen=True)
class ConnectionOptions:
    """Validated options: which organization a task reaches, and how."""

    management_account_id: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    session_name: str = DEFAULT_SESSION_NAME
    aws_config: Mapping[str, Any] | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any], from_environment: Collection[str] = ()) -> ConnectionOptions:
        """Validated options; AnsibleOrganizationsError names everything that is wrong, and never a secret's value.

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
        )


def _role_problems(params: Mapping[str, Any]) -> list[str]:
    """Problems with the account ID and the role to assume. A blank value never means "not set"."""
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
    """Blank options, with which boto3 would look for other credentials than those that the task means.

    With keys, a blank profile means no profile, and the other way round: so the environment's does not apply.
    """
    has_profile = bool(given.get("profile", "").strip())
    has_keys = any(given.get(name, "").strip() for name in ("access_key", "secret_key"))
    allowed = {"profile": has_keys, "access_key": has_profile, "secret_key": has_profile}
    return [_is_blank(name) for name in allowed if name in given and not given[name].strip() and not allowed[name]]


def _key_problems(params: Mapping[str, Any]) -> list[str]:
    """Values that http.client would reject with a message that quotes the secret."""
    return [
        f"{name} contains a line break or another character that cannot be part of it."
        for name in ("access_key", "secret_key", "session_token")
        if CONTROL_CHARACTER.search(params.get(name) or "")
    ]


def _config_problems(aws_config: Mapping[str, Any]) -> list[str]:
    """Values that would cause obscure errors in botocore."""
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


class Connection:
    """Clients of one identity. They share its credentials, the retry policy and the timeouts.

    ``create_client`` accepts the arguments of amazon.aws's ``module.client``, and raises the errors of botocore.
    """

    def __init__(self, create_client: CreateClient, options: ConnectionOptions) -> None:
        set_collection_info(COLLECTION_NAME, COLLECTION_VERSION)
        self._create_client = create_client
        self._aws_config = dict(options.aws_config or {})
        self._retry_policy = RetryPolicy(self._aws_config.get("retries"))
        self._credentials: dict[str, str | None] = {}  # the credentials that signed the last call

    def client(self, service: str, **overrides: Any) -> BaseClient:
        """A client whose calls follow the retry policy. Timeouts in aws_config override those set here."""
        configuration = self._configuration()
        try:
            client = self._create_client(service, **configuration, **self._credentials, **overrides)
        except (OSError, ValueError, botocore_exceptions.BotoCoreError) as error:
            raise AnsibleOrganizationsError("Failed to connect to AWS", unusable_credentials(error) or error) from error
        except (AttributeError, EOFError, TypeError) as error:
            of_credentials = unusable_credentials(error)
            what = "Failed to connect to AWS" if of_credentials else f"botocore rejected aws_config: {error}"
            raise AnsibleOrganizationsError(what, of_credentials) from error
        name = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register_first(f"needs-retry.{name}", self._retry_policy)
        client.meta.events.register(f"before-send.{name}", self._retry_policy.rate_limiter)
        client.meta.events.register(f"before-send.{name}", self._retry_policy.outcome.sending)
        client.meta.events.register(f"before-sign.{name}", self._keep_credentials)
        return client

    def _configuration(self) -> dict[str, Any]:
        """botocore's own limit is one attempt, regardless of AWS_MAX_ATTEMPTS: the retry policy counts all attempts."""
        mode = (self._aws_config.get("retries") or {}).get("mode")
        retries = {"mode": mode if mode == "adaptive" else "standard", "total_max_attempts": 1}
        defaults = {"connect_timeout": CONNECT_TIMEOUT, "read_timeout": READ_TIMEOUT}
        try:
            return {"aws_config": Config(**{**defaults, **self._aws_config, "retries": retries})}
        except (AttributeError, TypeError, ValueError, botocore_exceptions.BotoCoreError) as error:
            raise AnsibleOrganizationsError(f"botocore rejected aws_config: {error}") from error

    def _keep_credentials(self, request_signer: Any, signing_name: str, region_name: str, **_kwargs: Any) -> None:
        """Remember the credentials that sign this call, so that a second client does not look them up again.

        A lookup can run a program, assume a role or prompt for a one-time password.
        """
        signer = request_signer.get_auth_instance(signing_name, region_name)
        credentials = getattr(signer, "credentials", None)  # a bearer token signer has none
        if credentials:
            self._use(credentials.access_key, credentials.secret_key, credentials.token)

    def _use(self, access_key_id: str, secret_access_key: str, session_token: str | None) -> None:
        self._credentials = {
            "aws_access_key_id": access_key_id,
            "aws_secret_access_key": secret_access_key,
            "aws_session_token": session_token,
        }

    def _sts(self) -> BaseClient:
        """A client of AWS STS. With FIPS and no region, botocore would choose a host that does not exist."""
        client = self.client("sts")
        return self.client("sts", region="us-east-1") if "aws-global" in client.meta.endpoint_url else client

    def assume_role(self, options: ConnectionOptions) -> set[str]:
        """Assume options.role_arn; all further clients use its credentials. Returns its secrets, to be masked.

        The credentials stay in this process.
        """
        external_id = {"ExternalId": options.external_id} if options.external_id else {}

        @OrganizationsErrorHandler.common_error_handler(f"assume the role {options.role_arn}")
        def assume() -> Mapping[str, Any]:
            response = self._sts().assume_role(
                RoleArn=options.role_arn, RoleSessionName=options.session_name, **external_id
            )
            credentials: Mapping[str, Any] = response["Credentials"]
            self._use(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
            return credentials

        credentials = assume()
        return {credentials["SecretAccessKey"], credentials["SessionToken"]}

    def write(self, description: str, call: Callable[[], Value]) -> Value:
        """Make one call that changes something. Its error says whether AWS may have applied the call anyway."""
        outcome = self._retry_policy.outcome
        outcome.begin()
        try:
            return OrganizationsErrorHandler.common_error_handler(description)(call)()
        except AnsibleOrganizationsError as error:
            error.leaves_outcome_unknown = outcome.may_be_applied
            raise

    @OrganizationsErrorHandler.common_error_handler("get the caller's identity")
    def caller_account_id(self) -> str:
        """The account of the credentials: sts:GetCallerIdentity, which needs no permission."""
        account_id: str = self._sts().get_caller_identity()["Account"]
        return account_id


__all__ = ["CONNECTION_ARGUMENT_SPEC", "Connection", "ConnectionOptions"]
