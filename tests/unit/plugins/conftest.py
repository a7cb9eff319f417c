# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The actions of the roles and playbooks in this process; only the module that they would run is replaced."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Callable

import pytest


@pytest.fixture
def ran() -> list[tuple[str, dict[str, Any]]]:
    """Return the modules that were run, with their arguments."""
    return []


@pytest.fixture
def make(ran: list[tuple[str, dict[str, Any]]]) -> Callable[..., Any]:
    """Make an action for a host with these variables, whose module returns these results in turn."""
    from ansible.parsing.dataloader import DataLoader  # noqa: PLC0415 - not there where only modules are tested
    from ansible.template import Templar  # noqa: PLC0415

    def build(action: Any, *results: dict[str, Any], **task: Any) -> Any:
        loader = DataLoader()
        defaults = {
            "run_once": True,
            "args": {},
            "check_mode": False,
            "diff": False,
            "module_defaults": [],
            "register": "service_access_result",
        }
        play = SimpleNamespace(_uuid="play", strategy="linear", get_vars=dict)
        built = action.ActionModule(
            task=SimpleNamespace(
                **{**defaults, **task},
                async_val=0,
                _uuid="task",
                get_play=lambda: play,
                get_first_parent_include=lambda: None,
                get_path=lambda: "playbook.yml:1",
                action="x",
            ),
            connection=SimpleNamespace(_shell=SimpleNamespace(tmpdir="")),
            play_context=None,
            loader=loader,
            templar=Templar(loader, variables={}),
            shared_loader_obj=None,
        )
        left = list(results)

        def execute(module_name: str, module_args: dict[str, Any], **_more: Any) -> dict[str, Any]:
            ran.append((module_name, module_args))
            return dict(left.pop(0))

        built._execute_module = execute
        return built

    return build
