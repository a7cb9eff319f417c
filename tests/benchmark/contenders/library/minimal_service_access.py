# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor for the framework: the least that an AnsibleAWSModule module with the same calls can be."""

from __future__ import annotations

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"service_principals": {"type": "list", "elements": "str", "required": True}}
    )
    client = module.client("organizations")
    pages = client.get_paginator("list_aws_service_access_for_organization")
    result = pages.paginate().build_full_result()
    enabled = {entry["ServicePrincipal"] for entry in result["EnabledServicePrincipals"]}
    missing = sorted(set(module.params["service_principals"]) - enabled)
    for principal in missing:
        client.enable_aws_service_access(ServicePrincipal=principal)
    if missing:
        result = pages.paginate().build_full_result()
    module.exit_json(
        changed=bool(missing), enabled=[entry["ServicePrincipal"] for entry in result["EnabledServicePrincipals"]]
    )


if __name__ == "__main__":
    main()
