# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# Every command is a session of noxfile.py: `make NAME` runs it with nox, and `make NAME ARGS="..."` with arguments for
# pytest, ansible-test or the probe. `make help` lists them. Only the commands below are not sessions.
PYTHON ?= python3
VENV ?= .venv
NOX := $(VENV)/bin/nox
STAMP := $(VENV)/nox.txt
SESSIONS := $(filter-out help ci clean,$(MAKECMDGOALS))

.PHONY: help ci clean $(SESSIONS)

help: $(STAMP)
	@$(NOX) --list

ci: $(STAMP)
	@$(NOX) --parallel 3  # on two cores, because some tests wait

$(SESSIONS): $(STAMP)
	@$(NOX) --session $@ $(if $(ARGS),-- $(ARGS))

# The commands of the README by name, which shells complete.
demo:
test:

clean:
	rm -rf $(VENV) .nox dist docs/build .mypy_cache .ruff_cache .hypothesis .coverage

# uv installs everything else; where it has no package for the platform, pip does.
$(STAMP): requirements-nox.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 >= 3.11 is needed, this is " + sys.version)'
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@pip="$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check"; \
		$$pip --only-binary uv -r $< || $$pip "$$(grep '^nox==' $<)"
	@touch $@
