# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This fragment is private to the orgops.aws collection: it can change in any release, without notice.

from __future__ import annotations


class ModuleDocFragment:
    """What every module that calls AWS Organizations requires and does."""

    DOCUMENTATION = r"""
options: {}
requirements:
  - python >= 3.9
  - boto3 >= 1.35.0
  - botocore >= 1.35.0
notes:
  - Each call to AWS is attempted at most 8 times when AWS answers with throttling, a conflict or a fault of its own,
    at most 3 times when there is no answer, and never again later than 40 seconds after the first attempt has ended.
    The connect time-out is 10 seconds, the read time-out 15 seconds. C(connect_timeout), C(read_timeout) and
    C(retries) in O(aws_config) replace these bounds.
  - AWS Organizations is a global service. O(region) selects the partition, and is needed only together with
    O(endpoint_url) or outside the partition C(aws).
seealso:
  - name: Services that work with AWS Organizations
    description: AWS's list of the services, with the service principal and the recommended way of each.
    link: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
"""
