# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The role's variables as module options. Blank, ambiguous or incomplete variables never count as "not set"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean

PREFIX = "service_access_"

KEYS = ("access_key", "secret_key", "session_token")
ACCOUNT = "management_account_id"
IDENTITY = (ACCOUNT, "assume_role_arn", "assume_role_external_id", "assume_role_session_name")
CONNECTION = ("profile", *KEYS, *IDENTITY, "region", "endpoint_url", "aws_ca_bundle", "aws_config", "validate_certs")
WANTED = ("service_principals", "purge_service_principals", "keep_service_principals")
DELEGATION = ("delegated_administrators", "purge_delegated_administrators", "purge_scope")
REGIONS = ("regions", "exclude_regions")
APPLY = (
    *(*WANTED, *DELEGATION, *REGIONS),
    *("force", "unknown_service_principals", "prefer_service_api", "wait", "wait_timeout"),
)
LIST = ("include_delegated_administrators", "include_policy_types")
PLAYBOOKS = ("hosts", "serial", "export_directory", "export_force")
# Which hosts a play has is decided before the variables of any host are read.
OF_PLAYS = (f"{PREFIX}hosts", f"{PREFIX}serial")
ROLE = ("fail_on_changes", "results_file", "allow_shared_organization")
REPORT = tuple(
    f"report_{name}" for name in ("delegated_administrators", "directory", "title", "formats", "merge", "since")
)
# Registered by the roles; nobody sets them.
REGISTERED = ("result", "run", "summarized", "report_organization", "report_written")
USABLE = (*CONNECTION, *APPLY, *LIST, *ROLE, *PLAYBOOKS, *REPORT)
KNOWN = (*USABLE, *REGISTERED)
# The words of a module, or of Ansible, about an option.
NAMES_OPTIONS = re.compile(
    rf"\b({'|'.join(name for name in (*CONNECTION, *APPLY) if '_' in name)}|regions)\b|\bforce=|argument '|"
    r"value of \w+ must"
)
# Errors of AWS, or of the modules, that a wrong account or role can cause.
WRONG_IDENTITY = ("AccessDenied", "AccessDeniedException", "AWSOrganizationsNotInUseException", "WrongOrganization")
RESULTS = (f"{PREFIX}result", f"{PREFIX}report_organization")
# Words of known names that a user's own variable can consist of.
COMMON_WORDS = {"access", "aws", "config", "id", "key", "name", "result", "service", "services", "url"}
NO_STATE = (
    f"Nothing was run. List what must be enabled in {PREFIX}service_principals; with "
    f"{PREFIX}purge_service_principals, all other services are disabled."
)
# Aliases of the modules' options, those of amazon.aws included. A literal, because importing them imports boto3.
ALIASES = {
    "aws_access_key_id": "access_key",
    "aws_access_key": "access_key",
    "aws_secret_access_key": "secret_key",
    "aws_secret_key": "secret_key",
    "aws_session_token": "session_token",
    "aws_profile": "profile",
    "aws_endpoint_url": "endpoint_url",
    "aws_region": "region",
    "service_principal": "service_principals",
}


class VariableError(ValueError):
    """Variables with which no module may run. The message names each problem, and says what to do."""


def boolean_of(variables: Mapping[str, Any], name: str) -> bool:
    """Return a boolean from {option: value} of the defined variables, false by default.

    VariableError for any value that Ansible does not take for a boolean, such as a blank one.
    """
    value = variables.get(name, False)
    try:
        return bool(boolean(value))
    except TypeError:
        raise VariableError(f"{PREFIX}{name} must be a boolean, true or false, not {value!r}.") from None


def account_id_of(value: Any) -> str | None:
    """Return the ID of a management account; None for a value that is no account ID."""
    text = str(value)
    return text if re.fullmatch("[0-9]{12}", text) else None


def connection_options(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options of every module, from {option: value} of the defined variables.

    Only one kind of credentials is used. The options of the other kind are set to "", so that AWS_PROFILE and
    AWS_SESSION_TOKEN in the environment do not apply. VariableError names all problems.
    """
    given = {name: variables[name] for name in CONNECTION if name in variables}
    problems = [
        f"{PREFIX}{name} is blank, most likely because a variable is empty. Set it, or leave it undefined."
        for name, value in given.items()
        if _is_blank(value)
    ]
    problems += [
        f"{PREFIX}{name} must be a string."
        for name in (*KEYS, *IDENTITY, "profile", "region", "endpoint_url")
        if isinstance(given.get(name), (Mapping, list))
    ]
    keys = [name for name in KEYS if name in given]
    if keys and "profile" in given:
        problems.append(
            f"{PREFIX}profile and {PREFIX}{keys[0]} are both set, and may belong to different organizations. Leave one "
            'of them undefined; "{{ omit }}" removes a value that a group sets.'
        )
    problems += [
        f"{PREFIX}{missing} is not set, but {PREFIX}{keys[0]} is. Set both, or leave both undefined."
        for missing in ("access_key", "secret_key")
        if keys and missing not in given
    ]
    if problems:
        raise VariableError(" ".join(problems))
    if "profile" in given:
        return {**given, **dict.fromkeys(KEYS, "")}
    if keys:
        return {"session_token": "", **given, "profile": ""}
    return given


def by_option(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return module arguments with options instead of aliases. As in a module, an alias wins over its option."""
    given = {name: value for name, value in arguments.items() if name not in ALIASES}
    return {**given, **{ALIASES[name]: value for name, value in arguments.items() if name in ALIASES}}


def module_arguments(
    defaults: Iterable[Mapping[str, Any]], connection: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a module's arguments: the play's module_defaults, then connection_options and options of the variables.

    VariableError names what module_defaults set to a blank value and no variable overrides.
    """
    merged: dict[str, Any] = {}
    for entry in defaults:
        merged.update(by_option(entry))
    problems = [
        f"{name} of module_defaults is blank, most likely because a variable is empty. Set it, or remove it."
        for name in CONNECTION
        if name in merged and name not in connection and _is_blank(merged[name])
    ]
    if problems:
        raise VariableError(" ".join(problems))
    return {**merged, **connection, **options}


def names_options(result: Mapping[str, Any]) -> bool:
    """Return whether the message of a failed module is about its options, which are variables of the role."""
    return "error" not in result and bool(NAMES_OPTIONS.search(str(result.get("msg", ""))))


def identity_sentence(result: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """Return which identity and organization a module was run with, if AWS refused it; empty otherwise.

    AWS does not name them, and in a summary of many organizations the variables are not at hand.
    """
    error = result.get("error")
    message = str(result.get("msg", ""))
    if not isinstance(error, Mapping) or error.get("code") not in WRONG_IDENTITY:
        return ""
    used = {name: arguments.get(name) for name in ("assume_role_arn", "profile", "management_account_id")}
    parts = [f"{name} {value}" for name, value in used.items() if value and str(value) not in message]
    return f"This host uses {' and '.join(parts)}." if parts else ""


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def unknown_variables(variables: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return sentences about variables that look like the role's: those to fail with, and those to warn of.

    A variable that would say which organization is changed, in which Regions, or what is disabled, must not be ignored.
    A variable that a variable of the role uses in a template is the user's own.
    """
    errors, warnings = [], []
    used = " ".join(_text(value) for name, value in variables.items() if name.removeprefix(PREFIX) in KNOWN)
    for variable in sorted(variables):
        name = variable.removeprefix(PREFIX)
        if variable == name or name in KNOWN or re.search(rf"\b{re.escape(variable)}\b", used):
            continue
        if name == "state":
            errors.append(f"{variable} is not a variable of this role. {NO_STATE}")
        elif meant := _meant(name):
            candidates = " or ".join(f"{PREFIX}{known}" for known in meant)
            text = f"{variable} is not a variable of this role. Did you mean {candidates}?"
            if meant[0] in CONNECTION or meant[0] in REGIONS or meant[0].startswith(("purge_", "keep_")):
                errors.append(f"{text} Nothing was run. Rename it, also if it is a variable of your own.")
            else:
                warnings.append(f"{text} It has no effect.")
    return errors, warnings


def _text(value: Any) -> str:
    try:
        return str(value)
    except AnsibleError:
        return ""  # a vault without its password, about which the variable's own check says more


def _meant(name: str) -> list[str]:
    """Return the known names that an unknown one looks like, nearest first: with all its words, or a near spelling."""
    words = set(name.split("_"))
    if words <= COMMON_WORDS:
        return []
    containing = [known for known in USABLE if words <= set(known.split("_"))]
    return get_close_matches(name, containing, n=2, cutoff=0) or get_close_matches(name, USABLE, n=1, cutoff=0.69)


__all__ = [
    "ACCOUNT",
    "APPLY",
    "CONNECTION",
    "DELEGATION",
    "LIST",
    "OF_PLAYS",
    "PREFIX",
    "REGIONS",
    "RESULTS",
    "VariableError",
    "account_id_of",
    "boolean_of",
    "connection_options",
    "identity_sentence",
    "module_arguments",
    "names_options",
    "unknown_variables",
]
