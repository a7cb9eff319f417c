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
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report.formats import as_html
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.paths import ROOT

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
RAM, GUARDDUTY = "ram.amazonaws.com", "guardduty.amazonaws.com"
VIEWS = ("organizations", "matrix", "accounts", "services", "timeline", "changes")
EVIL = "<img src=x onerror=alert(1)>"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# The first three prevent calls to the vendor's hosts. The browser runs in a container as root, or as a user. Nobody
# looks at what it would draw.
FLAGS = [
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"),
    *("--disable-gpu", "--disable-software-rasterizer"),
]


def organizations(emulator: EmulatorControl) -> dict[str, dict[str, Any]]:
    """Three organizations on the emulator, one of which cannot be read; the variables of their hosts."""
    emulator.organization(
        NORTH,
        enabled={CONFIG: "2021-03-01T08:15:00", SSO: "2020-01-31T08:15:00", NEW: "2025-07-01T00:00:00"},
        members={ADMINISTRATOR: EVIL},
        delegated_administrators={CONFIG: [ADMINISTRATOR]},
        policy_types=["SERVICE_CONTROL_POLICY", "TAG_POLICY"],
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
    (north,) = (entry for entry in report["organizations"] if entry["name"] == "north")
    assert [one["policy_type"] for one in north["policy_types"]] == ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
    assert facts["north"]["policy_types"] == north["policy_types"]
    assert r"| SERVICE\_CONTROL\_POLICY, TAG\_POLICY |" in first[".md"]
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
        rf"| {CONFIG} | AWS Config | wanted | 2021-03-01 | &lt;img src=x onerror=alert\(1\)&gt; \({ADMINISTRATOR}\) |"
        in first[".md"]
    )

    playbook(REPORT, *arguments, expect=2)
    for suffix, text in read(folder).items():
        assert content(suffix, text) == content(suffix, first[suffix])


def content(suffix: str, text: str) -> str | set[str]:
    """Return what does not depend on the time. In the page, organizations read in the same second share a string."""
    return set(re.findall(r'"[^"]*"', without_time(text))) if suffix == ".html" else without_time(text)


def without_time(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d( UTC|Z)", "now", text)


def test_denied_administrators_leave_the_rest_reported(
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
    assert "Delegated administrators could not be read: " in written[".html"]
    assert "Delegated administrators could not be read: " in written[".md"]


def test_the_report_says_why_policy_types_are_not_known(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    variables = organizations(emulator)["north"]
    emulator.fault("ListRoots", code="AccessDeniedException", message="not you", count=9)
    playbook(REPORT, *inventory(north=variables), "-e", f"service_access_report_directory={tmp_path}", warnings=1)
    written = read(tmp_path)
    (north,) = json.loads(written[".json"])["organizations"]
    assert (north["policy_types"], north["control_facts"]["policy_types"]) == (None, None)
    assert "not you" in north["policy_types_unread"]
    assert "| not read: Failed to list the policy types" in written[".md"]
    assert {line["policy_types"][:8] for line in csv.DictReader(written[".csv"].splitlines())} == {"not read"}


def test_policy_types_are_read_only_with_administrators(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    variables = organizations(emulator)["north"]
    off = json.dumps({"service_access_report_delegated_administrators": False})
    playbook(REPORT, *inventory(north=variables), "-e", f"service_access_report_directory={tmp_path}", "-e", off)
    assert "ListRoots" not in emulator.calls()


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


def test_reports_are_merged_without_a_call_to_aws(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    hosts = inventory(**organizations(emulator))
    playbooks = [
        {
            "import_playbook": REPORT,
            "vars": {"service_access_hosts": name, "service_access_report_directory": str(tmp_path / name)},
        }
        for name in ("north", "south")
    ]
    playbook(yaml.safe_dump(playbooks), *hosts)
    emulator.clear_requests()
    arguments = {
        "service_access_report_merge": [str(tmp_path / "*" / "service-access.json")],
        "service_access_report_since": str(tmp_path / "north" / "service-access.json"),
        "service_access_report_directory": str(tmp_path / "all"),
        "service_access_report_formats": ["json", "html"],
    }
    done = playbook(REPORT, *hosts, "--extra-vars", json.dumps(arguments)).stdout
    assert emulator.requests() == []
    report = json.loads(read(tmp_path / "all")[".json"])
    assert [one["name"] for one in report["organizations"]] == ["north", "south"]
    assert "1 organization came." in done
    (tmp_path / "south" / "service-access.json").write_text("{}")
    failed = playbook(REPORT, *hosts, "--extra-vars", json.dumps(arguments), expect=2).stdout
    assert f"{tmp_path / 'south' / 'service-access.json'} is no JSON report" in failed


# From here on, the page. It shows the report's data, so these tests need no playbook.


def entry(principal: str, date: str) -> dict[str, Any]:
    return {"service_principal": principal, "date_enabled": date}


def account(account_id: str, *principals: str) -> dict[str, Any]:
    services = [{"service_principal": name, "delegation_enabled_date": "2024-01-31"} for name in principals]
    return {"account_id": account_id, "name": EVIL, "service_principals": services}


def page_of(number: int) -> str:
    """Return the page about this many organizations; the first cannot be read and the second differs."""
    known: dict[str, Any] = {
        f"customer-{index:03}": {
            "wanted": {"service_principals": [CONFIG, SSO]},
            "enabled_service_principals": [entry(CONFIG, "2021-03-01"), entry(SSO, "2020-01-31")],
            "delegated_administrators": [account(f"{index:012}", SSO)],
        }
        for index in range(number)
    }
    known["customer-000"] = {"failed": True, "msg": f"Access denied {EVIL} {'x' * 300}"}
    known["customer-001"]["wanted"] = {
        "service_principals": [CONFIG, RAM],
        "purge_service_principals": True,
    }
    known["customer-002"]["enabled_service_principals"].append(entry(NEW, "2025-07-01"))
    known["customer-002"]["policy_types"] = [{"policy_type": "TAG_POLICY", "status": "ENABLED"}]
    return as_html(make_report(known, "2026-01-31T08:00:00Z"), FILES)


def page_with_every_mark() -> str:
    """Administrators that are missing and extra, an account that nobody wants, services that do not work yet."""
    own_states: dict[str, str | None] = {
        RAM: "disabled",
        "health.amazonaws.com": "pending",
        "servicecatalog.amazonaws.com": None,
    }
    enabled = [{**entry(name, "2024-01-31"), "service_api_state": state} for name, state in own_states.items()]
    regions = {f"eu-west-{number}": {"account_id": ADMINISTRATOR, "status": "ENABLED"} for number in range(1, 17)}
    organization = {
        "wanted": {
            "service_principals": [CONFIG, GUARDDUTY, SSO, *own_states],
            "delegated_administrators": {SOUTH: [CONFIG], ADMINISTRATOR: [GUARDDUTY]},
            "purge_delegated_administrators": True,
        },
        "service_administrators": {GUARDDUTY: {**regions, "us-east-1": {"account_id": None}, "us-east-2": None}},
        "enabled_service_principals": [
            *(entry(CONFIG, "2021-03-01"), entry(GUARDDUTY, "2021-03-01"), entry(SSO, "2020-01-31")),
            *enabled,
        ],
        "delegated_administrators": [account(WEST, CONFIG, SSO), account(ADMINISTRATOR, GUARDDUTY)],
    }
    unread = {
        **organization,
        "delegated_administrators_unread": "denied",
        "wanted": {},
        "delegated_administrators": None,
    }
    invalid = {**organization, "wanted": {"service_principals": ["a b"]}, "read_at": "2026-01-01T08:00:00Z"}
    known: dict[str, Any] = {"a": organization, "b": unread, "c": invalid}
    older = make_report({"a": unread, "b": unread, "gone": unread}, "2026-01-30T08:00:00Z")
    return as_html(make_report(known, "2026-01-31T08:00:00Z", older=older), FILES)


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
    """Yield the page about three organizations, open in Chromium; it must not log errors or request anything."""
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


def see(page: Page, fragment: str) -> None:
    """Open the page's address with this fragment."""
    page.goto(f"{page.url.partition('#')[0]}#{fragment}")


def load(page: Page, tmp_path: Path, content: str, fragment: str = "") -> None:
    (tmp_path / "service-access.html").write_text(content)
    see(page, fragment)
    page.reload()


def titles(page: Page) -> list[str]:
    """Return the organizations or services that the view lists."""
    return list(page.locator("main details .title").all_inner_texts())


def cells(page: Page, row: int) -> list[str]:
    """Return the cells of a row of the first table."""
    return list(page.locator("main table tbody tr").nth(row).locator("th, td").all_inner_texts())


def overflowing(page: Page) -> list[str]:
    """Return elements outside the matrix whose text is wider than they are, or that are beyond the right edge."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("#page *")].filter((one) => !one.closest(".scroll, .unseen, thead")
            && (one.getBoundingClientRect().right > innerWidth + 1
                || (getComputedStyle(one).overflowX === "hidden" && one.scrollWidth > one.clientWidth)))
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    return list(found)


def test_the_page_begins_with_whether_there_is_drift(page: Page) -> None:
    assert "Of 3 organizations, 1 differs from the desired state (1 missing, 1 extra) and 1 could not be read." in (
        page.locator(".headline").inner_text()
    )
    assert titles(page) == ["customer-000", "customer-001", "customer-002"]
    first, second, third = page.locator("main details > summary").all_inner_texts()
    assert f"Access denied {EVIL}" in first
    assert "missing: ram" in second
    assert "extra: sso" in second
    assert "matches the desired state" in third


def test_an_organization_shows_its_policy_types(page: Page) -> None:
    see(page, "open=customer-001")
    assert page.get_by_text("Policy types: not read", exact=True).is_visible()
    see(page, "open=customer-002")
    assert page.get_by_text("Policy types: TAG_POLICY", exact=True).is_visible()


def test_the_matrix_shows_every_state(page: Page) -> None:
    see(page, "view=matrix")
    assert page.locator(".matrix thead a").all_inner_texts() == ["config", "new.emulated", "ram", "sso"]
    assert page.locator(".matrix tbody th a").all_inner_texts() == ["customer-000", "customer-001", "customer-002"]
    assert "not read" in page.locator(".matrix tr.unreadable td").inner_text()
    states = page.locator(".matrix tbody tr").nth(1).locator("td .unseen").all_inner_texts()
    assert states == ["wanted", "missing", "extra", "delegated administrators: 1"]


def test_the_view_by_account_says_who_administers_what_and_where(page: Page, tmp_path: Path) -> None:
    load(page, tmp_path, page_with_every_mark(), "view=accounts&show=differs")
    rows = [cells(page, row) for row in range(3)]
    assert [row[0].split("\n") for row in rows] == [["name unknown", SOUTH], [EVIL, WEST], [EVIL, ADMINISTRATOR]]
    assert [row[1] for row in rows] == ["a", "a", "a"]
    assert [row[2] for row in rows] == ["yes", "no", "yes"]
    assert rows[1][3].split() == ["+", "config", "extra", "+", "sso", "extra"]
    where = "in 16 Regions, not in us-east-1, unknown in us-east-2"
    assert rows[2][3].split("\n") == ["⚠", "guardduty", "wanted, not working yet", f" {where}"]
    page.get_by_label("Service", exact=True).fill("Identity Center")
    assert cells(page, 0)[3].split() == ["+", "sso", "extra"]
    page.get_by_label("Organization or account").fill(SOUTH)
    assert page.get_by_text("Nothing matches the filter.").is_visible()


def test_the_page_shows_changes_and_marks_old_readings(page: Page, tmp_path: Path) -> None:
    load(page, tmp_path, page_with_every_mark())
    assert "30 days before this report" in page.locator("summary", has_text="invalid variables").inner_text()
    page.get_by_role("button", name="read more than a day before 1").click()
    assert titles(page) == ["c"]
    page.get_by_role("button", name="read more than a day before 1").click()
    page.get_by_role("link", name="Changes").click()
    assert cells(page, 0) == ["c", "came", "c is new in the report"]
    assert cells(page, 1) == ["gone", "went", "gone is no longer in the report"]
    assert "2 organizations could not be compared completely." in page.locator("main").inner_text()


def test_filter_by_organization_service_and_state(page: Page) -> None:
    page.get_by_label("Organization or account").fill(" 002")
    assert titles(page) == ["customer-002"]
    page.get_by_label("Organization or account").fill("")
    page.get_by_label("Service", exact=True).fill("Identity Center")
    assert "Showing 3 of 3 organizations, 1 of 4 services." in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Services").click()
    assert titles(page) == [BY_PRINCIPAL[SSO].name]
    page.get_by_label("Service", exact=True).fill("nothing like it")
    assert page.get_by_text("Nothing matches the filter.").is_visible()
    page.get_by_label("Service", exact=True).fill("")
    page.get_by_role("link", name="Organizations").click()
    for button, shown in [
        ("could not be read 1", ["customer-000"]),
        ("missing services 1", ["customer-001"]),
        ("extra services 1", ["customer-001"]),
        ("unknown services 1", ["customer-002"]),
        ("no drift 1", ["customer-002"]),
    ]:
        page.get_by_role("button", name=button).click()
        assert titles(page) == shown
        page.get_by_role("button", name=button).click()
    page.get_by_role("button", name="could not be read").click()
    page.get_by_role("button", name="missing").click()
    assert titles(page) == ["customer-000", "customer-001"]


def test_the_address_holds_view_filter_and_opened_organization(page: Page) -> None:
    page.get_by_label("Organization or account").fill("customer")
    page.get_by_role("button", name="missing services").click()
    page.locator("summary", has_text="customer-001").click()
    address = page.url
    page.reload()
    assert page.url == address
    assert titles(page) == ["customer-001"]
    assert page.get_by_label("Organization or account").input_value() == "customer"
    assert page.locator("main details[open]").count() == 1
    page.get_by_role("link", name="Matrix").click()
    assert page.locator(".matrix tbody th a").all_inner_texts() == ["customer-001"]
    page.go_back()
    assert titles(page) == ["customer-001"]


def test_an_address_with_unknown_values_shows_everything(page: Page) -> None:
    see(page, "view=toString&show=nothing,%3Cb%3E&open=nobody&other=1")
    assert len(titles(page)) == 3


def test_a_link_of_the_matrix_opens_the_details_by_keyboard(page: Page) -> None:
    see(page, "view=matrix")
    page.locator(".matrix tbody a", has_text="customer-002").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("main details[open]")
    assert page.evaluate("document.activeElement.closest('details').dataset.name") == "customer-002"
    details = page.locator("main details[open]").inner_text()
    assert "AWS Config" in details
    assert f"{EVIL} (000000000002)" in details


def test_details_show_what_to_know_before_applying(page: Page) -> None:
    see(page, "open=customer-001")
    text = page.locator("main details[open]").inner_text()
    assert "Disabling it affects users." in text
    assert "Deregister its delegated administrators before it is disabled." in text
    assert BY_PRINCIPAL[RAM].insufficient in text


def test_a_service_shows_its_organizations_and_administrators(page: Page) -> None:
    see(page, f"view=services&open={SSO}")
    text = page.locator("main details[open]").inner_text()
    assert "extra in 1" in text
    assert "wanted in 1" in text
    assert f"{EVIL} (000000000001)" in text
    assert page.locator("main details[open] a", has_text="customer-001").is_visible()


def test_the_timeline_counts_the_filtered_services(page: Page) -> None:
    see(page, "view=timeline")
    counts = page.locator(".month .count")
    assert counts.all_inner_texts() == ["1", "2", "2"]
    page.get_by_label("Organization or account").fill("001")
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
    assert page.locator("main details:not([open])").count() == 0
    assert page.locator("main details table").count() > 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details:not([open])").count() > 0


CONTENTS = pytest.mark.parametrize(
    "content", [page_of(3), page_with_every_mark()], ids=["three organizations", "every mark"]
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@CONTENTS
def test_no_accessibility_check_fails(page: Page, tmp_path: Path, scheme: Any, content: str) -> None:
    load(page, tmp_path, content)
    page.emulate_media(color_scheme=scheme)
    for view in VIEWS:
        see(page, f"view={view}")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")  # opens everything
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@CONTENTS
def test_no_text_is_cut_off_on_a_phone(page: Page, tmp_path: Path, content: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    load(page, tmp_path, content)
    page.locator("#filter summary").click()
    for view in VIEWS:
        see(page, f"view={view}")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")  # opens everything
        assert overflowing(page) == [], view
        assert page.evaluate("document.documentElement.scrollWidth") <= 390  # only the matrix scrolls sideways


def test_rows_are_made_when_they_come_into_view(page: Page, tmp_path: Path) -> None:
    load(page, tmp_path, page_of(200))
    made = len(titles(page))
    assert made < 200
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("main details").nth(made).wait_for(state="attached")
    see(page, "open=customer-199")
    assert page.locator("main details[open] .title").inner_text() == "customer-199"
    assert page.locator("main details[open]").last.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(titles(page)) == 200


def test_without_javascript_the_page_says_what_it_found(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "service-access.html"
    path.write_text(page_of(3))
    with browser.new_page(java_script_enabled=False) as opened:
        opened.goto(path.as_uri())
        text = opened.locator("body").inner_text()
    assert "1 differs from the desired state" in text
    assert "1: could not be read" in text
    assert "service-access.md, .csv and .json" in text
