# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of the role service_access_report: what is written, and the page in a real browser."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.plugins.plugin_utils._report_data import make_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report_formats import as_html
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT

from .fixtures import Inventory, Playbook, recap

REPORT = "orgops.aws.service_access_report"
FILES = ROOT / "roles" / "service_access_report" / "files"
NORTH, SOUTH, WEST = "111111111111", "222222222222", "333333333333"
ADMINISTRATOR = "444444444444"
CONFIG, MACIE, SSO, NEW = (
    "config.amazonaws.com",
    "macie.amazonaws.com",
    "sso.amazonaws.com",
    "new.emulated.amazonaws.com",
)
EVIL = "<img src=x onerror=alert(1)>"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# The first three prevent calls to the vendor's hosts. The browser runs in a container as root, or as a user.
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"]


def organizations(emulator: EmulatorControl) -> dict[str, dict[str, Any]]:
    """Three organizations on the emulator, one of which cannot be read; the variables of their hosts."""
    emulator.organization(
        NORTH,
        enabled={CONFIG: "2021-03-01T08:15:00", SSO: "2020-01-31T08:15:00", NEW: "2025-07-01T00:00:00"},
        members={ADMINISTRATOR: EVIL},
        delegated_administrators={CONFIG: [ADMINISTRATOR]},
    )
    emulator.organization(SOUTH, enabled={MACIE: "2021-03-09T10:00:00"})
    common = {"service_access_service_principals": [CONFIG, MACIE]}
    role = "arn:aws:iam::{}:role/audit"
    return {
        "north": {**common, "service_access_assume_role_arn": role.format(NORTH)},
        "south": {
            "service_access_service_principals": [],
            "service_access_purge_service_principals": True,
            "service_access_force": True,
            "service_access_assume_role_arn": role.format(SOUTH),
        },
        "west": {**common, "service_access_assume_role_arn": role.format(WEST)},
        "wrong": {"service_access_service_principals": {"a": 1}, "service_access_assume_role_arn": role.format(SOUTH)},
    }


def read(folder: Path) -> dict[str, str]:
    return {path.suffix: path.read_text() for path in folder.glob("service-access.*")}


def test_every_format_has_the_same_content_and_a_second_run_too(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    hosts = inventory(**organizations(emulator))
    folder = tmp_path / "report"
    arguments = (*hosts, "--extra-vars", f"service_access_report_directory={folder}")
    done = playbook(REPORT, *arguments, expect=2).stdout
    headline = (
        "Of 4 organizations, 2 differ from the desired state (1 missing, 1 extra), 1 has invalid variables and "
        "1 could not be read."
    )
    assert headline in done
    assert f"{folder}/service-access.html" in done
    assert emulator.writes() == []
    assert {name for name, counts in recap(done).items() if counts.get("failed")} == {"west"}
    first = read(folder)
    assert set(first) == {".html", ".md", ".csv", ".json"}

    report = json.loads(first[".json"])
    assert report["headline"] == headline
    assert {entry["name"]: entry["state"] for entry in report["organizations"]} == {
        "north": "differs",
        "south": "differs",
        "west": "unreadable",
        "wrong": "invalid",
    }
    facts = {entry["name"]: entry["control_facts"] for entry in report["organizations"]}
    assert facts["west"] is None
    (account,) = facts["north"]["accounts"]
    assert (account["account_id"], account["service_principals"]) == (ADMINISTRATOR, [CONFIG])
    assert account["service_principals_expected"] is None
    lines = list(csv.DictReader(first[".csv"].splitlines()))
    assert {(line["organization"], line["service_principal"], line["state"]) for line in lines} == {
        ("north", CONFIG, "wanted"),
        ("north", MACIE, "missing"),
        ("north", NEW, "unlisted"),
        ("north", SSO, "unlisted"),
        ("south", MACIE, "extra"),
        ("west", "", ""),
        ("wrong", MACIE, "unlisted"),
    }
    assert next(line for line in lines if line["organization"] == "west")["error"].startswith("Failed to list")
    assert f"**{headline.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}**" in first[".md"]
    assert (
        rf"| AWS Config | {CONFIG} | wanted | 2021-03-01 | &lt;img src=x onerror=alert\(1\)&gt; ({ADMINISTRATOR}) |"
        in first[".md"]
    )

    playbook(REPORT, *arguments, expect=2)
    for suffix, text in read(folder).items():
        assert without_time(text) == without_time(first[suffix])


def without_time(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d( UTC|Z)", "now", text)


def test_without_permission_to_list_delegated_administrators_the_rest_is_reported(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    variables = organizations(emulator)["north"]
    emulator.fault("ListDelegatedAdministrators", code="AccessDeniedException", message="not you", count=9)
    playbook(REPORT, *inventory(north=variables), "-e", f"service_access_report_directory={tmp_path}")
    written = read(tmp_path)
    (north,) = json.loads(written[".json"])["organizations"]
    assert "not you" in north["delegated_administrators_unread"]
    assert [service["delegated_administrators"] for service in north["services"]] == [None] * 4
    lines = list(csv.DictReader(written[".csv"].splitlines()))
    assert {line["state"]: line["delegated_administrators"] for line in lines}["wanted"] == "not read"
    assert "delegated administrators not read" in written[".html"]
    assert "Delegated administrators could not be read: " in written[".md"]


def test_the_report_judges_variables_as_applying_does(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    variables = organizations(emulator)["north"]
    exact = {"service_access_purge_service_principals": True}
    hosts: dict[str, dict[str, Any]] = {
        "unknown": {
            "service_access_service_principals": ["config.amazonaws.co"],
            "service_access_unknown_service_principals": "fail",
        },
        "case": {"service_access_service_principals": ["Config.amazonaws.com"], **exact},
        "empty": {"service_access_service_principals": [], **exact},
        "timeout": {"service_access_wait_timeout": "soon"},
        "kind": {"service_access_service_principals": {"a": 1}},
    }
    written = inventory(**{name: {**variables, **own} for name, own in hosts.items()})
    playbook(REPORT, *written, "-e", f"service_access_report_directory={tmp_path}")
    report = json.loads(read(tmp_path)[".json"])
    assert {entry["name"]: entry["state"] for entry in report["organizations"]} == dict.fromkeys(hosts, "invalid")
    assert all("Tagged" not in entry["error"] for entry in report["organizations"])


def test_lists_given_as_strings_are_parsed_as_the_module_does(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    variables = organizations(emulator)["north"]
    arguments = {
        "service_access_service_principals": f"{CONFIG},{SSO}",
        "service_access_purge_service_principals": "yes",
        "service_access_keep_service_principals": "new.*",
        "service_access_report_formats": "json",
        "service_access_report_directory": str(tmp_path),
    }
    playbook(REPORT, *inventory(north=variables), "--extra-vars", json.dumps(arguments))
    assert json.loads(read(tmp_path)[".json"])["headline"] == "No drift: 1 organization matches."
    assert set(read(tmp_path)) == {".json"}


def test_spreadsheets_do_not_interpret_values_as_formulas(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH, enabled=["=1+1.emulated.amazonaws.com"])
    hosts = inventory(**{"@north": {"service_access_assume_role_arn": f"arn:aws:iam::{NORTH}:role/audit"}})
    arguments = (
        "-e",
        f"service_access_report_directory={tmp_path}",
        "-e",
        "service_access_report_delegated_administrators=false",
    )
    playbook(REPORT, *hosts, *arguments)
    (line,) = csv.DictReader(read(tmp_path)[".csv"].splitlines())
    assert (line["organization"], line["service_principal"]) == ("'@north", "'=1+1.emulated.amazonaws.com")


# From here on, the page. It shows the report's data, so these tests need no playbook.


def entry(principal: str, date: str, administrators: list[str] | None = None) -> dict[str, Any]:
    accounts = [{"account_id": account, "name": EVIL} for account in administrators or []]
    return {"service_principal": principal, "date_enabled": date, "delegated_administrators": accounts}


def page_of(number: int) -> str:
    """The page about this many organizations; the first cannot be read and the second differs."""
    known: dict[str, Any] = {
        f"customer-{index:03}": {
            "wanted": {"service_principals": [CONFIG, SSO]},
            "enabled_service_principals": [entry(CONFIG, "2021-03-01"), entry(SSO, "2020-01-31", [WEST])],
        }
        for index in range(number)
    }
    known["customer-000"] = {"failed": True, "msg": f"Access denied {EVIL}"}
    known["customer-001"]["wanted"] = {
        "service_principals": [CONFIG, "ram.amazonaws.com"],
        "purge_service_principals": True,
    }
    known["customer-002"]["enabled_service_principals"].append(entry(NEW, "2025-07-01"))
    return as_html(make_report(known, "2026-01-31T08:00:00Z"), FILES)


def page_with_every_mark() -> str:
    """Administrators that are missing and extra, an account that nobody wants, services that do not work yet."""
    services = [{"service_principal": name, "delegation_enabled_date": "2024-01-31"} for name in (CONFIG, SSO)]
    accounts = [{"account_id": WEST, "name": EVIL, "service_principals": services}]
    own_states = {
        "ram.amazonaws.com": "disabled",
        "health.amazonaws.com": "pending",
        "servicecatalog.amazonaws.com": None,
    }
    enabled = [{**entry(name, "2024-01-31"), "service_api_state": state} for name, state in own_states.items()]
    organization = {
        "wanted": {
            "service_principals": [CONFIG, SSO, *own_states],
            "delegated_administrators": {SOUTH: [CONFIG]},
            "purge_delegated_administrators": True,
        },
        "enabled_service_principals": [entry(CONFIG, "2021-03-01", [WEST]), entry(SSO, "2020-01-31", [WEST]), *enabled],
        "delegated_administrators": accounts,
    }
    unread = {
        **organization,
        "delegated_administrators_unread": "denied",
        "wanted": {},
        "delegated_administrators": None,
    }
    return as_html(make_report({"a": organization, "b": unread}, "2026-01-31T08:00:00Z"), FILES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page about three organizations, open in Chromium; it must not log errors or request anything."""
    address = (tmp_path / "service-access.html").as_uri()
    (tmp_path / "service-access.html").write_text(page_of(3))
    trouble: list[str] = []
    with browser.new_page() as opened:
        opened.on("console", lambda message: trouble.append(message.text))
        opened.on("pageerror", lambda error: trouble.append(str(error)))
        opened.on("dialog", lambda dialog: trouble.append(dialog.message))
        opened.on(
            "request",
            lambda request: None if request.url.partition("#")[0] == address else trouble.append(request.url),
        )
        opened.goto(address)
        yield opened
    assert trouble == []


def shown_rows(page: Page) -> list[str]:
    return page.locator(".matrix tbody tr:visible th a").all_inner_texts()


def shown_columns(page: Page) -> list[str]:
    return page.locator(".matrix thead th[data-service]:visible a").all_inner_texts()


def test_the_page_begins_with_whether_there_is_drift(page: Page) -> None:
    assert "Of 3 organizations, 1 differs from the desired state (1 missing, 1 extra) and 1 could not be read." in (
        page.locator(".headline").inner_text()
    )
    assert page.locator("tr.unreadable").inner_text().startswith("customer-000")
    assert f"Not read: Access denied {EVIL}" in page.locator("tr.unreadable").inner_text()


def test_filter_by_organization_service_and_state(page: Page) -> None:
    assert shown_rows(page) == ["customer-000", "customer-001", "customer-002"]
    assert shown_columns(page) == ["config", "new.emulated", "ram", "sso"]
    page.get_by_label("Organization", exact=True).fill(" 002")
    assert shown_rows(page) == ["customer-002"]
    assert page.locator("details[data-organization]:visible").count() == 1
    page.get_by_label("Organization", exact=True).fill("")
    page.get_by_label("Service", exact=True).fill("Identity Center")
    assert shown_columns(page) == ["sso"]
    assert "Showing 3 of 3 organizations, 1 of 4 services." in page.get_by_role("status").inner_text()
    page.get_by_label("Service", exact=True).fill("nothing like it")
    assert page.get_by_text("Nothing matches the filter.").is_visible()
    page.get_by_label("Service", exact=True).fill("")
    for button, rows in [
        ("could not be read 1", ["customer-000"]),
        ("missing services 1", ["customer-001"]),
        ("extra services 1", ["customer-001"]),
        ("unknown services 1", ["customer-002"]),
        ("no drift 1", ["customer-002"]),
    ]:
        page.get_by_role("button", name=button).click()
        assert shown_rows(page) == rows
        page.get_by_role("button", name=button).click()
    page.get_by_role("button", name="could not be read").click()
    page.get_by_role("button", name="missing").click()
    assert shown_rows(page) == ["customer-000", "customer-001"]


def test_a_link_of_the_matrix_opens_the_details_by_keyboard(page: Page) -> None:
    details = page.locator("#organization-3")
    assert details.get_attribute("open") is None
    page.locator(".matrix tbody a", has_text="customer-002").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#organization-3').open")
    assert page.evaluate("document.activeElement.closest('details').id") == "organization-3"
    assert "AWS Config" in details.inner_text()
    assert f"{EVIL} {WEST}" in details.inner_text()


def test_details_show_what_to_know_before_applying(page: Page) -> None:
    text = page.locator("#organization-2").inner_text()
    assert "Disabling it affects users." in text
    assert "Deregister its delegated administrators before it is disabled." in text
    assert BY_PRINCIPAL["ram.amazonaws.com"].insufficient in text


def test_the_timeline_counts_the_filtered_services(page: Page) -> None:
    counts = page.locator(".month:visible .count")
    assert counts.all_inner_texts() == ["1", "2", "2"]
    page.get_by_label("Organization", exact=True).fill("001")
    assert counts.all_inner_texts() == ["1", "1"]


def test_light_dark_and_print(page: Page) -> None:
    backgrounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("content", [page_of(3), page_with_every_mark()], ids=["three organizations", "every mark"])
def test_no_accessibility_check_fails(page: Page, tmp_path: Path, scheme: Any, content: str) -> None:
    (tmp_path / "service-access.html").write_text(content)
    page.reload()
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((entry) => { entry.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_two_hundred_organizations_fit_into_the_page(page: Page, tmp_path: Path) -> None:
    (tmp_path / "service-access.html").write_text(page_of(200))
    page.reload()
    page.set_viewport_size({"width": 390, "height": 800})
    assert len(shown_rows(page)) == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # only the matrix scrolls sideways
    page.get_by_label("Organization", exact=True).fill("199")
    assert shown_rows(page) == ["customer-199"]
