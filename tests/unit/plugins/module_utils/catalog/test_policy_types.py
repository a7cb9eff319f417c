# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy types that keep AWS from disabling a service."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.policy_types import (
    POLICY_TYPES,
    POSSIBLE_POLICY_TYPES,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator import names


@pytest.mark.parametrize("table", [POLICY_TYPES, POSSIBLE_POLICY_TYPES])
def test_services_and_policy_types_exist(table: dict[str, frozenset[str]]) -> None:
    assert set(table) <= set(BY_PRINCIPAL)
    assert frozenset().union(*table.values()) <= set(names.POLICY_TYPES)


def test_no_policy_type_is_both_documented_and_inferred() -> None:
    for principal, documented in POLICY_TYPES.items():
        assert documented.isdisjoint(POSSIBLE_POLICY_TYPES.get(principal, ()))
