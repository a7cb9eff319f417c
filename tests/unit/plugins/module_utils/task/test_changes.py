# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes one by one: partial failure, unknown outcome, the bounded wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import (
    AnsibleOrganizationsError,
    MalformedResponseError,
    describe_error,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task import changes
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.changes import (
    Change,
    Progress,
    Waiting,
    wait_until_visible,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.engine import DesiredState, apply_changes
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, client_error, numbered, principals

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"
ENABLES = [Change("enable", name) for name in "abc"]
PLANNED = [*ENABLES, *(Change("disable", name) for name in "de")]
UNRECOGNIZED = client_error("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL")
DENIED = client_error("AccessDeniedException")


class Writes(DesiredState):
    """A state whose writes fail, change nothing or bring about others, by their subjects."""

    operations: Mapping[str, str] = MappingProxyType(dict.fromkeys(("enable", "disable", "designate"), ""))

    def __init__(
        self,
        failing: Mapping[Any, AnsibleOrganizationsError] = MappingProxyType({}),
        *,
        unnecessary: Sequence[str] = (),
        bring_about: Mapping[str, list[Change]] = MappingProxyType({}),
    ) -> None:
        self.failing, self.unnecessary, self.bring_about = failing, unnecessary, bring_about
        self.written: list[Change] = []

    def write(self, change: Change) -> bool:
        if change.subject in self.failing:
            raise self.failing[change.subject]
        self.written.append(change)
        return change.subject not in self.unnecessary

    def brought_about(self, change: Change) -> list[Change]:
        return self.bring_about.get(change.subject, [])

    def explain(self, _progress: Progress) -> list[str]:
        return ["It is dark."]


def failure_of(progress: Progress, failing: dict[str, AnsibleOrganizationsError]) -> AnsibleOrganizationsError:
    """Return the failure of a task in which the writes of these subjects fail."""
    with pytest.raises(AnsibleOrganizationsError) as failure:
        apply_changes([Writes(failing)], progress, blocks)
    return failure.value


def blocks(failed: Change, later: Change) -> bool:
    return (failed.verb, later.verb) == ("enable", "disable")


class InRegion(NamedTuple):
    name: str
    region: str

    def __str__(self) -> str:
        return f"{self.name} in {self.region}"


class RegionError(AnsibleOrganizationsError):
    @property
    def concerns_one_subject(self) -> bool:
        return True


def test_regions_of_one_name_are_together() -> None:
    subjects = [InRegion("a", "eu-west-1"), InRegion("b", "eu-west-1"), InRegion("a", "eu-west-2"), "c"]
    assert changes.names(subjects) == "a in eu-west-1 and eu-west-2, b in eu-west-1, c"
    assert changes.names([]) == "nothing"


def test_the_same_error_in_several_regions_is_told_once() -> None:
    def failed(region: str, why: str = "denied in") -> AnsibleOrganizationsError:
        message = f"{why} {region}"
        return RegionError(f"Could not list: {message}.", error={"code": "No", "message": message})

    subjects = [InRegion(name, region) for name in "ab" for region in ("eu-west-1", "eu-west-2", "eu-west-3")]
    failing: dict[Any, AnsibleOrganizationsError] = {
        subject: failed(subject.region) for subject in subjects if subject != subjects[1]
    }
    failing[subjects[3]] = failed("eu-west-1", "no answer from")
    failure = failure_of(Progress([Change("designate", subject) for subject in subjects]), failing).result()
    assert failure["msg"] == (
        "Failed to designate a in eu-west-1 and eu-west-3: Could not list: denied in eu-west-1. "
        "Failed to designate b in eu-west-1: Could not list: no answer from eu-west-1. "
        "Failed to designate b in eu-west-2 and eu-west-3: Could not list: denied in eu-west-2. "
        "It is dark. Done: designated a in eu-west-2. Not attempted: nothing."
    )


def test_the_same_words_with_other_remedies_are_told_apart() -> None:
    remedies = {"ap-east-1": "Enable it.", "af-south-1": "Get another session."}
    failing: dict[Any, AnsibleOrganizationsError] = {
        InRegion("a", region): RegionError(f"Refused in {region}. {remedy}", error={"code": "No", "message": "Refused"})
        for region, remedy in remedies.items()
    }
    failure = failure_of(Progress([Change("designate", subject) for subject in failing]), failing).result()
    for remedy in remedies.values():
        assert remedy in failure["msg"]


def test_changes_are_written_in_order() -> None:
    progress = Progress(PLANNED)
    writes = Writes()
    apply_changes([writes], progress, blocks)
    assert writes.written == progress.done == PLANNED
    assert (progress.not_attempted, progress.failures({"enable", "disable"}), progress.changed) == ([], [], True)
    assert progress.describe() == "enabled a, b, c; disabled d, e"


def test_a_change_that_aws_accepted_is_done_although_it_failed() -> None:
    error = AnsibleOrganizationsError("x", UNRECOGNIZED)
    error.was_written = True
    progress = Progress(ENABLES)
    failure = failure_of(progress, {"b": error})
    assert progress.subjects("enable") == ["a", "b", "c"]
    assert failure.message.startswith("Failed to enable b: ")
    assert "Done: enabled a, b, c." in failure.message


def test_what_a_change_brought_about_is_not_written_again() -> None:
    progress = Progress(ENABLES)
    writes = Writes(bring_about={"a": ENABLES[2:]})
    apply_changes([writes], progress, blocks)
    assert writes.written == ENABLES[:2]
    assert sorted(progress.subjects("enable")) == ["a", "b", "c"]


def test_what_somebody_else_did_is_neither_done_nor_left_to_do() -> None:
    progress = Progress(PLANNED)
    apply_changes([Writes(unnecessary=["a", "c", "d", "e"])], progress, blocks)
    assert progress.describe() == "enabled b; disabled nothing"
    assert progress.not_attempted == []
    assert [change.subject for change in progress.unnecessary] == ["a", "c", "d", "e"]


def test_check_mode_says_what_would_happen() -> None:
    progress = Progress(PLANNED, show=str.upper, foreseen=True)
    failure = failure_of(progress, {"b": AnsibleOrganizationsError("x", UNRECOGNIZED)})
    assert failure.message.startswith("Would fail to enable b: InvalidInputException")
    assert failure.message.endswith("It is dark. Would be done: enabled a, c; disabled nothing. Not attempted: d, e.")
    assert failure.result()["not_attempted"] == ["D", "E"]


@pytest.mark.parametrize(("verb", "past"), [("enable", "enabled a"), ("deregister", "deregistered a")])
def test_verbs_in_the_past(verb: str, past: str) -> None:
    changes = [Change(verb, "a")]
    assert Progress(changes, done=changes).describe() == past


def test_errors_about_one_subject_stop_only_what_they_block() -> None:
    other = client_error("ConstraintViolationException")
    failing = {"a": AnsibleOrganizationsError("x", other), "c": AnsibleOrganizationsError("x", UNRECOGNIZED)}
    progress = Progress(PLANNED)
    failure = failure_of(progress, failing)
    words = describe_error(UNRECOGNIZED)
    assert failure.message == (
        f"Failed to enable a: {describe_error(other)} Failed to enable c: {words} "
        "It is dark. Done: enabled b; disabled nothing. Not attempted: d, e."
    )
    assert failure.result() == {
        "msg": failure.message,
        "error": {"code": words.code, "message": words.message},
        "reason": words.reason,
        "request_id": "r-1",
        "not_attempted": ["d", "e"],
    }
    assert progress.failures({"enable"}) == [
        ("a", {"code": "ConstraintViolationException", "reason": None, "message": words.message}),
        ("c", {"code": words.code, "reason": words.reason, "message": words.message}),
    ]


def test_any_other_error_ends_the_task_at_once() -> None:
    failure = failure_of(Progress(PLANNED), {"b": AnsibleOrganizationsError("Failed to enable", DENIED)})
    assert failure.result()["not_attempted"] == ["c", "d", "e"]
    assert "outcome_unknown" not in failure.result()


def test_a_write_without_a_valid_response_is_unknown() -> None:
    error = MalformedResponseError("Not JSON.")
    error.leaves_outcome_unknown = True
    failure = failure_of(Progress(PLANNED), {"a": error})
    assert "Done: disabled nothing." in failure.message
    assert failure.message.startswith("Failed to enable a: Not JSON. This is not a valid response from AWS")
    assert failure.message.endswith(
        "Not attempted: b, c, d, e. It is unknown whether AWS applied the change for a; the next run shows it."
    )
    assert failure.result()["outcome_unknown"] == ["a"]


def listing_after(reads: int) -> Any:
    """Return a listing that shows the changes of PLANNED only after so many reads."""
    states = iter([{"d"}] * reads + [set("abc")] * 9)
    return lambda: next(states)


def wait(reads: int, seconds: float) -> set[str]:
    progress = Progress(PLANNED, done=PLANNED)

    def shows(state: set[str], change: Change) -> bool:
        return (change.subject in state) == (change.verb == "enable")

    waiting = Waiting(seconds)
    return wait_until_visible(progress, PLANNED, listing_after(reads), shows, waiting=waiting, listing="service access")


@pytest.mark.parametrize(("reads", "pauses"), [(0, []), (1, [1]), (3, [1, 2, 4]), (5, [1, 2, 4, 5, 5])])
def test_the_listing_is_read_until_it_shows_the_changes(
    fake_clock: list[float], reads: int, pauses: list[float]
) -> None:
    assert wait(reads, 60) == set("abc")
    assert fake_clock == pauses


@pytest.mark.parametrize(("seconds", "pauses"), [(0, []), (0.5, [0.5]), (10, [1, 2, 4, 3])])
def test_the_wait_ends_with_the_timeout(fake_clock: list[float], seconds: float, pauses: list[float]) -> None:
    with pytest.raises(AnsibleOrganizationsError) as failure:
        wait(9, seconds)
    assert fake_clock == pauses
    assert failure.value.result() == {"msg": failure.value.message, "not_visible_yet": ["a", "b", "c", "d"]}
    for part in (
        f"The changes were written (enabled a, b, c; disabled d, e), but after {seconds:g} seconds the listing of "
        "service access does not show these yet: a, b, c, d. ",
        "Run the task again",
        "raise wait_timeout",
    ):
        assert part in failure.value.message


def test_a_timeout_counts_once_for_everything(fake_clock: list[float]) -> None:
    waiting = Waiting(10)
    reads = waiting.attempts()
    for pauses in ([], [1], [1, 2]):
        next(reads)
        assert fake_clock == pauses
    changes.time.sleep(100)  # a write takes nothing of it
    fake_clock.clear()
    assert len(list(waiting.attempts())) == 4
    assert fake_clock == [1, 2, 4]
    assert len(list(waiting.attempts())) == 1


def test_a_listing_that_fails_does_not_hide_what_was_written() -> None:
    def read() -> None:
        raise AnsibleOrganizationsError("Failed to list", DENIED, extra="kept")

    progress = Progress(PLANNED, done=ENABLES)
    with pytest.raises(AnsibleOrganizationsError) as failure:
        wait_until_visible(progress, ENABLES, read, lambda *_: True, waiting=Waiting(60), listing="service access")
    written = "The changes were written (enabled a, b, c; disabled nothing) but could not be confirmed."
    assert failure.value.message.startswith(f"{written} Failed to list: AccessDeniedException")
    assert failure.value.result()["error"]["code"] == "AccessDeniedException"
    assert failure.value.result()["extra"] == "kept"


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


@pytest.mark.usefixtures("fake_clock")
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
def test_a_general_error_stops_at_once_and_tells_what_was_done(
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


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param({"reset": True, "apply": True}, "ConnectionClosedError", id="reset"),
        pytest.param({"code": "ServiceException", "status": 500}, "ServiceException", id="fault-of-aws"),
        pytest.param({"body": "<html>Sign in</html>"}, "MalformedResponse", id="html"),
        pytest.param({"body": "[]"}, "MalformedResponse", id="json-list"),
    ],
)
@pytest.mark.usefixtures("fake_clock")
def test_a_write_without_a_response_is_neither_done_nor_undone(
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
    assert "is unknown whether AWS applied the change for config.amazonaws.com" in result["msg"]


def test_waiting_polls_until_the_listing_shows_the_change(
    service_access: RunModule, emulator: EmulatorControl, fake_clock: list[float]
) -> None:
    emulator.organization()
    emulator.settings(stale_listings=3)
    result = service_access(["config.amazonaws.com"])
    assert principals(result) == ["config.amazonaws.com"]
    assert emulator.calls() == [LIST, ENABLE, LIST, LIST, LIST, LIST]
    assert fake_clock == [1.0, 2.0, 4.0]


def test_waiting_for_a_disable(service_access: RunModule, emulator: EmulatorControl, fake_clock: list[float]) -> None:
    emulator.organization(enabled=["config.amazonaws.com"])
    emulator.settings(stale_listings=1)
    assert principals(service_access(["config.amazonaws.com"], state="absent")) == []
    assert fake_clock == [1.0]


def test_a_wait_that_times_out_tells_what_was_written(
    service_access: RunModule, emulator: EmulatorControl, fake_clock: list[float]
) -> None:
    emulator.organization()
    emulator.settings(stale_listings=100)
    result = service_access(["config.amazonaws.com", "macie.amazonaws.com"], wait_timeout=10)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["enabled"] == result["not_visible_yet"] == ["config.amazonaws.com", "macie.amazonaws.com"]
    assert "wait_timeout" in result["msg"]
    assert "after 10 seconds" in result["msg"]
    assert sum(fake_clock) == pytest.approx(10)


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


def test_others_not_attempted_are_named_with_their_verbs() -> None:
    progress = Progress(PLANNED)
    assert progress.others_not_attempted(["b", "d"]) == " Not attempted either: enable a, c; disable e."
    assert progress.others_not_attempted("abcde") == ""
