# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""From a module's options to its result: the one place that touches Ansible's module object."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Callable, TypeVar

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible.module_utils.common.warnings import warn

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule, aws_argument_spec

from .aws.common_options import CONNECTION_ARGUMENT_SPEC, ConnectionOptions
from .aws.connection import Connection
from .aws.errors import AnsibleOrganizationsError
from .aws.organizations import OrganizationsClient
from .aws.secrets import mask_result, mask_text, register, secrets_in_urls, values_of_secret_names
from .aws.sessions import Session
from .catalog.remedies import explain
from .task.context import Warn
from .task.right_organization import require_management_account

Options = TypeVar("Options")
Work = Callable[[OrganizationsClient, Options, bool, Warn], "dict[str, Any]"]


class TruthfulModule(AnsibleModule):
    """An AnsibleModule whose every result, from its constructor on, has check_mode, and none has a secret."""

    def exit_json(self, **kwargs: Any) -> None:
        """End the task."""
        self._register_hidden_secrets()
        super().exit_json(check_mode=self.check_mode, **mask_result(kwargs))

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        """Fail the task; AnsibleModule calls this for invalid options, when nothing else has seen them yet."""
        self._register_hidden_secrets()
        super().fail_json(mask_result(explain(msg)), check_mode=self.check_mode, **mask_result(kwargs))

    def _register_hidden_secrets(self) -> None:
        known = [*self.argument_spec, *getattr(self, "aliases", [])]
        secret = []
        for name, spec in self.argument_spec.items():
            if spec.get("no_log"):
                secret += [name, *spec.get("aliases", [])]
        register(self, secrets_in_urls(self.params) | values_of_secret_names(self.params, known, secret))


def make_module(argument_spec: Mapping[str, Any]) -> tuple[AnsibleAWSModule, set[str]]:
    """Return an AnsibleAWSModule with the options of the argument spec and of the connection, on a TruthfulModule.

    Returns also which options of the credentials have the value of an environment variable.
    """
    from_environment: set[str] = set()
    credentials = credential_options(from_environment)
    settings = AnsibleAWSModule.default_settings
    module_class = settings["module_class"]
    settings["module_class"] = TruthfulModule  # amazon.aws reads it from here only, whatever the constructor is given
    try:
        module = AnsibleAWSModule(
            argument_spec={**argument_spec, **credentials, **CONNECTION_ARGUMENT_SPEC}, supports_check_mode=True
        )
    finally:
        settings["module_class"] = module_class
    return module, from_environment


def credential_options(from_environment: set[str]) -> dict[str, Any]:
    """Return amazon.aws's options. They add their name to the set if their value is an environment variable's."""

    def look_up(name: str, *variables: str) -> Any:
        value = env_fallback(*variables)
        from_environment.add(name)
        return value

    options = {name: aws_argument_spec()[name] for name in ("access_key", "secret_key", "profile")}
    return {
        name: {**option, "fallback": (partial(look_up, name), option["fallback"][1])}
        for name, option in options.items()
    }


def run(argument_spec: Mapping[str, Any], parse: Callable[[Mapping[str, Any]], Options], work: Work[Options]) -> None:
    """Run a module: options, connection, the right organization, work; then exit_json or fail_json.

    ``work`` gets the client, the parsed options, whether this is check mode, and what warns. It returns the results,
    with ``failed`` and ``msg`` where it failed after it began.
    """
    module, from_environment = make_module(argument_spec)
    register(module, secrets_in_urls(module.params))

    def warn_without_secrets(text: str) -> None:
        warn(mask_text(module, text))

    try:
        options = parse(module.params)
        connection_options = ConnectionOptions.from_params(module.params, from_environment)
        session = Session(partial(get_aws_connection_info, module), regional_sts=connection_options.regional_sts)
        connection = Connection(session.client, connection_options)
        if connection_options.role_arn:
            register(module, connection.assume_role(connection_options))
        client = OrganizationsClient(connection)
        if connection_options.management_account_id:
            require_management_account(client, connection_options.management_account_id)
        result = work(client, options, module.check_mode, warn_without_secrets)
    except AnsibleOrganizationsError as error:
        result = {"failed": True, **error.result()}
    if not module._diff:
        result.pop("diff", None)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


__all__ = ["run"]
