# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor for Python and many organizations: one process, a thread for each of several at a time, and the calls."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3


def enable(host: dict[str, Any]) -> None:
    """Enable what is missing in one organization, and list again."""
    session = boto3.session.Session(
        aws_access_key_id=host["access_key"],
        aws_secret_access_key=host["secret_key"],
        aws_session_token=host["session_token"],
    )
    client = session.client("organizations", endpoint_url=os.environ["AWS_URL"])
    pages = client.get_paginator("list_aws_service_access_for_organization")
    enabled = {entry["ServicePrincipal"] for page in pages.paginate() for entry in page["EnabledServicePrincipals"]}
    for principal in sorted(set(host["names"]) - enabled):
        client.enable_aws_service_access(ServicePrincipal=principal)
    pages.paginate().build_full_result()


def main() -> None:
    """Work on every host of the inventory."""
    hosts = json.loads(Path(sys.argv[1]).read_text())["all"]["hosts"].values()
    with ThreadPoolExecutor(int(sys.argv[2])) as pool:
        list(pool.map(enable, hosts))


if __name__ == "__main__":
    main()
