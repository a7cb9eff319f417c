# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor for Python: one process, boto3 and the calls, nothing else."""

from __future__ import annotations

import os
import sys

import boto3


def main() -> None:
    """Enable what is missing of the arguments, and list again."""
    client = boto3.client("organizations", endpoint_url=os.environ["AWS_URL"])
    pages = client.get_paginator("list_aws_service_access_for_organization")
    enabled = {entry["ServicePrincipal"] for page in pages.paginate() for entry in page["EnabledServicePrincipals"]}
    missing = sorted(set(sys.argv[1:]) - enabled)
    for principal in missing:
        client.enable_aws_service_access(ServicePrincipal=principal)
    if missing:
        pages.paginate().build_full_result()


if __name__ == "__main__":
    main()
