# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""organizations_service_access, run in this process on the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ...fixtures import RunModule, numbered

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"
FORESIGHT = ["DescribeOrganization", "GetCallerIdentity"]


def pages(count: int) -> int:
    return max(1, -(-count // 20))


def after(result: dict[str, Any]) -> list[str]:
    return [entry["service_principal"] for entry in result["enabled_service_principals"]]


@pytest.fixture
def enabled(service_access_info: RunModule, emulator: EmulatorControl) -> Any:
    """What is enabled on the emulator, asked without leaving a trace in its log."""

    def ask() -> list[str]:
        emulator.clear_faults()
        return after(service_access_info())

    return ask


@pytest.mark.parametrize("count", [1, 20, 21, 40, 41, 200])
def test_no_change_costs_one_listing(service_access: RunModule, emulator: EmulatorControl, count: int) -> None:
    emulator.organization(enabled=numbered(count))
    result = service_access(numbered(count), purge_service_principals=True)
    assert result["changed"] is False
    assert after(result) == numbered(count)
    assert emulator.calls() == [LIST] * pages(count)


def test_no_change_in_an_empty_organization_costs_one_listing(
    service_access: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization()
    result = service_access(["config.amazonaws.com"], state="absent")
    assert result["changed"] is False
    assert after(result) == []
    assert emulator.calls() == [LIST]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("count", [0, 1, 20, 21, 40, 41, 200])
def test_a_change_costs_its_writes_and_one_more_listing(
    service_access: RunModule, emulator: EmulatorControl, count: int, wait: bool
) -> None:
    emulator.organization(enabled=numbered(count))
    added = numbered(3, first=500)
    result = service_access(added[::-1] + added, wait=wait)
    assert result["changed"] is True
    assert result["enabled"] == added
    assert result["disabled"] == []
    assert after(result) == numbered(count) + added
    confirmation = [LIST] * pages(count + 3) if wait else []
    assert emulator.calls() == [LIST] * pages(count) + [ENABLE] * 3 + confirmation
    assert [principal for _operation, principal in emulator.writes()] == added


def test_dates_are_known_after_waiting_and_not_before(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization()
    (quick,) = service_access(["guardduty.amazonaws.com"], wait=False)["enabled_service_principals"]
    assert quick == {
        "service_principal": "guardduty.amazonaws.com",
        "date_enabled": None,
        "service_name": "Amazon GuardDuty",
    }
    result = service_access(["guardduty.amazonaws.com", "config.amazonaws.com"])
    assert all(entry["date_enabled"].startswith("20") for entry in result["enabled_service_principals"])


def test_the_second_run_changes_nothing(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=["sso.amazonaws.com"])
    wanted = ["guardduty.amazonaws.com", "config.amazonaws.com"]
    assert service_access(wanted)["changed"] is True
    emulator.clear_requests()
    assert service_access(wanted)["changed"] is False
    assert emulator.calls() == [LIST]


def test_absent(service_access: RunModule, emulator: EmulatorControl, enabled: Any) -> None:
    emulator.organization(enabled=numbered(3))
    result = service_access([*numbered(2), "config.amazonaws.com"], state="absent")
    assert result["disabled"] == numbered(2)
    assert enabled() == numbered(1, first=2)


def test_exact_mode_enables_before_it_disables_and_keeps(
    service_access: RunModule, emulator: EmulatorControl, enabled: Any
) -> None:
    emulator.organization(enabled=["sso.amazonaws.com", *numbered(3)])
    result = service_access(
        ["guardduty.amazonaws.com", "svc-001.emulated.amazonaws.com"],
        purge_service_principals=True,
        keep_service_principals=["sso.*", "svc-002.emulated.amazonaws.com"],
    )
    assert emulator.writes() == [(ENABLE, "guardduty.amazonaws.com"), (DISABLE, "svc-000.emulated.amazonaws.com")]
    assert enabled() == after(result) == sorted(["guardduty.amazonaws.com", "sso.amazonaws.com", *numbered(2, first=1)])


@pytest.mark.parametrize("purge", [False, True])
def test_check_mode_foresees_what_the_run_does(
    service_access: RunModule, emulator: EmulatorControl, purge: bool
) -> None:
    emulator.organization(enabled=numbered(2))
    task = {"service_principals": ["config.amazonaws.com"], "purge_service_principals": purge, "diff": True}
    foreseen = service_access(**task, check_mode=True)
    assert emulator.calls() == [LIST, *([ADMINISTRATORS] * 2 if purge else []), *FORESIGHT]
    done = service_access(**task)
    for key in ("changed", "enabled", "disabled", "diff"):
        assert foreseen[key] == done[key]
    assert after(foreseen) == after(done)
    assert foreseen.keys() == done.keys()


def test_diff_only_when_asked_for(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=["sso.amazonaws.com"])
    assert "diff" not in service_access(["config.amazonaws.com"], check_mode=True)
    assert service_access(["config.amazonaws.com"], check_mode=True, diff=True)["diff"] == {
        "before": {"service_principals": ["sso.amazonaws.com"]},
        "after": {"service_principals": ["config.amazonaws.com", "sso.amazonaws.com"]},
    }


BAD_INPUT = [
    pytest.param({"service_principals": [""]}, "'' (blank)", id="empty"),
    pytest.param({"service_principals": ["  "]}, "(blank)", id="blank"),
    pytest.param({"service_principals": ["a.amazonaws.com\n"]}, "a.amazonaws.com\\n", id="newline"),
    pytest.param({"service_principals": ["a" * 129]}, "(129 characters)", id="too-long"),
    pytest.param({"service_principals": ["a b", "c", "d/e"]}, "'a b', 'd/e'", id="several"),
    pytest.param({"service_principals": ["gu\u0430rdduty.amazonaws.com"]}, "ASCII", id="look-alike"),
    pytest.param({"service_principals": []}, "service_principals is empty", id="empty-list"),
    pytest.param({"service_principals": [None]}, "invalid: '", id="null-entry"),
    pytest.param({"service_principals": [5]}, "null, a boolean, a number or a date", id="number-entry"),
    pytest.param({"service_principals": [True]}, "null, a boolean, a number or a date", id="boolean-entry"),
    pytest.param({"service_principals": [{"a": 1}]}, "{'a': 1}", id="dict-entry"),
    pytest.param({"service_principals": [["a"]]}, "['a']", id="list-entry"),
    pytest.param({"service_principals": {"a": 1}}, "service_principals", id="dict"),
    pytest.param({"service_principals": None}, "service_principals", id="missing"),
    pytest.param({"keep_service_principals": ["*\n"]}, "keep_service_principals", id="pattern"),
    pytest.param({"wait_timeout": -1}, "wait_timeout must be 0 to 86400 seconds", id="negative-time-out"),
    pytest.param({"wait_timeout": 10**400}, "wait_timeout must be 0 to 86400 seconds", id="endless-time-out"),
    pytest.param({"wait_timeout": "soon"}, "wait_timeout", id="time-out-no-number"),
    pytest.param({"state": "enabled"}, "present, absent", id="state"),
    pytest.param({"state": "absent", "purge_service_principals": True}, "goes with state=present", id="purge-absent"),
    pytest.param({"aws_config": {"nonsense": 1}}, "aws_config", id="aws-config"),
    pytest.param({"aws_config": {"retries": 3}}, "retries in aws_config must be a dictionary", id="retries"),
    pytest.param(
        {"aws_config": {"retries": {"total_max_attempts": "3"}}},
        "total_max_attempts of retries in aws_config must be a whole number",
        id="attempts",
    ),
    pytest.param({"aws_config": {"proxies": ["a"]}}, "proxies in aws_config must be a dictionary", id="proxies"),
    pytest.param({"aws_config": {"read_timeout": "5"}}, "read_timeout in aws_config must be a number", id="time-out"),
    pytest.param({"session_token": "TOKEN\n"}, "session_token holds a line break", id="token-with-newline"),
]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("options", "message"), BAD_INPUT)
def test_bad_input_fails_before_any_call(
    service_access: RunModule, emulator: EmulatorControl, options: dict[str, Any], message: str, check_mode: bool
) -> None:
    emulator.organization(enabled=["sso.amazonaws.com"])
    result = service_access(**{"service_principals": ["config.amazonaws.com"], **options}, check_mode=check_mode)
    assert result["failed"] is True
    assert message in result["msg"]
    assert "Traceback" not in result["msg"]
    assert emulator.calls() == []


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("page", [1, 2])
def test_a_page_without_its_key_never_makes_exact_mode_destroy(
    service_access: RunModule, emulator: EmulatorControl, enabled: Any, page: int, check_mode: bool
) -> None:
    emulator.organization(enabled=numbered(21))
    emulator.fault(LIST, after=page - 1, body="<html>Sign in</html>")
    result = service_access(numbered(1), purge_service_principals=True, check_mode=check_mode)
    assert result["failed"] is True
    assert result["error"]["code"] == "MalformedResponse"
    assert emulator.writes() == []
    assert enabled() == numbered(21)


def test_one_bad_principal_does_not_stop_the_others(
    service_access: RunModule, emulator: EmulatorControl, enabled: Any
) -> None:
    emulator.organization(enabled=["ds.amazonaws.com"])
    wanted = ["backup.amazonaws.com", "gaurdduty.amazonaws.com", "macie.amazonaws.com"]
    result = service_access(wanted, purge_service_principals=True, diff=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["enabled"] == ["backup.amazonaws.com", "macie.amazonaws.com"]
    assert result["disabled"] == []
    assert result["failed_service_principals"] == {
        "gaurdduty.amazonaws.com": {
            "code": "InvalidInputException",
            "reason": "UNRECOGNIZED_SERVICE_PRINCIPAL",
            "message": "You specified an unrecognized service principal.",
        }
    }
    assert result["not_attempted"] == ["ds.amazonaws.com"]
    assert result["error"]["code"] == "InvalidInputException"
    assert result["diff"]["after"]["service_principals"] == enabled()
    for part in ("gaurdduty.amazonaws.com", "Check the spelling", "enabled backup.amazonaws.com, macie.amazonaws.com"):
        assert part in result["msg"]
    assert emulator.calls()[:5] == [LIST, ADMINISTRATORS, ENABLE, ENABLE, ENABLE]  # no confirming listing


@pytest.mark.parametrize("position", [0, 10, 19])
def test_one_bad_principal_among_twenty(
    service_access: RunModule, emulator: EmulatorControl, enabled: Any, position: int
) -> None:
    emulator.organization()
    wanted = numbered(20)
    bad = wanted[position]
    emulator.fault(
        ENABLE,
        count=None,
        parameters={"ServicePrincipal": bad},
        code="InvalidInputException",
        reason="UNRECOGNIZED_SERVICE_PRINCIPAL",
    )
    result = service_access(wanted)
    assert list(result["failed_service_principals"]) == [bad]
    assert result["enabled"] == [name for name in wanted if name != bad] == enabled()
    assert service_access(wanted)["enabled"] == [bad]


def test_disabling_goes_on_after_one_failure(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(3))
    emulator.fault(DISABLE, after=1, code="ConstraintViolationException", reason="POLICY_TYPE_ENABLED_FOR_THIS_SERVICE")
    result = service_access(numbered(3), state="absent")
    assert result["failed"] is True
    assert result["disabled"] == ["svc-000.emulated.amazonaws.com", "svc-002.emulated.amazonaws.com"]
    assert result["not_attempted"] == []
    assert result["reason"] == "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"
    assert "DisablePolicyType" in result["msg"]


@pytest.mark.usefixtures("naps")
@pytest.mark.parametrize("position", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "fault",
    [
        {"code": "ExpiredTokenException", "message": "The security token included in the request is expired"},
        {"code": "AccessDeniedException"},
        {"code": "AWSOrganizationsNotInUseException"},
        {"code": "ConstraintViolationException", "reason": "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"},
        {"code": "TooManyRequestsException"},
        {"code": "BrandNewException"},
        {"reset": True},
    ],
    ids=lambda fault: fault.get("code", "reset"),
)
def test_an_error_that_hits_all_stops_at_once_and_tells_what_was_done(
    service_access: RunModule,
    emulator: EmulatorControl,
    enabled: Any,
    fault: dict[str, Any],
    position: int,
) -> None:
    old, new = numbered(2), numbered(2, first=500)
    emulator.organization(enabled=old)
    emulator.fault(ENABLE, after=position, count=None, **fault)
    if position >= 2:
        emulator.fault(DISABLE, after=position - 2, count=None, **fault)
    result = service_access(new, purge_service_principals=True)
    assert result["failed"] is True
    steps = [*new, *old]
    assert result["enabled"] + result["disabled"] == steps[:position]
    assert result["changed"] is (position > 0)
    assert list(result["failed_service_principals"]) == [steps[position]]
    assert result["not_attempted"] == steps[position + 1 :]
    assert result["error"]["code"] == fault.get("code", "ConnectionClosedError")
    assert enabled() == sorted({*old, *result["enabled"]} - set(result["disabled"]))
    assert service_access(new, purge_service_principals=True)["changed"] is True
    assert enabled() == new


def test_waiting_polls_until_the_listing_shows_the_change(
    service_access: RunModule, emulator: EmulatorControl, naps: list[float]
) -> None:
    emulator.organization()
    emulator.settings(stale_listings=3)
    result = service_access(["config.amazonaws.com"])
    assert after(result) == ["config.amazonaws.com"]
    assert emulator.calls() == [LIST, ENABLE, LIST, LIST, LIST, LIST]
    assert naps == [1.0, 2.0, 4.0]


def test_waiting_for_a_disable(service_access: RunModule, emulator: EmulatorControl, naps: list[float]) -> None:
    emulator.organization(enabled=["config.amazonaws.com"])
    emulator.settings(stale_listings=1)
    assert after(service_access(["config.amazonaws.com"], state="absent")) == []
    assert naps == [1.0]


def test_a_wait_that_times_out_tells_what_was_written(
    service_access: RunModule, emulator: EmulatorControl, naps: list[float]
) -> None:
    emulator.organization()
    emulator.settings(stale_listings=100)
    result = service_access(["config.amazonaws.com", "macie.amazonaws.com"], wait_timeout=10)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["enabled"] == result["not_visible_yet"] == ["config.amazonaws.com", "macie.amazonaws.com"]
    assert "wait_timeout" in result["msg"]
    assert "after 10 seconds" in result["msg"]
    assert sum(naps) == pytest.approx(10)


def test_a_failure_to_confirm_tells_what_was_written(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(1))
    emulator.fault(LIST, after=1, code="ExpiredTokenException")
    result = service_access(["config.amazonaws.com"], purge_service_principals=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["enabled"] == ["config.amazonaws.com"]
    assert result["disabled"] == numbered(1)
    assert result["error"]["code"] == "ExpiredTokenException"
    assert "enabled config.amazonaws.com; disabled svc-000.emulated.amazonaws.com" in result["msg"]


def test_the_alias_for_one_principal(run_module: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization()
    result = run_module("organizations_service_access", service_principal="config.amazonaws.com")
    assert result["enabled"] == ["config.amazonaws.com"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_secrets_stay_secret(service_access: RunModule, emulator: EmulatorControl, check_mode: bool) -> None:
    emulator.fault(LIST, code="UnrecognizedClientException", message="SECRET-KEY and SECRET-TOKEN are wrong")
    result = service_access(
        ["config.amazonaws.com"],
        check_mode=check_mode,
        secret_key="SECRET-KEY",
        session_token="SECRET-TOKEN",
        aws_config={"proxies": {"ftp": "http://me:SECRET-PROXY@proxy:1"}},
    )
    assert result["failed"] is True
    assert "SECRET" not in str(result)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param({"reset": True, "apply": True}, "ConnectionClosedError", id="reset"),
        pytest.param({"code": "ServiceException", "status": 500}, "ServiceException", id="fault-of-aws"),
        pytest.param({"body": "<html>Sign in</html>"}, "MalformedResponse", id="html"),
        pytest.param({"body": "[]"}, "MalformedResponse", id="json-list"),
    ],
)
@pytest.mark.usefixtures("naps")
def test_a_write_without_an_answer_of_aws_is_neither_done_nor_not_done(
    service_access: RunModule, emulator: EmulatorControl, fault: dict[str, Any], code: str
) -> None:
    emulator.organization()
    emulator.fault(ENABLE, count=None, **fault)
    result = service_access(["config.amazonaws.com", "macie.amazonaws.com"], wait=False)
    assert result["failed"] is True
    assert result["error"]["code"] == code
    assert result["enabled"] == []
    assert result["outcome_unknown"] == ["config.amazonaws.com"]
    assert result["not_attempted"] == ["macie.amazonaws.com"]
    assert "is unknown for config.amazonaws.com" in result["msg"]
