# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Policy types that keep AWS from disabling a service. Pure data."""

from __future__ import annotations

# {service principal: the policy types of which AWS documents that one must be disabled first}: API reference,
# ConstraintViolationException, POLICY_TYPE_ENABLED_FOR_THIS_SERVICE.
POLICY_TYPES: dict[str, frozenset[str]] = {"securityhub.amazonaws.com": frozenset({"SECURITYHUB_POLICY"})}
# The same, inferred from the names of the policy types alone.
POSSIBLE_POLICY_TYPES: dict[str, frozenset[str]] = {
    "ec2.amazonaws.com": frozenset({"DECLARATIVE_POLICY_EC2"}),
    "guardduty.amazonaws.com": frozenset({"GUARDDUTY_POLICY"}),
    "inspector2.amazonaws.com": frozenset({"INSPECTOR_POLICY"}),
    "securityhub.amazonaws.com": frozenset({"SECURITYHUB_CSPM_POLICY"}),
    "tagpolicies.tag.amazonaws.com": frozenset({"TAG_POLICY"}),
}

__all__ = ["POLICY_TYPES", "POSSIBLE_POLICY_TYPES"]
