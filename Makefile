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
AWS_CLI := $(VENV)/aws-cli
# A tree of the form .../ansible_collections/orgops/aws, which is how Ansible's tools and mypy name the collection.
TREE := $(VENV)/tree/ansible_collections/orgops

# Else every process compiles Ansible and botocore anew, which doubles the time that the tests take.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-report test test-faults test-scale units end-to-end bench gates lint typecheck format build \
	release-changelog release-tag release-publish docs docs-tables clean

help:  ## Show this help
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(STAMP)  ## Set up and run the main job on the embedded endpoint
	@$(BIN)/python -m demo

demo-report: $(STAMP)  ## Set up and report on three organizations on the embedded endpoint
	@$(BIN)/python -m demo.report

test: units end-to-end  ## Set up and pass the tests

test-faults: $(STAMP) $(OLDEST)  ## Test under faults, the client also on the oldest supported botocore
	$(BIN)/python -m pytest -q -n 3 tests/faults
	PYTHONPATH=$(OLDEST) $(BIN)/python -m pytest -q -n 2 tests/unit/module_utils/test_client.py tests/faults/test_table.py

test-scale: $(STAMP)  ## Test with a hundred organizations, a few minutes
	$(BIN)/python -m pytest -q tests/scale

bench: $(STAMP) $(AWS_CLI)  ## Measure against other ways, about a quarter of an hour on a quiet machine
	$(BIN)/python -m tests.benchmark

units: $(STAMP)  ## Test functions and modules in process
	$(BIN)/python -m pytest -q -n 2 tests/unit

end-to-end: $(STAMP)  ## Test with ansible-playbook on the emulator
	$(BIN)/python -m pytest -q -n 2 tests/end_to_end

gates: $(GATES)  ## Pass the gates, two at a time; make gate-NAME passes one, CONTRIBUTING.md names them
	$(BIN)/nox --parallel 2

gate-%: $(GATES)
	$(BIN)/nox --session $*

lint: $(GATES)  ## Check style, YAML, licences, changelog, playbooks and roles
	$(BIN)/nox --tags lint

typecheck: gate-mypy  ## Check types

format: $(GATES)  ## Put the code into the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

build: $(STAMP)  ## Build the release tarball, always with the same bytes, into dist
	@$(BIN)/python .ci/build_tarball.py dist

release-changelog: $(GATES)  ## Release, 1: turn the fragments into the changelog of the version in galaxy.yml
	@! grep -qs "^  $(VERSION):" changelogs/changelog.yaml || { echo "$(VERSION) is released: set the next version"; exit 1; }
	PATH="$(abspath $(BIN)):$$PATH" antsibull-changelog release

release-tag:  ## Release, 2: commit the changelog and tag the version
	git add --all CHANGELOG.md changelogs
	git commit --all --message "Release $(VERSION)"
	git tag --annotate --message "Release $(VERSION)" $(VERSION)

release-publish: build  ## Release, 3: publish the tarball on Galaxy
	test "$$(git describe --exact-match --dirty)" = "$(VERSION)"
	$(BIN)/ansible-galaxy collection publish dist/orgops-aws-$(VERSION).tar.gz

docs: $(DOCS_STAMP)  ## Check the documentation and build its site
	PATH="$(CURDIR)/$(DOCS_VENV)/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(DOCS_VENV)/tree" \
		antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all --disallow-unknown-collection-refs .
	PATH="$(CURDIR)/$(DOCS_VENV)/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(DOCS_VENV)/tree" \
		python docs/site/build.py

docs-tables: $(STAMP)  ## Bring the tables and the shared text of the guides up to date
	$(BIN)/python docs/docsite/tables.py

clean:  ## Remove the virtual environment and caches
	rm -rf $(VENV) $(DOCS_VENV) .nox dist docs/build .mypy_cache .ruff_cache .hypothesis .coverage

# ansible's thousands of files are not compiled beforehand: the few that are read are compiled then.
$(STAMP): requirements-dev.txt tests/unit/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 >= 3.11 is needed, this is " + sys.version)'
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt
	@mkdir -p $(TREE) && ln -sfn "$(CURDIR)" $(TREE)/aws
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
		mkdir -p "$$site/ansible_collections/orgops" && ln -sfn "$(CURDIR)" "$$site/ansible_collections/orgops/aws"
	@touch $@

# Only this collection and amazon.aws are on the path, because every collection there is read.
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

# It pins a botocore of its own.
$(AWS_CLI): $(STAMP)
	@$(PYTHON) -m venv --clear $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check awscli==1.46.2
	@touch $@
