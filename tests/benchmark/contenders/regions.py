# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same calls as regions.yml in a script, one after the other, with boto3 and nothing else."""

from __future__ import annotations

import os
import sys

import boto3

LISTINGS = {
    "detective": "list_organization_admin_accounts",
    "guardduty": "list_organization_admin_accounts",
    "inspector2": "list_delegated_admin_accounts",
    "macie2": "list_organization_admin_accounts",
    "securityhub": "list_organization_admin_accounts",
}


def main() -> None:
    """List the administrators of the services, with AWS Organizations and in each Region. Arguments: the services."""
    session, url = boto3.session.Session(), os.environ["AWS_URL"]
    organizations = session.client("organizations", endpoint_url=url)
    for principal in sys.argv[1:]:
        organizations.list_delegated_administrators(ServicePrincipal=principal)
    regions = session.client("account", endpoint_url=url).list_regions()["Regions"]
    for service, listing in LISTINGS.items():
        for region in regions:
            client = session.client(service, region_name=region["RegionName"], endpoint_url=url)
            getattr(client, listing)()


if __name__ == "__main__":
    main()
