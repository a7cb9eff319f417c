# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How a task reaches AWS: clients with one retry policy, the assumed role, the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

from .common_options import ConnectionOptions
from .errors import AnsibleOrganizationsError, common_error_handler, unusable_credentials
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


class Connection:
    """Clients of one identity. They share its credentials, the retry policy and the timeouts.

    ``create_client`` accepts what Session.client does, and raises the errors of botocore.
    """

    def __init__(self, create_client: CreateClient, options: ConnectionOptions) -> None:
        self._create_client = create_client
        self._aws_config = dict(options.aws_config or {})
        self._regional_sts = options.regional_sts
        self._retry_policy = RetryPolicy(self._aws_config.get("retries"))
        self._credentials: dict[str, str | None] = {}  # the credentials that signed the last call

    def client(self, service: str, **overrides: Any) -> BaseClient:
        """Return a client whose calls follow the retry policy. Timeouts in aws_config override those set here."""
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
        """Return aws_config with one attempt, regardless of AWS_MAX_ATTEMPTS: the retry policy counts all attempts."""
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
        """Return a client of AWS STS. With FIPS and no region, botocore would choose a host that does not exist.

        Without a region it would choose the global endpoint, whose tokens opt-in Regions refuse.
        """
        client = self.client("sts")
        global_tokens = self._regional_sts and client.meta.region_name == "aws-global"
        needs_region = global_tokens or "aws-global" in client.meta.endpoint_url
        return self.client("sts", region="us-east-1") if needs_region else client

    def assume_role(self, options: ConnectionOptions) -> set[str]:
        """Assume options.role_arn; all further clients use its credentials. Returns its secrets, to be masked.

        The credentials stay in this process.
        """
        external_id = {"ExternalId": options.external_id} if options.external_id else {}
        with common_error_handler(f"assume the role {options.role_arn}"):
            response = self._sts().assume_role(
                RoleArn=options.role_arn, RoleSessionName=options.session_name, **external_id
            )
            credentials = response["Credentials"]
            self._use(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
        return {credentials["SecretAccessKey"], credentials["SessionToken"]}

    def write(self, description: str, call: Callable[[], Value]) -> Value:
        """Make one call that changes something. Its error says whether AWS may have applied the call anyway."""
        outcome = self._retry_policy.outcome
        outcome.begin()
        try:
            with common_error_handler(description):
                return call()
        except AnsibleOrganizationsError as error:
            error.leaves_outcome_unknown = outcome.may_be_applied
            raise

    @common_error_handler("get the caller's identity")
    def caller_account_id(self) -> str:
        """Return the account of the credentials: sts:GetCallerIdentity, which needs no permission."""
        account_id: str = self._sts().get_caller_identity()["Account"]
        return account_id


__all__ = ["Connection"]
