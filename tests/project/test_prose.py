# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers and lists in the prose of the documentation agree with the code, and names of tests are short."""

from __future__ import annotations

import re

import yaml

from ansible_collections.orgops.aws.plugins.doc_fragments._organizations import ModuleDocFragment
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.retries import (
    MAX_ATTEMPTS,
    MAX_ATTEMPTS_WITHOUT_RESPONSE,
    MAX_BACKOFF,
    RETRY_DEADLINE,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import SERVICE_APIS
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL, SERVICES
from ansible_collections.orgops.aws.plugins.modules import organizations_service_access
from ansible_collections.orgops.aws.tests.emulator.faults import RATES
from ansible_collections.orgops.aws.tests.paths import ROOT

MAX_TEST_NAME = 60
GUIDE_ON_FAILURES = (ROOT / "docs" / "docsite" / "rst" / "guide_faults.rst").read_text()


def numbers(text: str, unit: str) -> list[int]:
    """Return the numbers before this unit, in the order of the text."""
    return [int(number) for number in re.findall(rf"(\d+)\s+{unit}", text)]


def test_the_module_pages_state_the_limits_of_retries() -> None:
    notes = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["notes"]
    (note,) = (note for note in notes if "attempt" in note)
    assert numbers(note, "times") == [MAX_ATTEMPTS, MAX_ATTEMPTS_WITHOUT_RESPONSE]
    assert numbers(note, "seconds") == [RETRY_DEADLINE, CONNECT_TIMEOUT, READ_TIMEOUT]


def test_the_module_page_names_the_services_with_an_api() -> None:
    options = yaml.safe_load(organizations_service_access.DOCUMENTATION)["options"]
    description = " ".join(options["prefer_service_api"]["description"])
    named = {service.name for service in SERVICES if service.name in description}
    assert named == {BY_PRINCIPAL[api.principal].name for api in SERVICE_APIS}


def test_a_silent_server_takes_less_than_a_minute() -> None:
    assert "never responds fails the task in less than a minute" in GUIDE_ON_FAILURES
    delays = MAX_BACKOFF * (MAX_ATTEMPTS_WITHOUT_RESPONSE - 1)
    assert MAX_ATTEMPTS_WITHOUT_RESPONSE * READ_TIMEOUT + delays < 60


def test_the_guide_states_how_long_50_changes_take() -> None:
    (rate, burst), _of_organization = RATES["EnableAWSServiceAccess"]
    assert f"50 changes take about {(50 - burst) / rate:.0f} seconds" in GUIDE_ON_FAILURES


def test_names_of_tests_are_short() -> None:
    names = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert {name for name in names if len(name) > MAX_TEST_NAME} == set()
