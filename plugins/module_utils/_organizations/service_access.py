# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Service access as desired state: options -> listing -> plan (pure) -> safeguards -> apply -> result."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, TypedDict

from .catalog import BY_PRINCIPAL, explain_unknown, service_name
from .client import OrganizationsClient
from .errors import AnsibleOrganizationsError, concerns_one_principal, describe_error, leaves_outcome_unknown
from .safeguards import Warn, apply_safeguards, foresee_failure

# API reference, EnableAWSServiceAccess, ServicePrincipal.
NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
PATTERN = re.compile(r"[\w+=,.@*?\[\]!-]{1,128}", re.ASCII)
# What Ansible makes of a YAML null, boolean, number or date in a list of strings.
CONVERTED = re.compile(r"None|True|False|[+-]?(inf|nan|\d+(\.\d+)?(e[+-]?\d+)?)|\d{4}-\d\d-\d\d", re.ASCII)
ALLOWED = "1 to 128 characters, each an ASCII letter or digit or one of _ + = , . @ -"

FIRST_POLL_AFTER = 1.0  # seconds; AWS allows one listing a second
LONGEST_POLL_INTERVAL = 5.0

LONGEST_WAIT = 86400  # seconds, a day

LARGEST_PAGE = 20  # API reference, MaxResults


class EnabledServicePrincipal(TypedDict):
    """A service principal with service access; date_enabled is ISO 8601, None where it is not known."""

    service_principal: str
    date_enabled: str | None
    service_name: str | None


def _entry(name: str, date_enabled: str | None) -> EnabledServicePrincipal:
    return EnabledServicePrincipal(service_principal=name, date_enabled=date_enabled, service_name=service_name(name))


def invalid_names(names: Iterable[str], patterns: bool = False) -> list[str]:
    """The names (or shell-style patterns) that AWS could not accept, quoted and with the reason, in the order given."""
    allowed = PATTERN if patterns else NAME
    invalid = []
    for name in names:
        shown = repr(name) if len(name) <= 40 else f"{name[:40]!r}... ({len(name)} characters)"
        if CONVERTED.fullmatch(name):
            invalid.append(f"{shown} (made from a null, a boolean, a number or a date)")
        elif not allowed.fullmatch(name):
            invalid.append(f"{shown} (blank)" if not name.strip() else shown)
    return list(dict.fromkeys(invalid))


def require_valid_names(option: str, names: Iterable[str], patterns: bool = False) -> list[str]:
    """Problems with an option's names as a list of at most one sentence."""
    offenders = invalid_names(names, patterns)
    if not offenders:
        return []
    allowed = f"{ALLOWED} * ? [ ] !" if patterns else ALLOWED
    return [f"{option} must hold service principals of {allowed}; invalid: {', '.join(offenders)}."]


def explain_unknown_names(names: Iterable[str]) -> list[str]:
    """A sentence for each valid name that the catalog does not know."""
    valid = [name for name in dict.fromkeys(names) if not invalid_names([name])]
    return [text for text in map(explain_unknown, valid) if text]


def refuse(problems: list[str]) -> None:
    """Fail with every problem in one message, if there is any."""
    if problems:
        raise AnsibleOrganizationsError(message=" ".join(problems))


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Whether a shell-style pattern matches the whole name; upper and lower case differ."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True)
class ServiceAccessOptions:
    """The options of organizations_service_access, valid and without duplicates."""

    service_principals: frozenset[str]
    state: str = "present"
    purge: bool = False
    keep: tuple[str, ...] = ()
    force: bool = False
    unknown: str = "warn"
    wait: bool = True
    wait_timeout: int = 60

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ServiceAccessOptions:
        """Validated options; AnsibleOrganizationsError names everything that is wrong, in one message."""
        principals: list[str] = params["service_principals"] or []
        keep: list[str] = params["keep_service_principals"] or []
        problems = require_valid_names("service_principals", principals)
        problems += require_valid_names("keep_service_principals", keep, patterns=True)
        if not principals and not (params["purge_service_principals"] and params["force"]):
            problems.append(
                "service_principals is empty, most likely because a variable is: name at least one service principal. "
                "Only purge_service_principals=true with force=true takes an empty list to mean none at all."
            )
        if params["unknown_service_principals"] == "fail" and params["state"] == "present":
            unknown = explain_unknown_names(principals)
            problems += [f"{text} Refused by unknown_service_principals=fail." for text in unknown]
        if params["purge_service_principals"] and params["state"] == "absent":
            problems.append("purge_service_principals=true goes with state=present only.")
        if not 0 <= params["wait_timeout"] <= LONGEST_WAIT:
            problems.append(f"wait_timeout must be 0 to {LONGEST_WAIT} seconds, not {params['wait_timeout']}.")
        refuse(problems)
        return cls(
            service_principals=frozenset(principals),
            state=params["state"],
            purge=params["purge_service_principals"],
            keep=tuple(keep),
            force=params["force"],
            unknown=params["unknown_service_principals"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )


@dataclass(frozen=True)
class Plan:
    """What is enabled, and what is to change; names sorted."""

    before: tuple[str, ...]
    to_enable: tuple[str, ...] = ()
    to_disable: tuple[str, ...] = ()

    @property
    def after(self) -> tuple[str, ...]:
        """The names enabled once the plan is carried out."""
        return tuple(sorted((set(self.before) | set(self.to_enable)) - set(self.to_disable)))

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.to_enable or self.to_disable)

    @property
    def first_operation(self) -> str:
        """The API operation of the first write."""
        return "EnableAWSServiceAccess" if self.to_enable else "DisableAWSServiceAccess"

    @property
    def diff(self) -> dict[str, dict[str, list[str]]]:
        """Before and after as Ansible shows them."""
        return {
            "before": {"service_principals": list(self.before)},
            "after": {"service_principals": list(self.after)},
        }


def make_plan(enabled: Iterable[str], options: ServiceAccessOptions) -> Plan:
    """Compare what is wanted with what is enabled. Pure."""
    before = set(enabled)
    wanted = options.service_principals
    if options.state == "absent":
        return Plan(before=tuple(sorted(before)), to_disable=tuple(sorted(before & wanted)))
    surplus = {name for name in before - wanted if not matches_any(name, options.keep)} if options.purge else set()
    return Plan(
        before=tuple(sorted(before)), to_enable=tuple(sorted(wanted - before)), to_disable=tuple(sorted(surplus))
    )


@dataclass
class Progress:
    """What has been done of a plan so far; names in the order of their writes, which is sorted."""

    enabled: list[str] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)
    failed: dict[str, AnsibleOrganizationsError] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.enabled or self.disabled)

    def __str__(self) -> str:
        return f"enabled {_names(self.enabled)}; disabled {_names(self.disabled)}"

    def result(self, before: Iterable[str]) -> dict[str, Any]:
        """The results that every end of the task has."""
        done = Plan(tuple(sorted(before)), tuple(self.enabled), tuple(self.disabled))
        return {"changed": self.changed, "enabled": self.enabled, "disabled": self.disabled, "diff": done.diff}


def apply_plan(client: OrganizationsClient, plan: Plan, progress: Progress) -> None:
    """Carry out the plan: enable, then disable, one write at a time; ``progress`` keeps the account.

    An error about one principal does not stop the others, any other error stops at once; once an enable has failed,
    nothing is disabled. Raises AnsibleOrganizationsError with what was done after the first failure of either kind.
    """
    steps = (
        (plan.to_enable, client.enable_service_access, progress.enabled),
        (plan.to_disable, client.disable_service_access, progress.disabled),
    )
    for names, write, done in steps:
        for name in names:
            try:
                write(name)
            except AnsibleOrganizationsError as error:
                progress.failed[name] = error
                if not concerns_one_principal(error.exception):
                    raise _partial_failure(plan, progress) from error
            else:
                done.append(name)
        if progress.failed:
            raise _partial_failure(plan, progress)


def _partial_failure(plan: Plan, progress: Progress) -> AnsibleOrganizationsError:
    """The failure of a task with a failed write: what was done, what failed and why, what was not attempted."""
    results: dict[str, dict[str, str | None]] = {}
    sentences = []
    for name, error in progress.failed.items():
        result = error.result()
        reason, details = result.get("reason"), result["error"]
        results[name] = {"code": details["code"], "reason": reason, "message": details["message"]}
        cause = describe_error(error.exception) if error.exception else error.message
        sentences.append(f"{'enable' if name in plan.to_enable else 'disable'} {name}: {cause}")
    attempted = {*progress.enabled, *progress.disabled, *progress.failed}
    not_attempted = [name for name in (*plan.to_enable, *plan.to_disable) if name not in attempted]
    account = [
        f"Done: {progress}.",
        f"Not attempted: {_names(not_attempted)}.",
    ]
    unknown = [name for name, error in progress.failed.items() if leaves_outcome_unknown(error.exception)]
    if unknown:
        account.append(f"Whether AWS carried it out is unknown for {_names(unknown)}: the next run shows it.")
    last = list(progress.failed.values())[-1]
    further = {key: value for key, value in last.result().items() if key != "msg"}
    return AnsibleOrganizationsError(
        message=" ".join([f"Failed to {'; failed to '.join(sentences)}", *account]),
        **{
            **further,
            "failed_service_principals": results,
            "not_attempted": not_attempted,
            **({"outcome_unknown": unknown} if unknown else {}),
        },
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"


def wait_until_visible(client: OrganizationsClient, progress: Progress, timeout: float) -> dict[str, str | None]:
    """List until every change shows, at most ``timeout`` seconds; the last listing.

    AnsibleOrganizationsError tells what is not visible yet.
    """
    deadline = time.monotonic() + timeout
    interval = FIRST_POLL_AFTER
    while True:
        try:
            enabled = client.list_service_access()
        except AnsibleOrganizationsError as error:
            error.message = f"The changes were written ({progress}) but could not be confirmed. {error.message}"
            raise
        invisible = [name for name in progress.enabled if name not in enabled]
        invisible += [name for name in progress.disabled if name in enabled]
        if not invisible:
            return enabled
        left = deadline - time.monotonic()
        if left <= 0:
            raise AnsibleOrganizationsError(
                message=(
                    f"The changes were written ({progress}), but after {timeout:g} seconds the listing of service "
                    "access does not show these yet: "
                    f"{_names(invisible)}. It lags behind writes: run the task again to see whether it has caught up, "
                    "or raise wait_timeout."
                ),
                not_visible_yet=invisible,
            )
        time.sleep(min(interval, left))
        interval = min(2 * interval, LONGEST_POLL_INTERVAL)


def _hold_back(client: OrganizationsClient, plan: Plan, force: bool, warn: Warn) -> None:
    """Apply the safeguards; AnsibleOrganizationsError has the whole plan among its results, for none of it is done."""
    try:
        apply_safeguards(client, plan.to_disable, force, warn)
    except AnsibleOrganizationsError as error:
        error.kwargs["not_attempted"] = [*plan.to_enable, *plan.to_disable]
        raise


def _warn_of_unknown(plan: Plan, warn: Warn) -> None:
    for text in explain_unknown_names(plan.to_enable):
        warn(text)


def _warn_of_insufficient(enabled: Iterable[str], warn: Warn) -> None:
    for name in enabled:
        service = BY_PRINCIPAL.get(name)
        if service and service.insufficient:
            warn(
                f"Enabling {name} with AWS Organizations is not enough for {service.name} to work. "
                f"{service.insufficient} See {service.documentation_url}"
            )


def ensure_service_access(
    client: OrganizationsClient, options: ServiceAccessOptions, check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """List, plan, hold back, and, outside check mode, apply and confirm. The module's results, always with diff.

    AnsibleOrganizationsError has what was done among its results, from the listing on.
    """
    enabled = client.list_service_access()
    plan = make_plan(enabled, options)
    progress = Progress()
    try:
        if options.unknown == "warn":
            _warn_of_unknown(plan, warn)
        _hold_back(client, plan, options.force, warn)
        if check_mode:
            if plan.has_changes:
                foresee_failure(client, plan.first_operation, warn)
            progress = Progress(list(plan.to_enable), list(plan.to_disable))
        else:
            apply_plan(client, plan, progress)
        after = {name: enabled.get(name) for name in plan.after}
        if progress.changed and options.wait and not check_mode:
            after = wait_until_visible(client, progress, options.wait_timeout)
    except AnsibleOrganizationsError as error:
        error.kwargs = {**progress.result(plan.before), **error.kwargs}
        raise
    finally:
        _warn_of_insufficient(progress.enabled, warn)
    return {
        **progress.result(plan.before),
        "enabled_service_principals": [_entry(name, date) for name, date in after.items()],
    }


@dataclass(frozen=True)
class ServiceAccessQuery:
    """The options of organizations_service_access_info, valid."""

    patterns: tuple[str, ...] = ()
    page_size: int | None = None
    include_delegated_administrators: bool = False
    include_available: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ServiceAccessQuery:
        """Validated options; AnsibleOrganizationsError names everything that is wrong, in one message."""
        patterns: list[str] = params["service_principals"] or []
        page_size: int | None = params["page_size"]
        problems = require_valid_names("service_principals", patterns, patterns=True)
        if page_size is not None and not 1 <= page_size <= LARGEST_PAGE:
            problems.append(f"page_size must be 1 to {LARGEST_PAGE}, not {page_size}.")
        refuse(problems)
        return cls(tuple(patterns), page_size, params["include_delegated_administrators"], params["include_available"])


def read_service_access(client: OrganizationsClient, query: ServiceAccessQuery) -> dict[str, Any]:
    """The results of the info module: enabled_service_principals and, when asked for, available_services."""
    enabled = client.list_service_access(query.page_size)
    entries: list[dict[str, Any]] = [
        dict(_entry(name, date))
        for name, date in enabled.items()
        if not query.patterns or matches_any(name, query.patterns)
    ]
    if query.include_delegated_administrators:
        for entry in entries:
            entry["delegated_administrators"] = client.list_delegated_administrators(entry["service_principal"])
    available = {"available_services": available_services(enabled)} if query.include_available else {}
    return {"enabled_service_principals": entries, **available}


def available_services(enabled: Collection[str]) -> list[dict[str, Any]]:
    """What the catalog knows and the organization has not enabled, sorted by service principal."""
    return [
        {
            "service_principal": principal,
            "service_name": service.name,
            "delegated_administrator": service.delegated_administrator,
            "enable_with": service.enable,
            "native_enable_api": list(service.native_enable_api),
            "organizations_enable_insufficient": bool(service.insufficient),
            "note": " ".join(text for text in (service.insufficient, service.note) if text),
            "documentation_url": service.documentation_url,
        }
        for principal, service in sorted(BY_PRINCIPAL.items())
        if principal not in enabled
    ]
