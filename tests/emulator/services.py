# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The APIs with which services switch their own access to an organization.

BC = documentation strings in botocore's models, GUIDE = AWS Organizations user guide. AWS documents little about what
these switches do when there is nothing to switch, or while another switch is at work; such rules are marked as guesses.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from moto.iam.models import iam_backends
from moto.organizations.exceptions import OrganizationsClientError
from moto.organizations.models import organizations_backends
from moto.utilities.utils import get_partition

from .backend import EmulatedOrganizations
from .callers import Role
from .protocols import CBOR, CBOR_HEADERS, REQUEST_ID, Answer, cbor
from .settings import SETTINGS

ENABLED, DISABLED, PENDING, FAILED = "ENABLED", "DISABLED", "PENDING", "FAILED"
HEALTH = "health.amazonaws.com"
NETWORK_MANAGER = "networkmanager.amazonaws.com"
NOTIFICATIONS = "notifications.amazon.com"
RAM = "ram.amazonaws.com"
REACHABILITY_ANALYZER = "reachabilityanalyzer.networkinsights.amazonaws.com"
SERVICE_CATALOG = "servicecatalog.amazonaws.com"
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
WELL_ARCHITECTED = "wellarchitected.amazonaws.com"
RAM_ROLE = "AWSServiceRoleForResourceAccessManager"  # AWS RAM user guide, "Using service-linked roles"
# BC, each service's error of a change that is under way; for Service Catalog a guess.
UNDER_WAY = {HEALTH: "ConcurrentModificationException", SERVICE_CATALOG: "InvalidStateException"}
# Delegated administrators have to be deregistered first: StackSets user guide, BC DisableAWSOrganizationsAccess, GUIDE
# network-manager. The codes are guesses.
ADMINISTRATORS_FIRST = {
    NETWORK_MANAGER: "ConflictException",
    SERVICE_CATALOG: "InvalidStateException",
    STACK_SETS: "InvalidOperationException",
}
# GUIDE and BC say so of the disabling of all but Well-Architected, whose page says nothing: it keeps service access.
DISABLES_SERVICE_ACCESS = (HEALTH, NETWORK_MANAGER, NOTIFICATIONS, SERVICE_CATALOG, STACK_SETS)


class ServiceError(Exception):
    """An error of one of these services: status, code, message."""

    def __init__(self, status: int, code: str, message: str = "The emulator refuses the request.") -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class OwnState:
    """The state of a service: what it is, or becomes after ``pending_reads`` further reads."""

    value: str = DISABLED
    pending_reads: int = 0

    def read(self) -> str:
        """Return the value, PENDING while a change is under way."""
        if not self.pending_reads:
            return self.value
        self.pending_reads -= 1
        return PENDING


class Services:
    """The states of the services in one organization."""

    def __init__(self, organization: EmulatedOrganizations) -> None:
        self._organization = organization
        self._states: dict[str, OwnState] = organization.own_states

    def _state(self, principal: str) -> OwnState:
        return self._states.setdefault(principal, OwnState())

    def read(self, principal: str) -> str:
        return self._state(principal).read()

    def switch(self, principal: str, value: str) -> None:
        """Begin a change of the state, and make that of service access."""
        state = self._state(principal)
        if state.pending_reads and principal in UNDER_WAY:
            raise ServiceError(400, UNDER_WAY[principal], "A change is already in progress.")
        registered = self._organization._administrators_of(principal)
        if value == DISABLED and registered and principal in ADMINISTRATORS_FIRST:
            raise ServiceError(400, ADMINISTRATORS_FIRST[principal], "Deregister the delegated administrators first.")
        if principal not in SETTINGS.service_api_leaves_service_access:
            self._change_service_access(principal, value)
        asynchronous = principal in (HEALTH, NOTIFICATIONS, SERVICE_CATALOG)
        state.pending_reads = SETTINGS.service_api_pending_reads if asynchronous and state.value != value else 0
        state.value = FAILED if value == ENABLED and principal in SETTINGS.service_api_failures else value

    def _change_service_access(self, principal: str, value: str) -> None:
        try:
            if value == ENABLED:
                self._organization.enable_aws_service_access(ServicePrincipal=principal)
            elif principal in DISABLES_SERVICE_ACCESS:
                self._organization.disable_aws_service_access(ServicePrincipal=principal)
        except OrganizationsClientError as error:
            raise ServiceError(400, error.code, error.message) from error


def seed_services(organization: EmulatedOrganizations, own_states: Mapping[str, str]) -> None:
    """Give the services of an organization states, {service principal: value}.

    PENDING becomes ENABLED, DISABLING becomes DISABLED after as many reads as the settings say, but at least one.
    """
    for principal, value in own_states.items():
        reads = max(1, SETTINGS.service_api_pending_reads) if value in (PENDING, "DISABLING") else 0
        settled = {PENDING: ENABLED, "DISABLING": DISABLED}.get(value, value)
        organization.own_states[principal] = OwnState(settled, reads)
        if principal == RAM and settled == ENABLED:
            create_ram_role(organization)


Handler = Callable[[Services, Mapping[str, Any]], "dict[str, Any]"]


def _switches(principal: str, value: str) -> Handler:
    def handle(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        services.switch(principal, value)
        return {}

    return handle


def _enable_ram(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """RAM user guide, "Enable resource sharing within AWS Organizations": service access, the role, true.

    moto's own returns true without the two. Repeating it: a guess, Terraform calls it without looking.
    """
    services.switch(RAM, ENABLED)
    create_ram_role(services._organization)
    return {"returnValue": True}


def create_ram_role(organization: EmulatedOrganizations) -> None:
    """Create the service-linked role, which moto would name AWSServiceRoleForram."""
    iam = iam_backends[organization.account_id][organization.partition]
    if not any(role.name == RAM_ROLE for role in iam.roles.values()):
        iam.create_role(RAM_ROLE, "{}", "/aws-service-role/ram.amazonaws.com/", None, "", [], "3600")


def _enable_reachability_analyzer(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: ReturnValue true. Reachability Analyzer guide, "Enable trusted access": enables service access."""
    services.switch(REACHABILITY_ANALYZER, ENABLED)
    return {"ReturnValue": True}


def _read_health(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: ENABLED, DISABLED, PENDING."""
    return {"healthServiceAccessStatusForOrganization": services.read(HEALTH)}


def _read_service_catalog(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: ENABLED, UNDER_CHANGE, DISABLED."""
    value = services.read(SERVICE_CATALOG)
    return {"AccessStatus": "UNDER_CHANGE" if value == PENDING else value}


def _read_notifications(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: ENABLED, DISABLED, PENDING, FAILED."""
    return {"notificationsAccessForOrganization": {"accessStatus": services.read(NOTIFICATIONS)}}


def _read_stack_sets(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: ENABLED, DISABLED, DISABLED_PERMANENTLY."""
    return {"Status": services.read(STACK_SETS)}


def _read_well_architected(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: the account's settings."""
    return {"OrganizationSharingStatus": services.read(WELL_ARCHITECTED), "DiscoveryIntegrationStatus": DISABLED}


def _update_well_architected(services: Services, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: what is not sent stays; the Well-Architected guide, "Sharing": it enables sharing with AWS Organizations."""
    if "OrganizationSharingStatus" in parameters:
        services.switch(WELL_ARCHITECTED, parameters["OrganizationSharingStatus"])
    return {}


def _read_network_manager(services: Services, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: ENABLED or DISABLED, and the deployment of roles. What it returns before the first switch is a guess."""
    if NETWORK_MANAGER not in services._states:
        return {"OrganizationStatus": {}}
    status = {"OrganizationAwsServiceAccessStatus": services.read(NETWORK_MANAGER), "SLRDeploymentStatus": "SUCCEEDED"}
    return {"OrganizationStatus": status}


def _update_network_manager(services: Services, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: Action is ENABLE or DISABLE."""
    if parameters.get("Action") not in ("ENABLE", "DISABLE"):
        raise ServiceError(400, "ValidationException", "Action must be ENABLE or DISABLE.")
    services.switch(NETWORK_MANAGER, f"{parameters['Action']}D")
    return _read_network_manager(services, {})


HANDLERS: dict[tuple[str, str], Handler] = {
    ("cloudformation", "ActivateOrganizationsAccess"): _switches(STACK_SETS, ENABLED),
    ("cloudformation", "DeactivateOrganizationsAccess"): _switches(STACK_SETS, DISABLED),
    ("cloudformation", "DescribeOrganizationsAccess"): _read_stack_sets,
    ("ec2", "EnableReachabilityAnalyzerOrganizationSharing"): _enable_reachability_analyzer,
    ("health", "DescribeHealthServiceStatusForOrganization"): _read_health,
    ("health", "DisableHealthServiceAccessForOrganization"): _switches(HEALTH, DISABLED),
    ("health", "EnableHealthServiceAccessForOrganization"): _switches(HEALTH, ENABLED),
    ("networkmanager", "ListOrganizationServiceAccessStatus"): _read_network_manager,
    ("networkmanager", "StartOrganizationServiceAccessUpdate"): _update_network_manager,
    ("notifications", "DisableNotificationsAccessForOrganization"): _switches(NOTIFICATIONS, DISABLED),
    ("notifications", "EnableNotificationsAccessForOrganization"): _switches(NOTIFICATIONS, ENABLED),
    ("notifications", "GetNotificationsAccessForOrganization"): _read_notifications,
    ("ram", "EnableSharingWithAwsOrganization"): _enable_ram,
    ("servicecatalog", "DisableAWSOrganizationsAccess"): _switches(SERVICE_CATALOG, DISABLED),
    ("servicecatalog", "EnableAWSOrganizationsAccess"): _switches(SERVICE_CATALOG, ENABLED),
    ("servicecatalog", "GetAWSOrganizationsAccessStatus"): _read_service_catalog,
    ("wellarchitected", "GetGlobalSettings"): _read_well_architected,
    ("wellarchitected", "UpdateGlobalSettings"): _update_well_architected,
}
# BC: the reads that a delegated administrator may make too; of StackSets with CallAs=DELEGATED_ADMIN.
DELEGATED_ADMINISTRATORS = ("DescribeOrganizationsAccess", "GetAWSOrganizationsAccessStatus")
# Each service's own code for a caller that may not (BC; EC2 and CloudFormation: their common errors).
DENIED = {
    "cloudformation": (403, "AccessDenied"),
    "ec2": (403, "UnauthorizedOperation"),
    "ram": (400, "OperationNotPermittedException"),
}


# {(service, method, path): operation} of those with a path of their own (BC). Written out, because an old botocore
# lacks some of the services.
REST_OPERATIONS = {
    ("account", "POST", "/listRegions"): "ListRegions",
    ("detective", "POST", "/orgs/adminAccountslist"): "ListOrganizationAdminAccounts",
    ("detective", "POST", "/orgs/disableAdminAccount"): "DisableOrganizationAdminAccount",
    ("detective", "POST", "/orgs/enableAdminAccount"): "EnableOrganizationAdminAccount",
    ("guardduty", "GET", "/admin"): "ListOrganizationAdminAccounts",
    ("guardduty", "POST", "/admin/disable"): "DisableOrganizationAdminAccount",
    ("guardduty", "POST", "/admin/enable"): "EnableOrganizationAdminAccount",
    ("inspector2", "POST", "/delegatedadminaccounts/disable"): "DisableDelegatedAdminAccount",
    ("inspector2", "POST", "/delegatedadminaccounts/enable"): "EnableDelegatedAdminAccount",
    ("inspector2", "POST", "/delegatedadminaccounts/list"): "ListDelegatedAdminAccounts",
    ("macie2", "DELETE", "/admin"): "DisableOrganizationAdminAccount",
    ("macie2", "GET", "/admin"): "ListOrganizationAdminAccounts",
    ("macie2", "POST", "/admin"): "EnableOrganizationAdminAccount",
    ("securityhub", "GET", "/organization/admin"): "ListOrganizationAdminAccounts",
    ("securityhub", "POST", "/organization/admin/disable"): "DisableOrganizationAdminAccount",
    ("securityhub", "POST", "/organization/admin/enable"): "EnableOrganizationAdminAccount",
    ("securitylake", "DELETE", "/v1/datalake/delegate"): "DeregisterDataLakeDelegatedAdministrator",
    ("securitylake", "POST", "/v1/datalake/delegate"): "RegisterDataLakeDelegatedAdministrator",
    ("networkmanager", "GET", "/organizations/service-access"): "ListOrganizationServiceAccessStatus",
    ("networkmanager", "POST", "/organizations/service-access"): "StartOrganizationServiceAccessUpdate",
    ("notifications", "DELETE", "/organization/access"): "DisableNotificationsAccessForOrganization",
    ("notifications", "GET", "/organization/access"): "GetNotificationsAccessForOrganization",
    ("notifications", "POST", "/organization/access"): "EnableNotificationsAccessForOrganization",
    ("ram", "POST", "/enablesharingwithawsorganization"): "EnableSharingWithAwsOrganization",
    ("wellarchitected", "GET", "/global-settings"): "GetGlobalSettings",
    ("wellarchitected", "PATCH", "/global-settings"): "UpdateGlobalSettings",
}


def operation_at(service: str, method: str, path: str) -> str:
    """Return the operation that a path names; empty if it names none."""
    if path.startswith("/service/"):
        return path.rpartition("/")[2]
    return REST_OPERATIONS.get((service, method, path), "")


def answer(
    service: str, operation: str, protocol: str, account_id: str, region: str, parameters: Mapping[str, Any]
) -> Answer | None:
    """Return the response to a call; None if another part of the emulator answers it."""
    handler = HANDLERS.get((service, operation))
    if handler is None:
        return None
    if service == "health" and not SETTINGS.health_api_subscribed:
        raise ServiceError(400, "SubscriptionRequiredException", "A support plan with the AWS Health API is required.")
    caller = organizations_backends[account_id][get_partition(region)]
    assert isinstance(caller, EmulatedOrganizations)
    membership = caller.membership()
    allowed = membership and (
        membership[1] is Role.MANAGEMENT
        or (membership[1] is Role.DELEGATED_ADMINISTRATOR and operation in DELEGATED_ADMINISTRATORS)
    )
    if not membership or not allowed:
        raise ServiceError(*DENIED.get(service, (403, "AccessDeniedException")), f"{account_id} may not {operation}.")
    return serialized(service, operation, protocol, handler(Services(membership[0]), parameters))


def serialized(service: str, operation: str, protocol: str, result: Mapping[str, Any]) -> Answer:
    """Return a result in the protocol's form."""
    request_id = {REQUEST_ID: str(uuid.uuid4())}
    if protocol == CBOR:
        return 200, {**request_id, **CBOR_HEADERS}, cbor(result)
    context = SerializationContext(request_id=request_id[REQUEST_ID])
    model = get_service_model(service).operation_model(operation)
    response = get_serializer_class(service, protocol)(model, context).serialize(result)
    body = response["body"].encode() if isinstance(response["body"], str) else response["body"]
    return response["status_code"], {**response["headers"], **request_id}, body
