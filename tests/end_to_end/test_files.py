# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where exports and reports are written, with which modes, and a service whose administrators AWS does not list."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl

from .fixtures import Command, Inventory, Playbook
from .organizations import APPLY, CONFIG, EXPORT, MACIE, NORTH, REPORT, SOUTH, WEST, Summary, role_in

LISTS = f"service_access_service_principals: [{CONFIG}]\n"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


# {host: (its folder of variables, a file in it)}; "~" is the home folder.
OVERRIDING = {
    "beside": ("host_vars/beside", "wanted.yml"),
    "subfolder": ("host_vars/subfolder", "zz/main.yml"),
    "glob": ("[vars]/glob", "wanted.yml"),
    "home": ("~/home", "zz.yml"),
}


def test_an_export_that_another_file_would_override_is_refused(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """Subfolders of the host's folder, glob characters, and the home folder in the path."""
    hosts, paths = {}, {}
    for number, (host, (folder, file)) in enumerate(OVERRIDING.items()):
        account_id = str(int(NORTH) + number)
        emulator.organization(account_id, enabled=[CONFIG, MACIE])
        paths[host] = tmp_path / folder.replace("~", "of the user") / file
        paths[host].parent.mkdir(parents=True)
        paths[host].write_text(LISTS)
        paths[host].with_name("zone.yml").write_text("zone: west\n")
        hosts[host] = role_in(account_id)
        del hosts[host]["service_access_service_principals"]
        if not folder.startswith("host_vars"):
            parent = folder.rpartition("/")[0]
            hosts[host]["service_access_export_directory"] = parent if parent == "~" else str(tmp_path / parent)
    environment = {"HOME": str(tmp_path / "of the user")}
    summary = Summary(playbook(EXPORT, *inventory(**hosts), expect=2, environment=environment).stdout)
    for host, path in paths.items():
        assert f"{path} would take precedence over the exported" in summary.words[host]
    assert list(tmp_path.rglob("service_access.yml")) == []


def test_an_export_never_replaces_what_somebody_wrote(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """The variables of the connection would be lost, and the next run would change another organization."""
    emulator.organization(NORTH, enabled=[CONFIG, MACIE])
    emulator.organization(MANAGEMENT_ACCOUNT, enabled=["guardduty.amazonaws.com"])
    path = tmp_path / "host_vars" / "north" / "service_access.yml"
    path.parent.mkdir(parents=True)
    own = yaml.safe_dump(role_in(NORTH, service_access_keep_service_principals=["sso.amazonaws.com"]))
    path.write_text(own)
    hosts = inventory(north={})
    output = playbook(APPLY, EXPORT, *hosts, expect=2).stdout
    assert "unchanged  north: " in output
    refused = Summary(output)
    assert f"{path} contains more than an export: " in refused.words["north"]
    for part in ("service_access_management_account_id", "service_access_assume_role_arn", "export_force"):
        assert part in refused.words["north"]
    assert path.read_text() == own
    # Those of applying: the export called nothing, and nothing was asked of the other organization.
    assert emulator.calls() == ["AssumeRole", "DescribeOrganization", "ListAWSServiceAccessForOrganization"]

    forced = ("--extra-vars", '{"service_access_export_force": true}')
    done = Summary(playbook(EXPORT, *hosts, *forced).stdout)
    (backup,) = path.parent.glob("service_access.yml.*~")
    assert done.words["north"] == f"written: {path} (backup: {backup})."
    assert backup.read_text() == own


def test_only_an_unedited_export_is_updated(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    accounts = {"differs": NORTH, "same": SOUTH, "edited": WEST}
    before, more = {CONFIG: "2021-03-01T08:15:00"}, {MACIE: "2022-03-01T08:15:00"}
    hosts = inventory(**{host: role_in(account_id) for host, account_id in accounts.items()})
    for account_id in accounts.values():
        emulator.organization(account_id, enabled=before)
    playbook(EXPORT, *hosts)
    emulator.reset()
    for host, account_id in accounts.items():
        emulator.organization(account_id, enabled={**before, **more} if host == "differs" else before)
    path = tmp_path / "host_vars" / "edited" / "service_access.yml"
    path.write_text(path.read_text().replace("purge_service_principals: true", "purge_service_principals: false"))
    edited = path.read_text()
    done = Summary(playbook(EXPORT, *hosts, expect=2).stdout)
    assert done.states == {"differs": "changed", "same": "unchanged", "edited": "failed"}
    assert "the value of service_access_purge_service_principals" in done.words["edited"]
    assert path.read_text() == edited


def test_an_export_registers_no_administrator_of_a_group(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH, enabled=[CONFIG], members={SOUTH: "security"})
    (tmp_path / "group_vars").mkdir()
    group = {"service_access_delegated_administrators": {SOUTH: [CONFIG]}}
    (tmp_path / "group_vars" / "all.yml").write_text(yaml.safe_dump(group))
    variables = role_in(NORTH)
    del variables["service_access_service_principals"]
    hosts = inventory(north=variables)
    playbook(EXPORT, *hosts)
    assert Summary(playbook(APPLY, *hosts).stdout).states == {"north": "unchanged"}
    assert emulator.writes() == []


def test_backup_files_are_ignored_and_modes_are_kept(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """Ansible does not read service_access.yml~. A private folder stays private."""
    emulator.organization(NORTH, enabled=[CONFIG, MACIE])
    folder = tmp_path / "host_vars" / "north"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    (folder / "service_access.yml~").write_text(LISTS)
    report = tmp_path / "report"
    report.mkdir()
    report.chmod(0o2770)
    (report / "service-access.md").write_text("before")
    (report / "service-access.md").chmod(0o604)
    hosts = inventory(north=role_in(NORTH))
    playbook(EXPORT, REPORT, *hosts, "--extra-vars", f"service_access_report_directory={report}")
    exported = yaml.safe_load((folder / "service_access.yml").read_text())
    assert exported["service_access_service_principals"] == [CONFIG, MACIE]
    assert (mode(folder), mode(report)) == (0o700, 0o2770)
    assert {path.suffix: mode(path) for path in report.iterdir()} == {
        ".md": 0o604,
        ".html": 0o640,
        ".csv": 0o640,
        ".json": 0o640,
    }


def test_relative_folders_are_relative_to_the_working_directory(
    command: Command, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """Regardless of PWD, and never in the installed collection."""
    emulator.organization(NORTH, enabled=[CONFIG])
    hosts = inventory(north=role_in(NORTH, service_access_export_directory="exported"))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    command("ansible-playbook", EXPORT, *hosts, folder=folder, environment={"PWD": None})
    command("ansible-playbook", REPORT, *hosts, folder=folder, environment={"PWD": "/nowhere"})
    assert (folder / "exported" / "north" / "service_access.yml").is_file()
    assert (folder / "service-access-report" / "service-access.html").is_file()


def test_without_an_inventory_file_the_export_requires_a_folder(
    playbook: Playbook, emulator: EmulatorControl, tmp_path: Path
) -> None:
    """A host name must not lead out of the folder."""
    emulator.organization(NORTH, enabled=[CONFIG])
    variables = json.dumps({**role_in(NORTH), "ansible_connection": "local"})
    done = playbook(EXPORT, "--inventory", "north,", "--extra-vars", variables, expect=2).stdout
    assert "service_access_export_directory" in Summary(done).words["north"]
    escaping = json.dumps({**json.loads(variables), "service_access_export_directory": str(tmp_path / "a" / "b")})
    done = playbook(EXPORT, "--inventory", "../escape,", "--extra-vars", escaping, expect=2).stdout
    assert "cannot be a folder name" in done
    assert list(tmp_path.rglob("service_access.yml")) == []


def test_a_service_without_administrators_needs_no_force(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """AWS refuses to list its administrators, which the report does not ask for."""
    directory = "ds.amazonaws.com"
    emulator.organization(
        NORTH,
        enabled=[CONFIG, directory],
        members={SOUTH: "security"},
        delegated_administrators={CONFIG: [SOUTH]},
    )
    refusal = {"code": "InvalidInputException", "reason": "UNRECOGNIZED_SERVICE_PRINCIPAL", "count": None}
    emulator.fault("ListDelegatedAdministrators", **refusal, parameters={"ServicePrincipal": directory})
    hosts = inventory(north=role_in(NORTH, service_access_purge_service_principals=True))
    applied = playbook(REPORT, APPLY, *hosts).stdout
    (north,) = json.loads((tmp_path / "service-access-report" / "service-access.json").read_text())["organizations"]
    found = {service["service_principal"]: service["delegated_administrators"] for service in north["services"]}
    assert found[CONFIG] == [SOUTH]
    assert found[directory] == []
    assert Summary(applied).words["north"] == f"disabled: {directory}."
