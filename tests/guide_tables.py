# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write tables into the guides, from the code and the benchmark results: ``make docs-tables``.

The guides mark each table with the comments ``.. begin generated table: <name>`` and
``.. end generated table: <name>``.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.retries import (
    MAX_ATTEMPTS,
    MAX_ATTEMPTS_WITHOUT_RESPONSE,
    MAX_BACKOFF,
    RETRY_DEADLINE,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_APIS,
    NOT_SUPPORTED,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.remedies import (
    REASON_REMEDIES,
    REMEDIES,
    SERVICE_API_REMEDIES,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import (
    SERVICE_APIS,
    ServiceApi,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import (
    BY_PRINCIPAL,
    POLICY_PRINCIPALS,
    SERVICES,
    Service,
)
from ansible_collections.orgops.aws.tests.benchmark import report
from ansible_collections.orgops.aws.tests.faults.rows import (
    ADMINISTRATOR_ROWS,
    DELEGATION_ROWS,
    ROWS,
    SERVICE_API_ROWS,
    Row,
)
from ansible_collections.orgops.aws.tests.paths import ROOT

PAGES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
PICTURE = ROOT / "docs" / "docsite" / "rst" / "images" / "performance.svg"
WAYS = {
    "only_organizations": "AWS Organizations only",
    "service_recommended": "service recommended",
    "only_service": "service only",
    "either": "either",
    "not_stated": "not stated",
}


def table(header: Iterable[str], rows: Iterable[Iterable[str]], *, filterable: bool = False) -> str:
    """Return a reStructuredText list-table. The documentation site puts a filter above a filterable one."""
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: auto"]
    lines += [*(["   :class: filterable"] if filterable else []), ""]
    for row in (header, *rows):
        for number, cell in enumerate(row):
            lines.append(f"   {'  -' if number else '* -'} {cell}".rstrip())
    return "\n".join(lines)


def link(service: Service) -> str:
    """Return the service's name, linked to AWS's page."""
    return f"`{service.name} <{service.documentation_url}>`__"


def code(names: Iterable[str]) -> str:
    """Return names in code markup."""
    return ", ".join(f"``{name}``" for name in names)


def with_commands(text: str) -> str:
    """Return a text with code markup for its AWS CLI commands."""
    return re.sub(r"(?:(?<=: )|(?<=un ))(aws [a-z0-9-]+ .+?)(?=[.,](?: |$))", r"``\1``", text)


def delegation(service: Service) -> str:
    """Return whether the service supports delegated administrators, and how many."""
    if not service.delegated_administrator:
        return "no"
    limit = service.most_delegated_administrators
    return f"yes, at most {limit}" if limit else "yes"


def by_remedy(remedies: Mapping[str, str], **values: str) -> dict[str, list[str]]:
    """Group the errors by remedy: {remedy: errors}."""
    errors: dict[str, list[str]] = {}
    for name, remedy in remedies.items():
        errors.setdefault(remedy.format(**values) if values else remedy, []).append(name)
    return errors


def remedy_table(what: str, remedies: Mapping[str, str], **values: str) -> str:
    """Return the table of remedies, each with the errors that it is for."""
    rows = ((code(names), remedy) for remedy, names in by_remedy(remedies, **values).items())
    return table((what, "What to do"), rows)


def retry_limits() -> str:
    """Return the table of the limits of retries and timeouts."""
    delays = [f"{2**n}" for n in range(MAX_BACKOFF) if 2**n < MAX_BACKOFF]
    return table(
        ("Limit", "Value"),
        [
            (
                "Attempts if AWS responds with throttling (``TooManyRequestsException``), a conflict "
                "(``ConcurrentModificationException``), a server error (``ServiceException``, also with status 400), "
                "or status 429 or 5xx",
                str(MAX_ATTEMPTS),
            ),
            (
                "Attempts if there is no response: the connection is refused or reset, or times out",
                str(MAX_ATTEMPTS_WITHOUT_RESPONSE),
            ),
            ("Start of the last attempt", f"at most {RETRY_DEADLINE} seconds after the end of the first"),
            (
                "Delay between attempts",
                f"at random, at most {', '.join(delays)}, and then {MAX_BACKOFF} seconds, and at least half of that; "
                f"or, up to {MAX_BACKOFF} seconds, what AWS asks for (``x-amz-retry-after``)",
            ),
            ("Connect timeout", f"{CONNECT_TIMEOUT} seconds"),
            ("Read timeout", f"{READ_TIMEOUT} seconds"),
        ],
    )


def fault_table(rows: Iterable[Row]) -> str:
    """Return the table of faults and the results of the tasks that meet them."""
    return table(
        ("Fault", "Affected call", "Result", "Requests", "State afterwards"),
        (
            (
                row.fault,
                row.operation,
                f"fails: {row.sees.strip()}" if row.sees else "success",
                str(row.requests),
                row.state_in_words,
            )
            for row in rows
        ),
    )


def own_state(api: ServiceApi) -> str:
    """Return how the service's state is read."""
    if api.read is None:
        return "none"
    arguments = ", ".join(f"{name}={value}" for name, value in api.read.operation.arguments.items())
    return f"``{api.read.operation}``" + (f" ({arguments})" if arguments else "")


def call(operation: object, arguments: Mapping[str, str]) -> str:
    """Return an operation and its arguments."""
    return f"``{operation}``" + "".join(f", {name}={value}" for name, value in arguments.items())


def policy(api: ServiceApi) -> str:
    """Return an IAM policy that allows enabling and disabling one service with its API."""
    statements = [
        {"Effect": "Allow", "Action": sorted({*map(str, api.operations), *api.also_needs}), "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["organizations:EnableAWSServiceAccess", "organizations:DisableAWSServiceAccess"],
            "Resource": "*",
            "Condition": {"StringEquals": {"organizations:ServicePrincipal": api.principal}},
        },
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    unsure = f" AWS does not document whether it needs {code(api.may_need)} too." if api.may_need else ""
    title = f"{BY_PRINCIPAL[api.principal].name}, ``{api.principal}``.{unsure}"
    return f"{title}\n\n.. code-block:: json\n\n{textwrap.indent(document, '    ')}"


def service_api_tables() -> dict[str, str]:
    """Return the tables about the services' APIs: calls, side effects and permissions."""
    services = [(link(BY_PRINCIPAL[api.principal]), api) for api in SERVICE_APIS]
    return {
        "service_apis": table(
            ("Service", "Service principal", "Enable", "Disable", "State"),
            (
                (
                    name,
                    code([api.principal]),
                    call(api.enable, api.enable.arguments) + (f" (boto3 {api.boto3} or newer)" if api.boto3 else ""),
                    call(api.disable, api.disable.arguments) if api.disable else "AWS Organizations",
                    own_state(api),
                )
                for name, api in services
            ),
        ),
        "service_api_effects": table(
            ("Service", "When it is enabled", "When it is disabled", "Not documented by AWS"),
            (
                (name, api.enabling, api.disabling, api.unverified)
                for name, api in services
                if api.enabling or api.disabling or api.unverified
            ),
        ),
        "service_api_permissions": "\n\n".join(policy(api) for api in SERVICE_APIS),
        "service_api_faults": table(
            ("Fault", "Affected call", "Message contains", "Result", "Requests"),
            ((row.fault, row.call, row.sees, row.outcome, str(row.requests)) for row in SERVICE_API_ROWS),
        ),
        "administrator_faults": table(
            ("Fault", "Affected call", "Message contains", "Result", "Requests"),
            ((row.fault, row.call, row.sees, row.outcome, str(row.requests)) for row in ADMINISTRATOR_ROWS),
        ),
        "service_api_errors": remedy_table("Error", SERVICE_API_REMEDIES, actions="the IAM actions <actions>"),
    }


def administrator_api_tables() -> dict[str, str]:
    """Return the tables about the services that designate their administrator: calls, effects and permissions."""
    services = [(link(BY_PRINCIPAL[api.principal]), api) for api in ADMINISTRATOR_APIS]
    return {
        "administrator_apis": table(
            ("Service", "Administrator", "Call", "When it is designated", "When it is removed"),
            (
                (
                    name,
                    "in each Region" if api.by_region else "for all Regions",
                    code([api.action(api.enable)]),
                    api.costs,
                    api.removal_refused or api.removal,
                )
                for name, api in services
            ),
        ),
        "administrator_apis_unsupported": table(
            ("Service", "Why the task does not make its call"),
            ((link(BY_PRINCIPAL[principal]), why) for principal, why in NOT_SUPPORTED.items()),
        ),
        "administrator_permissions": table(
            ("Service", "Actions"), ((name, code(api.actions)) for name, api in services)
        ),
    }


def performance_summary(results: report.Results) -> str:
    """Return the table of the figures that matter most, with what they compare to."""
    tasks = {row["key"]: row["median"] for row in results["playbooks"]}
    cells = {(cell["organizations"], cell["forks"]): cell for cell in results["organizations"]}
    hundred, more = (cells[organizations, 10] for organizations in (100, 300))
    at_rates, administrators = results["throttled"], results["administrators"]
    return table(
        ("What", "Seconds", "For comparison"),
        [
            (
                "One task that enables 20 services",
                f"{tasks['task']:.1f}",
                f"minimal module {tasks['minimal']:.1f}, AWS CLI in a loop {tasks['aws_cli']:.1f}",
            ),
            (
                "One task without changes, 200 services enabled",
                f"{tasks['task_unchanged_200']:.1f}",
                f"a playbook without a task {tasks['nothing']:.1f}",
            ),
            (
                "The role with 100 organizations and 10 forks, one change in each",
                f"{hundred['role']['seconds']:.0f}",
                f"minimal module {hundred['minimal']['seconds']:.0f}",
            ),
            (
                "The role with 300 organizations and 10 forks, one change in each",
                f"{more['role']['seconds']:.0f}",
                f"minimal module {more['minimal']['seconds']:.0f}",
            ),
            (
                "50 changes in one organization, at AWS's rate limits",
                f"{at_rates['seconds']:.0f}",
                f"{at_rates['bound']:.0f} is the minimum",
            ),
            (
                "400 delegated administrators compared and 10 accounts replaced, at AWS's rate limits",
                f"{administrators['seconds']:.0f}",
                f"{administrators['bound']:.0f} is the minimum",
            ),
        ],
    )


def tables() -> dict[str, str]:
    """Return every generated table: {name in the markers: table}."""
    return {
        "errors": remedy_table("Error", REMEDIES, operation="<operation>"),
        "reasons": remedy_table("Reason", REASON_REMEDIES, operation="<operation>"),
        "retries": retry_limits(),
        **service_api_tables(),
        **administrator_api_tables(),
        **{name: table(header, rows) for name, (header, rows) in report.tables(report.load()).items()},
        "performance_summary": performance_summary(report.load()),
        "disable_disrupts": table(
            ("Service", "Service principal", "What happens"),
            ((link(s), code(s.principals), s.disable_disrupts) for s in SERVICES if s.disable_disrupts),
        ),
        "how_to_disable": table(
            ("Service", "Disable with", "Service's API", "Note"),
            (
                (link(s), WAYS[s.disable], code(s.native_disable_api), s.disable_note)
                for s in SERVICES
                if s.disable_note or s.native_disable_api or s.disable == "only_service"
            ),
        ),
        "insufficient": table(
            ("Service", "Service principal", "What else is needed"),
            ((link(s), code(s.principals), with_commands(s.insufficient)) for s in SERVICES if s.insufficient),
        ),
        "delegated_administrators": table(
            ("Service", "At most", "What else registering needs", "What deregistering stops"),
            (
                (
                    link(s),
                    str(s.most_delegated_administrators or ""),
                    with_commands(s.organizations_register_insufficient),
                    s.deregister_disrupts,
                )
                for s in SERVICES
                if s.most_delegated_administrators or s.organizations_register_insufficient or s.deregister_disrupts
            ),
        ),
        "other_names": table(
            ("Name", "What it is", "Name for service access"),
            (
                *(
                    (code([name]), what, f"{code(s.principals)} ({s.name})")
                    for s in SERVICES
                    for names, what in (
                        (s.legacy_principals, "legacy name"),
                        (s.rejected_principals, "rejected by AWS in a public report"),
                        (s.role_principals, "documented for a service-linked role"),
                    )
                    for name in names
                ),
                *(
                    (code([name]), "in an AWS managed policy only", code(filter(None, [found.documented])))
                    for name, found in POLICY_PRINCIPALS.items()
                ),
            ),
        ),
        "faults": fault_table(ROWS),
        "delegation_faults": fault_table(DELEGATION_ROWS),
        "services": table(
            ("Service", "Service principals", "Enable with", "Delegated administrator", "Note"),
            (
                (
                    link(s),
                    code(s.principals),
                    WAYS[s.enable] + (f": {code(s.native_enable_api)}" if s.native_enable_api else ""),
                    delegation(s),
                    with_commands(s.note),
                )
                for s in SERVICES
            ),
            filterable=True,
        ),
    }


def with_generated(text: str) -> str:
    """Return a page's text with the current tables between its markers."""
    return re.sub(
        r"^(\.\. begin generated table: ([^\n]+))$.*?^(\.\. end generated table: \2)$",
        lambda match: f"{match[1]}\n\n{tables()[match[2]]}\n\n{match[3]}",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def main() -> None:
    """Rewrite the guides."""
    for page in PAGES:
        page.write_text(with_generated(page.read_text()))
    PICTURE.write_text(report.picture(report.load()))


if __name__ == "__main__":
    main()
