# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This fragment is private to the orgops.aws collection: it can change in any release, without notice.

from __future__ import annotations


class ModuleDocFragment:
    """Options, requirements and notes of every module that calls AWS Organizations."""

    DOCUMENTATION = r"""
options:
  management_account_id:
    description:
      - The account ID of the organization's management account.
      - The task fails, before it reads or changes anything, if its credentials belong to another organization.
      - The check costs one C(DescribeOrganization) call, before anything else.
      - Quote the 12 digits. YAML reads an unquoted account ID as a number, and drops its leading zeros.
      - A blank value is refused, because an empty variable is the most likely cause.
    type: str
  assume_role_arn:
    description:
      - The ARN of an IAM role that the task assumes with C(sts:AssumeRole). All other calls use the role's credentials.
      - The role is assumed with the credentials that the task would use without this option.
      - The role's credentials stay in the module process. They are never stored or returned.
      - A blank value is refused.
    type: str
  assume_role_external_id:
    description:
      - The external ID that the trust policy of O(assume_role_arn) requires.
      - Requires O(assume_role_arn). A blank value is refused.
    type: str
  assume_role_session_name:
    description:
      - The session name for O(assume_role_arn), which AWS CloudTrail records.
      - A name other than the default requires O(assume_role_arn).
    type: str
    default: orgops-aws
requirements:
  - python >= 3.9
  - boto3 >= 1.35.0
  - botocore >= 1.35.0
notes:
  - C(amazon.aws) can require newer releases of boto3 and botocore. Version 12.0.0 requires 1.38.23.
  - A blank O(profile), O(access_key) or O(secret_key) is refused. With keys, a blank profile overrides E(AWS_PROFILE).
    With a profile, blank keys override those of the environment.
  - Set O(management_account_id) in every task that must not reach the wrong organization.
  - Each call to AWS is attempted at most 8 times if AWS responds with throttling, a conflict or a server error, and at
    most 3 times if there is no response. No attempt starts more than 40 seconds after the first one ended.
    The connect timeout is 10 seconds, the read timeout 15 seconds. To change these limits, set C(connect_timeout),
    C(read_timeout) and C(retries) in O(aws_config).
  - AWS Organizations is a global service. O(region) selects the partition, and is required only with O(endpoint_url) or
    outside the C(aws) partition.
seealso:
  - name: AWS services that you can use with AWS Organizations
    description: AWS's list of services, with the service principal and the recommended way to enable each.
    link: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
"""
