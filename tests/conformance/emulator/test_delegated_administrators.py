# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's rules for delegated administrators, and for what they and policy types prevent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import numbered

from .helpers import ADMINISTRATOR, CONFIG, GUARDDUTY, MEMBER, STRANGER, client_of, message_of, refused

CAPACITY_MANAGER = "ec2.capacitymanager.amazonaws.com"
RAM = "ram.amazonaws.com"
SECURITY_HUB = "securityhub.amazonaws.com"
CONSTRAINT = "ConstraintViolationException"
SUSPENDED = "444444444444"
REGISTRATION = {"AccountId": ADMINISTRATOR, "ServicePrincipal": GUARDDUTY}


def make_organization(emulator: EmulatorControl, **arguments: Any) -> None:
    members = {ADMINISTRATOR: "security", MEMBER: "plain", SUSPENDED: "closed"}
    enabled = [CONFIG, GUARDDUTY, RAM, CAPACITY_MANAGER]
    emulator.organization(**{"enabled": enabled, "members": members, "suspended": [SUSPENDED], **arguments})


def test_register_list_and_deregister(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    botocore_client.register_delegated_administrator(**REGISTRATION)
    botocore_client.register_delegated_administrator(AccountId=ADMINISTRATOR, ServicePrincipal=CONFIG)
    botocore_client.register_delegated_administrator(AccountId=MEMBER, ServicePrincipal=CONFIG)

    def listed(**arguments: str) -> list[str]:
        listing = botocore_client.list_delegated_administrators(**arguments)["DelegatedAdministrators"]
        return [entry["Id"] for entry in listing]

    assert listed() == listed(ServicePrincipal=CONFIG) == [ADMINISTRATOR, MEMBER]
    assert listed(ServicePrincipal=GUARDDUTY) == [ADMINISTRATOR]
    assert listed(ServicePrincipal="macie.amazonaws.com") == []
    services = botocore_client.list_delegated_services_for_account(AccountId=ADMINISTRATOR)["DelegatedServices"]
    assert [entry["ServicePrincipal"] for entry in services] == [CONFIG, GUARDDUTY]
    botocore_client.deregister_delegated_administrator(**REGISTRATION)
    assert listed() == [ADMINISTRATOR, MEMBER]
    botocore_client.deregister_delegated_administrator(AccountId=ADMINISTRATOR, ServicePrincipal=CONFIG)
    assert listed() == [MEMBER]


@pytest.mark.parametrize(
    ("account_id", "principal", "code", "reason", "message"),
    [
        (
            ADMINISTRATOR,
            "macie.amazonaws.com",
            CONSTRAINT,
            "SERVICE_ACCESS_NOT_ENABLED",
            "You must enable service access before you delegate an administrator for this service. "
            "Call the AWS API EnableAWSServiceAccess first.",
        ),
        (
            MANAGEMENT_ACCOUNT,
            CONFIG,
            CONSTRAINT,
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register management account/yourself as delegated administrator for your organization.",
        ),
        (
            SUSPENDED,
            CONFIG,
            CONSTRAINT,
            "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register a suspended account as a delegated administrator.",
        ),
        (STRANGER, CONFIG, "AccountNotFoundException", None, "You specified an account that doesn't exist."),
        (
            ADMINISTRATOR,
            RAM,
            "InvalidInputException",
            "UNRECOGNIZED_SERVICE_PRINCIPAL",
            "You specified an unrecognized service principal.",
        ),
    ],
)
def test_registrations_that_aws_refuses(
    botocore_client: Any,
    emulator: EmulatorControl,
    account_id: str,
    principal: str,
    code: str,
    reason: str | None,
    message: str,
) -> None:
    make_organization(emulator)
    arguments = {"AccountId": account_id, "ServicePrincipal": principal}
    assert refused(botocore_client.register_delegated_administrator, **arguments) == (code, reason)
    assert message_of(botocore_client.register_delegated_administrator, **arguments) == message
    assert botocore_client.list_delegated_administrators()["DelegatedAdministrators"] == []


def test_registering_twice(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    register = botocore_client.register_delegated_administrator
    register(**REGISTRATION)
    assert refused(register, **REGISTRATION) == ("AccountAlreadyRegisteredException", None)
    assert message_of(register, **REGISTRATION) == (
        "The provided account is already a delegated administrator for your organization."
    )


@pytest.mark.parametrize(("principal", "limit"), [(GUARDDUTY, 1), (CONFIG, 3), ("health.amazonaws.com", 5)])
def test_limits(botocore_client: Any, emulator: EmulatorControl, principal: str, limit: int) -> None:
    accounts = [f"{number:012}" for number in range(1, 12)]
    emulator.organization(enabled=[principal, *numbered(1)], members=dict.fromkeys(accounts, "member"))
    register = botocore_client.register_delegated_administrator
    for account_id in accounts[:limit]:
        register(AccountId=account_id, ServicePrincipal=principal)
    one_more = {"AccountId": accounts[limit], "ServicePrincipal": principal}
    reason = "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED"
    assert refused(register, **one_more) == (CONSTRAINT, reason)
    assert message_of(register, **one_more) == (
        "You have exceeded the allowed number of delegated administrators for the delegated service."
    )
    botocore_client.deregister_delegated_administrator(AccountId=accounts[0], ServicePrincipal=principal)
    register(**one_more)
    for account_id in accounts:  # no limit is documented
        register(AccountId=account_id, ServicePrincipal=numbered(1)[0])


def test_deregistrations_that_aws_refuses(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator, delegated_administrators={GUARDDUTY: [ADMINISTRATOR]})
    deregister = botocore_client.deregister_delegated_administrator
    not_registered = ("AccountNotRegisteredException", None)
    assert refused(deregister, AccountId=ADMINISTRATOR, ServicePrincipal=CONFIG) == not_registered
    assert refused(deregister, AccountId=MEMBER, ServicePrincipal=GUARDDUTY) == not_registered
    unknown = {"AccountId": STRANGER, "ServicePrincipal": GUARDDUTY}
    assert refused(deregister, **unknown) == ("AccountNotFoundException", None)
    member = client_of(emulator, ADMINISTRATOR)
    assert refused(member.deregister_delegated_administrator, **REGISTRATION) == ("AccessDeniedException", None)


def test_the_services_of_an_account(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator, delegated_administrators={GUARDDUTY: [ADMINISTRATOR]})
    services = botocore_client.list_delegated_services_for_account
    assert refused(services, AccountId=MEMBER) == ("AccountNotRegisteredException", None)
    assert refused(services, AccountId=MANAGEMENT_ACCOUNT) == ("AccountNotRegisteredException", None)
    assert refused(services, AccountId=STRANGER) == ("AccountNotFoundException", None)
    (own,) = client_of(emulator, ADMINISTRATOR).list_delegated_services_for_account(AccountId=ADMINISTRATOR)[
        "DelegatedServices"
    ]
    assert own["ServicePrincipal"] == GUARDDUTY


def test_services_without_delegated_administrators(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    assert botocore_client.list_delegated_administrators(ServicePrincipal=RAM)["DelegatedAdministrators"] == []
    emulator.settings(refuse_listing_without_delegated_administrators=True)
    expected = ("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL")
    assert refused(botocore_client.list_delegated_administrators, ServicePrincipal=RAM) == expected
    assert botocore_client.list_delegated_administrators(ServicePrincipal=CONFIG)["DelegatedAdministrators"] == []


def test_an_account_that_was_suspended_later_stays_registered(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator, delegated_administrators={GUARDDUTY: [SUSPENDED]})
    (listed,) = botocore_client.list_delegated_administrators(ServicePrincipal=GUARDDUTY)["DelegatedAdministrators"]
    assert (listed["Id"], listed["Status"]) == (SUSPENDED, "SUSPENDED")
    assert botocore_client.describe_account(AccountId=SUSPENDED)["Account"]["Status"] == "SUSPENDED"
    assert botocore_client.describe_account(AccountId=MEMBER)["Account"]["Status"] == "ACTIVE"


def test_accounts_that_cannot_be_removed(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator, delegated_administrators={GUARDDUTY: [ADMINISTRATOR]})
    remove = botocore_client.remove_account_from_organization
    reason = "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"
    assert refused(remove, AccountId=ADMINISTRATOR) == (CONSTRAINT, reason)
    assert message_of(remove, AccountId=ADMINISTRATOR) == (
        "You cannot remove a delegated administrator from the organization without de-registering the account."
    )
    assert refused(remove, AccountId=MANAGEMENT_ACCOUNT) == ("MasterCannotLeaveOrganizationException", None)
    assert refused(remove, AccountId=STRANGER) == ("AccountNotFoundException", None)
    botocore_client.deregister_delegated_administrator(**REGISTRATION)
    remove(AccountId=ADMINISTRATOR)
    assert refused(botocore_client.describe_account, AccountId=ADMINISTRATOR) == ("AccountNotFoundException", None)
    member = client_of(emulator, ADMINISTRATOR)
    assert refused(member.describe_organization) == ("AWSOrganizationsNotInUseException", None)


@pytest.mark.parametrize(
    ("setting", "refusals"),
    [("documented", [CAPACITY_MANAGER]), ("always", [CAPACITY_MANAGER, GUARDDUTY]), ("never", [])],
)
def test_disabling_with_delegated_administrators(
    botocore_client: Any, emulator: EmulatorControl, setting: str, refusals: list[str]
) -> None:
    registered = [CAPACITY_MANAGER, GUARDDUTY]
    make_organization(emulator, delegated_administrators={key: [ADMINISTRATOR] for key in registered})
    emulator.settings(refuse_disable_with_delegated_administrators=setting)
    disable = botocore_client.disable_aws_service_access
    for principal in registered:
        if principal in refusals:
            reason = "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"
            assert refused(disable, ServicePrincipal=principal) == (CONSTRAINT, reason)
            assert message_of(disable, ServicePrincipal=principal) == (
                "You have delegated administrator/s for this service. "
                "De-register them in order to disable service access."
            )
            botocore_client.deregister_delegated_administrator(AccountId=ADMINISTRATOR, ServicePrincipal=principal)
        disable(ServicePrincipal=principal)
    listing = botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [entry["ServicePrincipal"] for entry in listing] == [CONFIG, RAM]


def test_disabling_while_a_policy_type_is_enabled(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator, enabled=[SECURITY_HUB, CONFIG], policy_types=["SECURITYHUB_POLICY", "TAG_POLICY"])
    disable = botocore_client.disable_aws_service_access
    disable(ServicePrincipal=CONFIG)
    assert refused(disable, ServicePrincipal=SECURITY_HUB) == (CONSTRAINT, "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE")
    (root,) = botocore_client.list_roots()["Roots"]
    enabled = [{"Type": name, "Status": "ENABLED"} for name in ("SECURITYHUB_POLICY", "TAG_POLICY")]
    assert root["PolicyTypes"] == enabled
    botocore_client.disable_policy_type(RootId=root["Id"], PolicyType="SECURITYHUB_POLICY")
    disable(ServicePrincipal=SECURITY_HUB)
    assert botocore_client.list_roots()["Roots"][0]["PolicyTypes"] == enabled[1:]


def test_enabling_policy_types(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    root = botocore_client.list_roots()["Roots"][0]["Id"]
    policy_type = {"RootId": root, "PolicyType": "GUARDDUTY_POLICY"}
    assert refused(botocore_client.disable_policy_type, **policy_type) == ("PolicyTypeNotEnabledException", None)
    answer = botocore_client.enable_policy_type(**policy_type)["Root"]
    assert answer["PolicyTypes"] == [{"Type": "GUARDDUTY_POLICY", "Status": "ENABLED"}]
    assert refused(botocore_client.enable_policy_type, **policy_type) == ("PolicyTypeAlreadyEnabledException", None)
    other = {"RootId": "r-zzzz", "PolicyType": "GUARDDUTY_POLICY"}
    assert refused(botocore_client.enable_policy_type, **other) == ("RootNotFoundException", None)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("ACTIVE", "ACTIVE"),
        ("SUSPENDED", "SUSPENDED"),
        ("PENDING_CLOSURE", "PENDING_CLOSURE"),
        ("CLOSED", "SUSPENDED"),
        ("PENDING_ACTIVATION", "ACTIVE"),
    ],
)
@pytest.mark.parametrize("members", [["State", "Status"], ["State"], ["Status"], []])
def test_account_states(
    botocore_client: Any, emulator: EmulatorControl, state: str, status: str, members: list[str]
) -> None:
    make_organization(emulator, account_states={MEMBER: state}, delegated_administrators={CONFIG: [MEMBER]})
    emulator.settings(account_state_members=members)
    described = botocore_client.describe_account(AccountId=MEMBER)["Account"]
    (listed,) = (each for each in botocore_client.list_accounts()["Accounts"] if each["Id"] == MEMBER)
    (administrator,) = botocore_client.list_delegated_administrators()["DelegatedAdministrators"]
    everything = {"State": state, "Status": status}
    for account in (described, listed, administrator):
        shown = {name: account[name] for name in everything if name in account}
        assert shown == {name: everything[name] for name in members}


def test_closing_an_account(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    botocore_client.close_account(AccountId=MEMBER)
    account = botocore_client.describe_account(AccountId=MEMBER)["Account"]
    assert (account["State"], account["Status"]) == ("CLOSED", "SUSPENDED")
    assert refused(botocore_client.close_account, AccountId=MEMBER)[0] == "AccountAlreadyClosedException"
    registration = {"AccountId": MEMBER, "ServicePrincipal": CONFIG}
    code, reason = refused(botocore_client.register_delegated_administrator, **registration)
    assert (code, reason) == (
        "ConstraintViolationException",
        "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
    )
