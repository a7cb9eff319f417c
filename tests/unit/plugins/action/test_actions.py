# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The actions of the roles and playbooks in this process; only the module that they would run is replaced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.orgops.aws.plugins.action import role_export, role_report
from ansible_collections.orgops.aws.plugins.plugin_utils._role.variables import VariableError
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import ENDED, MARK, Journal, Step
from ansible_collections.orgops.aws.tests.paths import ROOT

LISTED = {"enabled_service_principals": [{"service_principal": "config.amazonaws.com", "date_enabled": None}]}
ADMINISTRATORS: dict[str, Any] = {"delegated_administrators": []}
DENIED = {"failed": True, "msg": "not you"}
Act = Callable[..., Any]


def host(tmp_path: Path, **variables: Any) -> dict[str, Any]:
    return {"inventory_hostname": "prod", "inventory_dir": str(tmp_path), "playbook_dir": str(tmp_path), **variables}


class TestExport:
    def test_writes_beside_the_inventory_and_only_once(self, make: Act, tmp_path: Path) -> None:
        first = make(role_export, LISTED, ADMINISTRATORS, diff=True).run(task_vars=host(tmp_path))
        path = tmp_path / "host_vars" / "prod" / "service_access.yml"
        assert (first["changed"], first["dest"]) == (True, str(path))
        assert first["diff"]["after"] == path.read_text()
        assert make(role_export, LISTED, ADMINISTRATORS).run(task_vars=host(tmp_path))["changed"] is False

    def test_what_somebody_wrote_is_replaced_on_demand_only(self, make: Act, ran: list[Any], tmp_path: Path) -> None:
        path = tmp_path / "host_vars" / "prod" / "service_access.yml"
        path.parent.mkdir(parents=True)
        path.write_text("service_access_profile: prod\n")
        refused = make(role_export).run(task_vars=host(tmp_path))
        assert f"{path} contains more than an export: service_access_profile." in refused["msg"]
        assert ran == []
        variables = host(tmp_path, service_access_export_force=True)
        foreseen = make(role_export, LISTED, ADMINISTRATORS, check_mode=True).run(task_vars=variables)
        assert [file.name for file in path.parent.iterdir()] == ["service_access.yml"]
        result = make(role_export, LISTED, ADMINISTRATORS).run(task_vars=variables)
        assert (foreseen["changed"], result["changed"]) == (True, True)
        assert "backup_file" not in foreseen
        assert Path(result["backup_file"]).read_text() == "service_access_profile: prod\n"
        assert result["backup_file"].endswith("~")
        again = make(role_export, LISTED, ADMINISTRATORS).run(task_vars=variables)
        assert (again["changed"], "backup_file" in again) == (False, False)

    def test_a_link_is_replaced_on_demand_and_its_target_is_kept(self, make: Act, tmp_path: Path) -> None:
        path = tmp_path / "host_vars" / "prod" / "service_access.yml"
        path.parent.mkdir(parents=True)
        path.symlink_to(tmp_path / "shared.yml")
        (tmp_path / "shared.yml").write_text("a: b\n")
        assert "the symbolic link" in make(role_export).run(task_vars=host(tmp_path))["msg"]
        variables = host(tmp_path, service_access_export_force=True)
        make(role_export, LISTED, ADMINISTRATORS).run(task_vars=variables)
        assert (path.is_symlink(), (tmp_path / "shared.yml").read_text()) == (False, "a: b\n")

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("service_access_prefer_service_api", True),
            ("service_access_purge_scope", "services"),
            ("service_access_exclude_regions", ["us-*"]),
        ],
    )
    def test_other_variables_that_still_apply_are_named(
        self, make: Act, tmp_path: Path, variable: str, value: Any
    ) -> None:
        variables = host(tmp_path, **{variable: value})
        make(role_export, LISTED, ADMINISTRATORS).run(task_vars=variables)
        text = (tmp_path / "host_vars" / "prod" / "service_access.yml").read_text()
        assert f"still apply: {variable}\n" in text

    def test_check_mode_writes_nothing(self, make: Act, tmp_path: Path) -> None:
        result = make(role_export, LISTED, ADMINISTRATORS, check_mode=True).run(task_vars=host(tmp_path))
        assert (result["changed"], result["check_mode"]) == (True, True)
        assert list(tmp_path.iterdir()) == []

    def test_what_cannot_be_listed_is_not_written(self, make: Act, tmp_path: Path) -> None:
        assert make(role_export, DENIED).run(task_vars=host(tmp_path))["failed"] is True
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("variables", "message"),
        [
            ({"inventory_hostname": "../prod"}, "cannot be a folder name"),
            ({"inventory_dir": None}, "service_access_export_directory"),
            ({"inventory_dir": "None"}, "service_access_export_directory"),
            ({"service_access_export_directory": " "}, "is blank"),
        ],
        ids=str,
    )
    def test_no_place_to_write_to(
        self, make: Act, ran: list[Any], tmp_path: Path, variables: dict[str, Any], message: str
    ) -> None:
        result = make(role_export).run(task_vars=host(tmp_path, **variables))
        assert message in result["msg"]
        assert ran == []

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("host_vars/prod", "Move it to a folder of this name"),
            ("host_vars/prod.yml", "hidden by the folder"),
            ("host_vars/prod/zz/main.yml", "take precedence over"),
            ("playbooks/host_vars/prod.yml", "take precedence over"),
        ],
    )
    def test_files_that_ansible_would_read_instead(
        self, make: Act, ran: list[Any], tmp_path: Path, path: str, message: str
    ) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.write_text("service_access_service_principals: []\n")
        variables = host(tmp_path, playbook_dir=str(tmp_path / "playbooks"))
        result = make(role_export).run(task_vars=variables)
        assert result["failed"] is True
        assert str(file) in result["msg"]
        assert message in result["msg"]
        assert ran == []


class TestReport:
    @staticmethod
    def variables(tmp_path: Path, **more: Any) -> dict[str, Any]:
        held = {**LISTED, MARK: {"host": "prod", "id": "1"}, "read_at": "2024-01-31T08:00:00Z"}
        return {
            "ansible_play_hosts_all": ["prod"],
            "ansible_play_hosts": ["prod"],
            "ansible_play_batch": ["prod"],
            "inventory_hostname": "prod",
            "hostvars": {"prod": {"service_access_report_organization": held}},
            "role_path": str(ROOT / "roles" / "service_access_report"),
            "service_access_report_directory": str(tmp_path / "report"),
            "service_access_report_formats": ["json", "md"],
            **more,
        }

    def test_what_knows_less_never_replaces_more(
        self, make: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
        Journal().add(Step(ENDED, ["prod"], "service_access_report_organization", "1", ["unchanged", ""]))
        variables = self.variables(tmp_path)
        make(role_report).run(task_vars=variables)
        written = (tmp_path / "report" / "service-access.json").read_text()
        assert '"undeclared": 1' in written
        make(role_report).run(task_vars={**variables, "hostvars": {"prod": {}}})
        assert (tmp_path / "report" / "service-access.json").read_text() == written

    def test_one_host_of_a_batch_writes_if_run_once_was_skipped(
        self, make: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
        variables = {**self.variables(tmp_path), "ansible_play_batch": ["prod", "test"]}
        for host, changed in (("prod", True), ("test", False), ("prod", False), ("next batch", True)):
            result = make(role_report, run_once=False).run(
                task_vars={**variables, "inventory_hostname": host, "ansible_play_hosts": ["prod"]}
            )
            assert result["changed"] is changed

    def test_check_mode_says_what_would_be_written(self, make: Act, tmp_path: Path) -> None:
        result = make(role_report, check_mode=True).run(task_vars=self.variables(tmp_path))
        assert result["msg"][1].startswith("Would ")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"service_access_report_formats": ["pdf"]},
            {"service_access_report_title": {"a": "b"}, "service_access_report_formats": {"html": "yes"}},
            {"service_access_report_directory": ""},
            {"service_access_report_directory": "", "service_access_report_merge": []},
        ],
        ids=str,
    )
    def test_wrong_options(self, make: Act, tmp_path: Path, wrong: dict[str, Any]) -> None:
        with pytest.raises(VariableError, match=r"service_access_report_(formats|directory)"):
            make(role_report).act(self.variables(tmp_path, **wrong))

    @pytest.mark.parametrize(
        ("option", "value"),
        [("merge", []), ("merge", ""), ("merge", [" "]), ("since", ""), ("merge", ["no.json"]), ("since", "no.json")],
        ids=str,
    )
    def test_no_earlier_report(self, make: Act, tmp_path: Path, option: str, value: Any) -> None:
        with pytest.raises(VariableError, match=r"is empty or blank|No file matches|no\.json cannot be read"):
            make(role_report).act(self.variables(tmp_path, **{f"service_access_report_{option}": value}))

    def test_merged_reports_need_no_result_of_this_run(
        self, make: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
        Journal().add(Step(ENDED, ["prod"], "service_access_report_organization", "1", ["unchanged", ""]))
        variables = self.variables(tmp_path)
        make(role_report).act(variables)
        merge = {"service_access_report_merge": [str(tmp_path / "report" / "*.json")], "hostvars": {"prod": {}}}
        make(role_report).act({**variables, **merge})
        report = json.loads((tmp_path / "report" / "service-access.json").read_text())
        (organization,) = report["organizations"]
        assert organization["read_at"] == "2024-01-31T08:00:00Z"
        assert organization["stale"] is True

    def test_a_run_compares_with_the_report_before_it(
        self, make: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
        path = tmp_path / "report" / "service-access.json"
        variables = self.variables(tmp_path)
        make(role_report).act(variables)
        before = json.loads(path.read_text())
        path.write_text(json.dumps({**before, "organizations": []}))
        for _batch in range(2):
            make(role_report).act({**variables, "service_access_report_since": str(path)})
            changes = json.loads(path.read_text())["changes"]
            assert [entry["kind"] for entry in changes["entries"]] == ["came"]
