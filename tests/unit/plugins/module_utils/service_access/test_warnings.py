# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task for service access warns about."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.options import (
    ServiceAccessOptions,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import Plan
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.warnings import (
    warn_of_insufficient,
    warn_of_unknown_names,
)

RAM, IPAM, CONFIG = "ram.amazonaws.com", "ipam.amazonaws.com", "config.amazonaws.com"
ACCOUNT = "222222222222"


def options(**given: bool | str) -> ServiceAccessOptions:
    return ServiceAccessOptions(frozenset([CONFIG]), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("purge", "warned"), [(True, 1), (False, 0)])
def test_unknown_names_to_disable_are_named_with_purge(purge: bool, warned: bool) -> None:
    texts = list(warn_of_unknown_names(Plan((), to_disable=(CONFIG, "new.amazonaws.com")), options(purge=purge)))
    assert len(texts) == warned
    assert [text for text in texts if "is not known: new.amazonaws.com." not in text] == []


@pytest.mark.parametrize(("unknown", "warned"), [("warn", 1), ("ignore", 0)])
def test_unknown_names_to_enable_are_named_on_request(unknown: str, warned: int) -> None:
    plan = Plan((), to_enable=(CONFIG, "new.amazonaws.com"))
    assert len(list(warn_of_unknown_names(plan, options(unknown=unknown)))) == warned


def test_services_that_need_more_are_named_with_the_account() -> None:
    ram, ipam = warn_of_insufficient([RAM, CONFIG, IPAM], [(ACCOUNT, IPAM)], options())
    assert "Or set prefer_service_api=true to call ram:EnableSharingWithAwsOrganization." in ram
    assert f"--delegated-admin-account-id {ACCOUNT}" in ipam


def test_services_whose_api_the_task_uses_need_no_more() -> None:
    assert list(warn_of_insufficient([RAM], [], options(prefer_service_api=True))) == []
