# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The calls to AWS Organizations: one method each, every page, one bounded layer of retries."""

from __future__ import annotations

import functools
import json
import random
import re
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Callable, TypedDict
from urllib.parse import unquote

from ansible_collections.amazon.aws.plugins.module_utils.common import set_collection_info

from .errors import AnsibleOrganizationsError, MalformedResponseError, OrganizationsErrorHandler

try:
    from botocore import exceptions as botocore_exceptions
    from botocore.config import Config
except ImportError:
    pass  # handled by AnsibleAWSModule

if TYPE_CHECKING:  # pragma: no cover
    from botocore.client import BaseClient

COLLECTION_NAME = "orgops.aws"
COLLECTION_VERSION = "0.1.0"

CONNECT_TIME_OUT = 10  # seconds
READ_TIME_OUT = 15  # seconds

# A call is attempted at most this often when AWS answers with an error that can pass, ...
ATTEMPTS = 8
# ... this often when there is no answer (refused, reset, timed out), ...
ATTEMPTS_WITHOUT_ANSWER = 3
# ... and no attempt begins later than this many seconds after the first one has ended.
LAST_ATTEMPT_AFTER = 40
LONGEST_PAUSE = 5  # seconds between two attempts

# Calls a second that AWS sustains for an account (user guide, quotas: "Throttling limits"). Each may burst first.
SUSTAINED_RATES = {
    "EnableAWSServiceAccess": 1.0,
    "DisableAWSServiceAccess": 1.0,
    "ListAWSServiceAccessForOrganization": 1.0,
    "ListDelegatedAdministrators": 5.0,
}
# Calls are kept this much further apart than the rate asks for, so that a hurried packet is not rejected.
PACE_MARGIN = 1.02
WRITES = ("EnableAWSServiceAccess", "DisableAWSServiceAccess")
CONTROL_CHARACTER = re.compile(r"[\x00-\x20\x7f]")
THROTTLED = "TooManyRequestsException"

# Besides every answer with status 429 or 5xx. AWS sends the first two with status 400, so botocore does not retry them.
RETRIED_CODES = frozenset(
    {
        "ConcurrentModificationException",
        "ServiceException",
        THROTTLED,
        "Throttling",
        "ThrottlingException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
    }
)

# AWS has about sixty principals; pages can be empty. A listing longer than this many pages does not end.
MOST_PAGES = 1000

# The scheme may be missing, which botocore allows for a proxy, and the password may hold anything.
PASSWORD_IN_URL = re.compile(r"(?:\w+:)?(?://)?[^:/@]*:(.+)@")


class Organization(TypedDict):
    """What of an organization decides over writes; feature_set is ALL or CONSOLIDATED_BILLING."""

    feature_set: str
    management_account_id: str


class DelegatedAdministrator(TypedDict):
    """An account that administers a service for the organization; None for what AWS leaves out."""

    account_id: str
    name: str | None
    email: str | None
    arn: str | None
    status: str | None
    delegation_enabled_date: str | None


class Pace:
    """Keeps calls of an operation as far apart as AWS's rate asks for, from the first one on that AWS rejects.

    Until then it does nothing: bursts pass, and an endpoint without limits is not slowed. botocore emits
    ``before-send`` before every attempt.
    """

    def __init__(self) -> None:
        self._last_sent: dict[str, float] = {}
        self._throttled: set[str] = set()

    def throttled(self, operation: str) -> None:
        """Keep this pace for the operation from now on."""
        self._throttled.add(operation)

    def __call__(self, event_name: str, **_kwargs: Any) -> None:
        """Wait until the operation's next call is due."""
        operation = event_name.rpartition(".")[2]
        if operation in self._throttled:
            early = self._last_sent[operation] + PACE_MARGIN / SUSTAINED_RATES[operation] - time.monotonic()
            if early > 0:
                time.sleep(early)
        self._last_sent[operation] = time.monotonic()


class RetryPolicy:
    """Decides, for botocore's own retry loop, whether and when a call is attempted again.

    botocore emits ``needs-retry`` after every attempt and waits as many seconds as the first handler to answer says.
    There being one loop with one count of attempts, this policy and botocore's can never multiply.
    """

    def __init__(self, user_retries: Mapping[str, Any] | None = None) -> None:
        user_retries = user_retries or {}
        attempts: int | None = user_retries.get("total_max_attempts")
        if attempts is None and user_retries.get("max_attempts") is not None:
            attempts = user_retries["max_attempts"] + 1  # botocore: retries, not counting the first attempt
        self.attempts = ATTEMPTS if attempts is None else attempts
        self.attempts_without_answer = ATTEMPTS_WITHOUT_ANSWER if attempts is None else attempts
        self.last_attempt_after = LAST_ATTEMPT_AFTER if attempts is None else float("inf")
        self.pace = Pace()

    def __call__(
        self,
        response: tuple[Any, dict[str, Any]] | None,
        attempts: int,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        operation: Any = None,
        **_kwargs: Any,
    ) -> float | None:
        """Seconds to wait before the next attempt, None for no further one. ``attempts`` counts those made."""
        if _error_code(response) == THROTTLED and operation.name in SUSTAINED_RATES:
            self.pace.throttled(operation.name)
        started = request_dict["context"].setdefault("orgops_first_attempt_ended", time.monotonic())
        limit = self.attempts if response else self.attempts_without_answer
        if attempts >= limit or not self._can_pass(response, caught_exception):
            return None
        longest = min(LONGEST_PAUSE, 2.0 ** (attempts - 1))
        pause = random.uniform(longest / 2, longest)
        return pause if time.monotonic() + pause - started <= self.last_attempt_after else None

    @staticmethod
    def _can_pass(response: tuple[Any, dict[str, Any]] | None, exception: Exception | None) -> bool:
        if response is None:
            return isinstance(
                exception, (botocore_exceptions.ConnectionError, botocore_exceptions.HTTPClientError)
            ) and not isinstance(exception, botocore_exceptions.SSLError)
        status = response[0].status_code
        return _error_code(response) in RETRIED_CODES or status == 429 or status >= 500


def _error_code(response: tuple[Any, dict[str, Any]] | None) -> str | None:
    """AWS's error code in (HTTP response, parsed answer), None where there is none."""
    return response[1].get("Error", {}).get("Code") if response else None


def secrets_in_urls(options: Mapping[str, Any]) -> set[str]:
    """Passwords within the URLs of endpoint_url and of aws_config's proxies: Ansible cannot know them to be secret."""
    urls = [options.get("endpoint_url"), *_texts((options.get("aws_config") or {}).get("proxies"))]
    found = [PASSWORD_IN_URL.match(url) for url in urls if url]
    passwords = {match[1] for match in found if match}
    return passwords | {unquote(password) for password in passwords}


def _texts(value: Any) -> list[str]:
    """Every string within what should be a mapping, and may be anything."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _check_answer_to_write(http_response: Any, **_kwargs: Any) -> None:
    """Refuse a proxy's page with status 200: the writes have no output, so botocore does not look at the body."""
    body = http_response.content.strip()
    try:
        understood = not body or isinstance(json.loads(body), dict)
    except ValueError:
        understood = False
    if http_response.status_code < 300 and not understood:
        raise MalformedResponseError("The answer to the write could not be understood.")


def _check_options(options: Mapping[str, Any]) -> None:
    """Refuse, naming the option and never its value, what would fail in the depths of botocore or http.client."""
    problems = [
        f"{name} holds a line break or another character that cannot be part of it."
        for name in ("access_key", "secret_key", "session_token")
        if CONTROL_CHARACTER.search(options.get(name) or "")
    ]
    aws_config = options.get("aws_config") or {}
    for name in ("retries", "proxies"):
        if not isinstance(aws_config.get(name) or {}, dict):
            problems.append(f"{name} in aws_config must be a dictionary.")
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
    if problems:
        raise AnsibleOrganizationsError(message=" ".join(problems))


def _is_number(value: Any, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)  # which is an int to Python


def _iso_date(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _principal_name(entry: Any) -> str:
    name = entry.get("ServicePrincipal")
    if not isinstance(name, str) or not name:
        raise MalformedResponseError("The listing of service access holds an entry without a service principal.")
    return name


class OrganizationsClient:
    """AWS Organizations as this collection uses it. Every method raises AnsibleOrganizationsError."""

    def __init__(self, create_client: Callable[..., BaseClient], retry_policy: RetryPolicy | None = None) -> None:
        self._create_client = create_client
        self._retry_policy = retry_policy or RetryPolicy()
        self._credentials: dict[str, str | None] = {}  # those that signed the last call
        self._client = self._make("organizations")
        self._client.meta.events.register("before-sign.organizations", self._keep_credentials)
        for write in WRITES:
            self._client.meta.events.register(f"after-call.organizations.{write}", _check_answer_to_write)

    def _make(self, service: str, **credentials: str | None) -> BaseClient:
        client = self._create_client(service, **credentials)
        client.meta.events.register_first(f"needs-retry.{service}", self._retry_policy)
        client.meta.events.register(f"before-send.{service}", self._retry_policy.pace)
        return client

    def _keep_credentials(self, request_signer: Any, signing_name: str, region_name: str, **_kwargs: Any) -> None:
        """Remember what signs this call, so that a second client looks for no credentials.

        A look-up can run a program, assume a role or ask for a one-time password.
        """
        signer = request_signer.get_auth_instance(signing_name, region_name)
        credentials = getattr(signer, "credentials", None)  # a signer of bearer tokens has none
        if credentials:
            self._credentials = {
                "aws_access_key_id": credentials.access_key,
                "aws_secret_access_key": credentials.secret_key,
                "aws_session_token": credentials.token,
            }

    @classmethod
    def connect(cls, create_client: Callable[..., BaseClient], options: Mapping[str, Any]) -> OrganizationsClient:
        """A client made with amazon.aws's ``module.client`` and the options of its doc fragments.

        What the user sets in aws_config wins over the time-outs and retries set here.
        """
        set_collection_info(COLLECTION_NAME, COLLECTION_VERSION)
        aws_config = options.get("aws_config") or {}
        _check_options(options)
        try:
            config = Config(
                connect_timeout=CONNECT_TIME_OUT,
                read_timeout=READ_TIME_OUT,
                retries={"mode": "standard", "total_max_attempts": 1},
            )
            return cls(functools.partial(create_client, config=config), RetryPolicy(aws_config.get("retries")))
        except (AttributeError, TypeError, ValueError, botocore_exceptions.BotoCoreError) as error:
            raise AnsibleOrganizationsError(message=f"The option aws_config does not suit botocore: {error}") from error

    @OrganizationsErrorHandler.common_error_handler("list service access")
    def list_service_access(self, page_size: int | None = None) -> dict[str, str | None]:
        """Every service principal that is enabled, sorted; never a part of them. {name: date enabled in ISO 8601}.

        The date is None where AWS does not tell.

        Raises MalformedResponseError for a page without its key and for a listing that does not end.
        """
        entries = self._all_pages(
            "list_aws_service_access_for_organization", "EnabledServicePrincipals", page_size=page_size
        )
        enabled = {_principal_name(entry): _iso_date(entry.get("DateEnabled")) for entry in entries}
        return dict(sorted(enabled.items()))

    @OrganizationsErrorHandler.common_error_handler("enable service access")
    def enable_service_access(self, service_principal: str) -> None:
        """EnableAWSServiceAccess."""
        self._client.enable_aws_service_access(ServicePrincipal=service_principal)

    @OrganizationsErrorHandler.common_error_handler("disable service access")
    def disable_service_access(self, service_principal: str) -> None:
        """DisableAWSServiceAccess."""
        self._client.disable_aws_service_access(ServicePrincipal=service_principal)

    @OrganizationsErrorHandler.common_error_handler("list delegated administrators")
    def list_delegated_administrators(self, service_principal: str) -> list[DelegatedAdministrator]:
        """The delegated administrators of one service, sorted by account id."""
        entries = self._all_pages(
            "list_delegated_administrators", "DelegatedAdministrators", ServicePrincipal=service_principal
        )
        administrators = [
            DelegatedAdministrator(
                account_id=entry["Id"],
                name=entry.get("Name"),
                email=entry.get("Email"),
                arn=entry.get("Arn"),
                status=entry.get("Status"),
                delegation_enabled_date=_iso_date(entry.get("DelegationEnabledDate")),
            )
            for entry in entries
        ]
        return sorted(administrators, key=lambda administrator: administrator["account_id"])

    @OrganizationsErrorHandler.common_error_handler("describe the organization")
    def describe_organization(self) -> Organization:
        """DescribeOrganization, which every account of the organization may call."""
        organization = self._client.describe_organization()["Organization"]
        return Organization(
            feature_set=organization["FeatureSet"], management_account_id=organization["MasterAccountId"]
        )

    @OrganizationsErrorHandler.common_error_handler("get the caller's identity")
    def caller_account_id(self) -> str:
        """The account of the credentials: sts:GetCallerIdentity, which needs no permission."""
        account_id: str = self._make("sts", **self._credentials).get_caller_identity()["Account"]
        return account_id

    def _all_pages(
        self, operation: str, key: str, page_size: int | None = None, **parameters: str
    ) -> Iterable[dict[str, Any]]:
        """The entries of every page. botocore's paginator follows the tokens and refuses a repeated one."""
        pages = self._client.get_paginator(operation).paginate(**parameters, PaginationConfig={"PageSize": page_size})
        for number, page in enumerate(pages, start=1):
            if key not in page:
                raise MalformedResponseError(f"Page {number} of the answer to {operation} has no {key}.")
            if not isinstance(page.get("NextToken", ""), str):  # {} or 0 would pass for the end of the listing
                raise MalformedResponseError(f"Page {number} of the answer to {operation} has an unusable NextToken.")
            if number > MOST_PAGES:
                raise MalformedResponseError(f"The answer to {operation} does not end: {MOST_PAGES} pages were read.")
            yield from page[key]


__all__ = ["DelegatedAdministrator", "Organization", "OrganizationsClient", "RetryPolicy", "secrets_in_urls"]
