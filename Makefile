# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
GATES := $(VENV)/gates
DOCS_VENV ?= .venv-docs
DOCS_STAMP := $(DOCS_VENV)/installed
VERSION = $(shell sed -n 's/^version: //p' galaxy.yml)
OLDEST := $(VENV)/oldest
AWS_CLI := $(VENV)/aws-cli/bin/aws
EVENTS := $(VENV)/events/bin/ansible-rulebook
# Event sources are part of amazon.aws 11, for which the package ansible needs Python 3.12.
EVENTS_PYTHON ?= $(shell for python in $(PYTHON) python3.14 python3.13 python3.12; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$python && break; done)
# It runs again if it fails: it mistakes its temporary folder for a link if the random name ends with an underscore.
LINT_DOCS := antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all \
	--disallow-unknown-collection-refs .
# A tree .../ansible_collections/orgops/aws, from which Ansible's tools and mypy derive the collection's name.
TREE := $(VENV)/tree/ansible_collections/orgops

# Otherwise every process compiles Ansible and botocore again, which doubles the test time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-report demo-events probe test test-faults test-scale test-processes units end-to-end bench gates \
	lint typecheck format build release-changelog release-tag release-notes release-publish docs docs-tables clean

help:  ## Show this help
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(STAMP)  ## Run playbooks on an embedded endpoint
	@$(BIN)/python -m demo

demo-report: $(STAMP)  ## Write a report about three organizations on an embedded endpoint
	@$(BIN)/python -m demo report

demo-events: $(EVENTS) $(AWS_CLI)  ## React to a change within seconds, on an embedded endpoint; needs Java 17 and Python 3.12
	@$(BIN)/python -m demo events

test: units end-to-end  ## Run the unit tests and the end-to-end tests

test-faults: $(STAMP) $(OLDEST)  ## Run the fault tests, those of the client also with the oldest botocore
	HYPOTHESIS_EXAMPLES=$${HYPOTHESIS_EXAMPLES:-all} $(BIN)/python -m pytest -q -n 3 tests/faults
	PYTHONPATH=$(OLDEST) $(BIN)/python -m pytest -q -n 2 tests/unit/plugins/module_utils/test_client.py \
		tests/unit/plugins/module_utils/test_retries.py tests/faults/test_table.py

probe: $(STAMP)  ## Compare the emulator's claims with the endpoint of the AWS environment; reads only
	@$(BIN)/python -m tests.probe $(PROBE)

test-scale: $(STAMP)  ## Run the test with three hundred organizations
	$(BIN)/python -m pytest -q tests/scale

# By default, modules run in forks of Ansible's workers. ansible-test runs the integration targets as processes too.
test-processes: $(STAMP)  ## Run the tests of secrets, administrators and own APIs with modules as processes
	MODULES_AS_PROCESSES=1 $(BIN)/python -m pytest -q -n 2 tests/faults/test_secrets.py \
		tests/end_to_end/test_delegated_administrators.py tests/end_to_end/test_service_apis.py

bench: $(STAMP) $(AWS_CLI)  ## Run the benchmark, about 25 minutes on an idle machine
	$(BIN)/python -m tests.benchmark
	$(BIN)/python -m tests.guide_tables

units: $(STAMP)  ## Run the unit tests
	HYPOTHESIS_EXAMPLES=$${HYPOTHESIS_EXAMPLES:-all} $(BIN)/python -m pytest -q -n 2 tests/unit tests/project tests/conformance/emulator

end-to-end: $(STAMP)  ## Run the tests with ansible-playbook on the emulator
	$(BIN)/python -m pytest -q -n 2 tests/end_to_end

gates: $(GATES)  ## Run all gates, two at a time; make gate-NAME runs one, see CONTRIBUTING.md
	$(BIN)/nox --parallel 2

gate-%: $(GATES)
	$(BIN)/nox --session $*

lint: $(GATES)  ## Check style, YAML, licenses, changelog, playbooks and roles
	$(BIN)/nox --tags lint

typecheck: gate-mypy  ## Check types

format: $(GATES)  ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

build: $(STAMP)  ## Build the release tarball in dist, reproducibly
	@$(BIN)/python .ci/build_tarball.py dist

release-changelog: $(GATES)  ## Release, step 1: turn the fragments into the changelog
	@! grep -qs "^  $(VERSION):" changelogs/changelog.yaml || { echo "$(VERSION) is already released: set the next version"; exit 1; }
	PATH="$(abspath $(BIN)):$$PATH" antsibull-changelog release

release-tag:  ## Release, step 2: commit the changelog and tag the version
	git add --all CHANGELOG.md changelogs
	git commit --all --message "Release $(VERSION)"
	git tag --annotate --message "Release $(VERSION)" $(VERSION)

release-notes: $(GATES)  ## Write the changelog of the version to dist/release-notes.md
	@mkdir -p dist
	PATH="$(abspath $(BIN)):$$PATH" antsibull-changelog generate --only-latest \
		--output dist/release-notes.md --output-format md $(VERSION)

release-publish: build  ## Release, step 3: publish the tarball on Galaxy
	test "$$(git describe --tags --exact-match --dirty)" = "$(VERSION)"
	$(BIN)/ansible-galaxy collection publish dist/orgops-aws-$(VERSION).tar.gz

docs: $(DOCS_STAMP)  ## Check the documentation and build the site
	PATH="$(CURDIR)/$(DOCS_VENV)/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(DOCS_VENV)/tree"; export PATH ANSIBLE_COLLECTIONS_PATH; \
		$(LINT_DOCS) || $(LINT_DOCS)
	PATH="$(CURDIR)/$(DOCS_VENV)/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(DOCS_VENV)/tree" \
		python docs/site/build.py

docs-tables: $(STAMP)  ## Update the generated tables of the guides
	$(BIN)/python -m tests.guide_tables

clean:  ## Remove the virtual environment and caches
	rm -rf $(VENV) $(DOCS_VENV) .nox dist docs/build .mypy_cache .ruff_cache .hypothesis .coverage

# The package ansible has thousands of files. They are compiled when first imported, not on installation.
$(STAMP): requirements-dev.txt tests/unit/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 >= 3.11 is needed, this is " + sys.version)'
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt
	@mkdir -p $(TREE) && ln -sfn "$(CURDIR)" $(TREE)/aws
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
		mkdir -p "$$site/ansible_collections/orgops" && ln -sfn "$(CURDIR)" "$$site/ansible_collections/orgops/aws"
	@touch $@

# The path has only this collection and amazon.aws, because antsibull-docs reads every collection on it.
$(DOCS_STAMP): requirements-docs.txt $(STAMP)
	@echo "Setting up $(DOCS_VENV) (once) ..."
	@$(PYTHON) -m venv --clear $(DOCS_VENV)
	@$(DOCS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-docs.txt
	@amazon=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ansible_collections/amazon && \
		cd $(DOCS_VENV) && mkdir -p tree/ansible_collections/orgops && \
		ln -sfn "$$amazon" tree/ansible_collections/amazon && ln -sfn "$(CURDIR)" tree/ansible_collections/orgops/aws
	@touch $@

$(GATES): requirements-gates.txt $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-gates.txt
	@touch $@

$(OLDEST): $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $@ boto3==1.35.0 botocore==1.35.0

# The AWS CLI pins its own botocore.
$(AWS_CLI): $(STAMP)
	@$(PYTHON) -m venv --clear $(VENV)/aws-cli
	@$(VENV)/aws-cli/bin/python -m pip install --quiet --disable-pip-version-check --no-compile awscli==1.46.2
	@touch $@

# aiobotocore, which the event sources use, pins its own botocore too.
$(EVENTS): requirements-events.txt $(STAMP)
	@command -v java >/dev/null || { echo "Java 17 or newer is needed, for example openjdk-17-jre-headless"; exit 1; }
	@test -n "$(EVENTS_PYTHON)" || { echo "python3 >= 3.12 is needed for events: set EVENTS_PYTHON"; exit 1; }
	@echo "Setting up $(VENV)/events (once, about a minute) ..."
	@$(EVENTS_PYTHON) -m venv --clear $(VENV)/events
	@$(VENV)/events/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-events.txt
	@site=$$($(VENV)/events/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
		mkdir -p "$$site/ansible_collections/orgops" && ln -sfn "$(CURDIR)" "$$site/ansible_collections/orgops/aws"
	@touch $@
