# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What to do about an error, by AWS's code, by AWS's reason, and by the class of botocore's error.

Codes, reasons and AWS's wording are those of the botocore service model of Organizations and of the API reference.
"""

from __future__ import annotations

from collections.abc import Mapping

NOT_ALL_FEATURES = "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"

_FIX_CREDENTIALS = (
    "Fix the credentials that this task uses. boto3 looks for them on the host that runs the module, in this order: "
    "the options profile or access_key, secret_key and session_token; the AWS_* environment variables; the shared "
    "configuration files; the role of the container or instance."
)
_WRONG_SECRET = "The secret key does not match the access key, or the system clock is wrong. " + _FIX_CREDENTIALS
_RENEW_CREDENTIALS = "Renew the temporary credentials (a new session, sign-in or assumed role) and run the task again."
TRY_LATER = (
    "All retries failed. Run the task again; completed changes are kept. "
    "The retries option of aws_config allows more attempts."
)
_CHECK_CONFIGURATION = (
    "Fix the AWS configuration of the host that runs the module (AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE), or "
    "the profile that the option profile or AWS_PROFILE names."
)
NO_PROMPT = (
    "the profile wants a one-time password (mfa_serial), which a task cannot ask for. Use temporary credentials "
    "instead, for example from aws sts get-session-token"
)
_REGION_OF_STS = (
    "If the option region, or AWS_REGION, is a Region that must be enabled first, enable it in the account of these "
    "credentials, or set another one."
)
_CHECK_NETWORK = (
    "Check the network path from the host that runs the module, the proxy settings, and region and endpoint_url."
)
_RAISE_TIMEOUT = (
    "Check the endpoint and proxies, or allow more time with connect_timeout and read_timeout in the option aws_config."
)
_CHECK_NAME = (
    "Check the spelling of the service principal. A service may also not exist in this partition, "
    "or use another name for trusted access."
)
_CHECK_RECOGNIZED = (
    f"{_CHECK_NAME} AWS also says this if trusted access for the service, or all features of the organization, are not "
    "enabled."
)
_SERVICE_ACCESS_FIRST = (
    "Enable service access first, with orgops.aws.organizations_service_access, then register the delegated "
    "administrator."
)
_MEMBER_ACCOUNT = (
    "Register a member account. The management account administers every service without being registered."
)
_OF_MANAGEMENT_ACCOUNT = "Use the credentials of the organization's management account."
_LIMIT_REACHED = "Deregister an administrator of the service first. AWS limits their number for each service."
_CHECK_ACCOUNT = "Check the account ID. The account must be a member of this organization."
CHECK_PROGRAM = (
    "A program or file that the AWS configuration names, such as credential_process, cannot be used on the host that "
    "runs the module. Check that it exists there, and that this user may read and run it."
)
_CHECK_ROLE = (
    "Check assume_role_arn (or role_arn of the profile) and assume_role_external_id, the trust policy of the role, and "
    "that the credentials that assume it are allowed the IAM action sts:AssumeRole."
)

# Errors that every further call would hit: expired or missing credentials; by AWS's code or botocore's class.
LASTING_REMEDIES: Mapping[str, str] = {
    "ExpiredTokenException": _RENEW_CREDENTIALS,
    "ExpiredToken": _RENEW_CREDENTIALS,
    "RequestExpired": "The clock of the host that runs the module is wrong, or the credentials expired. Set the clock.",
    "NoCredentialsError": "No credentials were found. " + _FIX_CREDENTIALS,
    "NoAuthTokenError": "No token was found. Sign in again with aws sso login.",
    "PartialCredentialsError": "Set access_key and secret_key, or neither. " + _FIX_CREDENTIALS,
    "CredentialRetrievalError": _FIX_CREDENTIALS,
    "MissingDependencyException": (
        "Install the missing package, for example botocore[crt], in the Python that runs the module, or use other "
        "credentials."
    ),
    **dict.fromkeys(
        ("LoginError", "LoginRefreshRequired", "LoginTokenLoadError", "LoginAuthorizationCodeError"),
        "Sign in again with aws login.",
    ),
    "LoginInsufficientPermissions": "Allow this identity what aws login needs (signin:CreateOAuth2Token).",
    **dict.fromkeys(
        ("SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError"), "Sign in again with aws sso login."
    ),
}

REMEDIES: Mapping[str, str] = {
    "AWSOrganizationsNotInUseException": (
        "Use the credentials of the organization's management account, or create the organization first."
    ),
    "AccessDeniedException": (
        "Use the credentials of the organization's management account (a delegated administrator may only list), "
        "and allow this identity the IAM action organizations:{operation}; a service control policy or an IAM "
        "condition on organizations:ServicePrincipal can deny it too."
    ),
    **dict.fromkeys(("ConcurrentModificationException", "TooManyRequestsException", "ServiceException"), TRY_LATER),
    "AccountNotFoundException": _CHECK_ACCOUNT,
    "UnsupportedAPIEndpointException": (
        "AWS Organizations does not offer this operation at this endpoint. Use the partition's default region, "
        "and remove endpoint_url."
    ),
    "UnrecognizedClientException": _FIX_CREDENTIALS,
    "InvalidClientTokenId": _FIX_CREDENTIALS,
    "IncompleteSignatureException": _FIX_CREDENTIALS,
    "MissingAuthenticationTokenException": _FIX_CREDENTIALS,
    "MissingAuthenticationToken": _FIX_CREDENTIALS,
    "InvalidSignatureException": _WRONG_SECRET,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    **LASTING_REMEDIES,
    "RegionDisabledException": _REGION_OF_STS,
    # Errors of botocore itself, by class.
    "ProfileNotFound": (
        "The option profile, or AWS_PROFILE, names a profile that does not exist. Fix it, or add the profile to the "
        "AWS configuration of the host that runs the module (AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE)."
    ),
    "InfiniteLoopConfigError": "The source_profile of each profile must end at one with keys. " + _CHECK_CONFIGURATION,
    **dict.fromkeys(("InvalidConfigError", "ConfigParseError", "UnknownCredentialError"), _CHECK_CONFIGURATION),
    "InvalidRegionError": "Fix the option region, or AWS_REGION: a region is a name such as us-east-1.",
    "NoRegionError": (
        "Set the option region to us-east-1 or the partition's default region: AWS Organizations is global."
    ),
    "EndpointConnectionError": _CHECK_NETWORK,
    "ConnectionClosedError": _CHECK_NETWORK,
    "ProxyConnectionError": "Check the proxy that the environment or aws_config names.",
    "PaginationError": "The responses repeat themselves. Run the task again, and check proxies and endpoint_url.",
    "SSLError": "Check aws_ca_bundle and the system clock. Do not disable validate_certs.",
    "ConnectTimeoutError": _RAISE_TIMEOUT,
    "ReadTimeoutError": _RAISE_TIMEOUT,
}

REASON_REMEDIES: Mapping[str, str] = {
    NOT_ALL_FEATURES: (
        "Service access needs an organization with all features. Enable them (EnableAllFeatures) and let every "
        "invited account approve the handshake."
    ),
    "SERVICE_ACCESS_NOT_ENABLED": _SERVICE_ACCESS_FIRST,
    "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE": (
        "Deregister the service's delegated administrators first, with "
        "orgops.aws.organizations_delegated_administrator and state=absent."
    ),
    "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED": _LIMIT_REACHED,
    "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR": _MEMBER_ACCOUNT,
    "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR": "Register an account whose status is ACTIVE.",
    "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE": (
        "Disable the organization's policy type of this service first (DisablePolicyType, e.g. SECURITYHUB_POLICY)."
    ),
    "UNRECOGNIZED_SERVICE_PRINCIPAL": _CHECK_RECOGNIZED,
    **dict.fromkeys(("INVALID_PATTERN", "MIN_LENGTH_EXCEEDED", "MAX_LENGTH_EXCEEDED", "INPUT_REQUIRED"), _CHECK_NAME),
    "INVALID_NEXT_TOKEN": "The listing changed while it was read, or a proxy altered it. Run the task again.",
}

# Errors that amazon.aws reports itself, by a part of the message.
MESSAGE_REMEDIES: Mapping[str, str] = {
    "Invalid endpoint:": "Fix the option endpoint_url, or AWS_URL: an endpoint is a URL such as https://host:443.",
    "Passing both a profile and access tokens": (
        "Use either profile or access_key and secret_key. The environment variables of the other one apply unless its "
        'options are set to "".'
    ),
}

_ALLOW = (
    "Use the credentials of the organization's management account, and allow this identity {actions}. A service "
    "control policy can deny that too."
)
_STATE = (
    "The service refuses the change in its present state. Wait until a change that is in progress is complete. To "
    "disable the service, deregister its delegated administrators first."
)
_REGION = (
    "AWS Organizations accepts these credentials, so the Region may not be enabled in the management account. Set the "
    "option region to an enabled one."
)
_ONE_ADMINISTRATOR = (
    "The service has another administrator, in this Region or in another one, or AWS Organizations has another one "
    "registered. Remove that one first, with state=absent and prefer_service_api=true, in every Region."
)
# Where a Region refuses credentials which other Regions accept, by its status in AWS Account Management.
REGION_REMEDIES: Mapping[str | None, str] = {
    None: (  # without a status, either can be the cause
        "Either the Region {region} is not enabled for the account of these credentials: enable it, or leave it out. "
        "Or their session token is of the global endpoint of AWS STS, which Regions that must be enabled first refuse: "
        "get it from a regional endpoint (sts_regional_endpoints=regional)."
    ),
    "ENABLED": (
        "The Region {region} is enabled, but must be enabled first, and such Regions refuse session tokens that the "
        "global endpoint of AWS STS issued. Get the session from a regional endpoint: set "
        "sts_regional_endpoints=regional in the profile, or AWS_STS_REGIONAL_ENDPOINTS=regional where the session is "
        "created."
    ),
    "ENABLED_BY_DEFAULT": (
        "The Region {region} is enabled in every account, and AWS Organizations accepted these credentials. They may "
        "have ended since: renew them and run the task again. Otherwise check proxies and endpoint_url."
    ),
    **dict.fromkeys(
        ("ENABLING", "DISABLED", "DISABLING"),
        "The Region {region} is not enabled for the account of these credentials. Enable it there, or leave it out.",
    ),
}
# Errors of the services' APIs, by code: the service models of botocore, and the services' common errors.
SERVICE_API_REMEDIES: Mapping[str, str] = {
    "AccessDenied": _ALLOW,
    "AccessDeniedException": _ALLOW,
    "UnauthorizedOperation": _ALLOW,
    "OperationNotPermittedException": _ALLOW,
    "OperationNotSupportedException": _ALLOW,
    "InsufficientDependencyServiceAccessPermissionException": _ALLOW,
    "InsufficientIAMAccessPermissionException": _ALLOW,
    **dict.fromkeys(("ConflictException", "InvalidOperationException", "InvalidStateException"), _STATE),
    "SubscriptionRequiredException": (
        "The API of AWS Health requires a Business Support+, Enterprise or Unified Operations support plan. Without "
        "one, use the AWS Health console, and manage this service principal in a task without prefer_service_api."
    ),
    "NoRegionError": "Set the option region. This service is called in one Region, and no region is configured.",
    **dict.fromkeys(("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", "OptInRequired"), _REGION),
    "CannotDelegateManagementAccountException": _MEMBER_ACCOUNT,
    "CloudTrailAccessNotEnabledException": _SERVICE_ACCESS_FIRST,
    "DelegatedAdminAccountLimitExceededException": _LIMIT_REACHED,
    "NotOrganizationManagementAccountException": _OF_MANAGEMENT_ACCOUNT,
    "OrganizationsNotInUseException": _OF_MANAGEMENT_ACCOUNT,
    "OrganizationNotInAllFeaturesModeException": (
        "Delegated administrators need an organization with all features. Enable them (EnableAllFeatures)."
    ),
    **dict.fromkeys(
        ("ConcurrentModificationException", "RequestLimitExceeded", "Throttling", "ThrottlingException"), TRY_LATER
    ),
}

# The same by a part of the message, where one code means several things. Sources: reports in public repositories.
SERVICE_API_MESSAGE_REMEDIES: Mapping[str, str] = {
    "another account is already enabled": _ONE_ADMINISTRATOR,
    "another account has already been designated": _ONE_ADMINISTRATOR,
    "not member of AWS Organizations": _CHECK_ACCOUNT,
    "is not a member in the AWS Organization": _CHECK_ACCOUNT,
    "you are not the master account": _OF_MANAGEMENT_ACCOUNT,
    "you must be a user of the management account": _OF_MANAGEMENT_ACCOUNT,
    "is the delegated admin": _OF_MANAGEMENT_ACCOUNT,
    "service linked role cannot be created": (
        "Allow this identity the IAM action iam:CreateServiceLinkedRole. Others saw this pass when they tried again."
    ),
    "Macie is not enabled": (
        "Macie may have to be enabled in the management account in this Region first, which can cost money. AWS does "
        "not document it."
    ),
}


# Of designating and removing administrators, by code, where SERVICE_API_REMEDIES speaks of switching a service.
_BUSY = (
    "Another change of the service may be in progress, or another account administers it, in this Region or in another "
    "one. Run the task again later: it reads who administers the service."
)
ADMINISTRATOR_REMEDIES: Mapping[str, str] = {"ConflictException": _BUSY, "ResourceConflictException": _BUSY}


def aws_remedy(code: str, reason: str, operation: str) -> str:
    """Return what to do about an error of an operation. {operation} in it stands for the operation's name."""
    if operation == "AssumeRole" and code.startswith("AccessDenied"):
        return _CHECK_ROLE
    general_reason = reason.partition(":")[0]  # MIN_VALUE_EXCEEDED:MAX_RESULTS
    remedy = REASON_REMEDIES.get(general_reason) or REMEDIES.get(code, "")
    if operation in ("AssumeRole", "GetCallerIdentity") and code == "InvalidClientTokenId":
        return f"{_REGION_OF_STS} Otherwise: {remedy}"
    return remedy


def service_api_remedy(code: str, message: str) -> str:
    """Return what to do about an error of a service's API. {actions} in it stands for "the IAM action ..."."""
    return _remedy(message, SERVICE_API_REMEDIES.get(code, ""))


def administrator_remedy(code: str, message: str) -> str:
    """Return what to do about an error of designating or removing an administrator, as service_api_remedy does."""
    return _remedy(message, ADMINISTRATOR_REMEDIES.get(code) or SERVICE_API_REMEDIES.get(code, ""))


def _remedy(message: str, of_code: str) -> str:
    """Return the remedy of a part of the message, which tells more than the code, and otherwise that of the code."""
    by_message = (remedy for part, remedy in SERVICE_API_MESSAGE_REMEDIES.items() if part in message)
    return next(by_message, of_code)


def explain(message: str) -> str:
    """Return the message with the remedy of an error that amazon.aws reports."""
    remedies = [remedy for part, remedy in MESSAGE_REMEDIES.items() if part in message and remedy not in message]
    return f"{message.rstrip('.')}. {' '.join(remedies)}" if remedies else message


__all__ = [
    "CHECK_PROGRAM",
    "LASTING_REMEDIES",
    "NOT_ALL_FEATURES",
    "NO_PROMPT",
    "REGION_REMEDIES",
    "REMEDIES",
    "TRY_LATER",
    "administrator_remedy",
    "aws_remedy",
    "explain",
    "service_api_remedy",
]
