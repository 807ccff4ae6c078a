# Every target installs what it needs, fast the second time. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# uv from PATH, or one in .tools. It must not download an interpreter: Python 3.11 or later is a requirement.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never
# It uses the machine's certificates, as pip and npm do.
export UV_SYSTEM_CERTS := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python keeps what it compiled: the tests start hundreds of processes, and each would compile 800 modules again.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1
NPM_CI := npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
MVN := mvn --batch-mode --quiet -Dstyle.color=never

VENV := .venv/.stamp
CLIENTS := tests/clients/node_modules/.stamp
PEER := bench/peer/node_modules/.stamp
DYNAMODB_LOCAL := .tools/dynamodb-local/.stamp
OPA := .tools/opa/.stamp
MAILPIT := .tools/mailpit/.stamp
TERRAFORM := .tools/terraform-provider/.stamp
KEYCLOAK := .tools/keycloak/.stamp
CHECKOV := .tools/checkov/.stamp
FUZZ := .tools/fuzz/.stamp
CATALOGUES := .venv/.catalogues

# make test ARGS="-k login -x"
ARGS ?=
# One process per core, tests of a file together. WORKERS=0 for none (a debugger, output as it comes).
WORKERS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)

# make deploy STAGE=prod REGION=eu-central-1 PARAMS="dns=route53 domain=id.example.com hostedZone=Z…" (docs/deploy.md)
STAGE ?=
REGION ?= us-east-1
PARAMS ?=

.PHONY: help setup dev dynamodb check test lint format languages bench faults versions package licences advisories fuzz terraform stage-named deployable deploy deploy-edge idp destroy clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1;36mmake %-11s\033[0m %s\n", $$1, $$2}' Makefile
	@printf '\n  \033[2mOptions: make dev PORT=8080 · make test ARGS="-k login" WORKERS=0 · make bench ARGS="--only project"\033[0m\n'

setup: $(VENV) $(CATALOGUES) $(CLIENTS) ## .venv with everything for development, npm packages for the tests
	@printf '\033[32m✓\033[0m set up. Next: make dev, make test\n'

dev: $(VENV) $(CATALOGUES) ## serve on http://localhost:8000 with an embedded store, a demo user and a demo app
	@exec .venv/bin/idp dev

dynamodb: $(DYNAMODB_LOCAL) ## DynamoDB Local on port 8002, in memory, for a trial with thousands of people (docs/moving.md)
	@cd .tools/dynamodb-local && exec java -Djava.library.path=. -cp './*' com.amazonaws.services.dynamodbv2.local.main.ServerRunner \
	  -inMemory -sharedDb -disableTelemetry -port $(or $(PORT),8002)

check: $(VENV) $(CATALOGUES) ## the fast loop: lint, unit and integration tests of what changed since main
	@.venv/bin/python -m tools.check $(WORKERS)

test: $(VENV) $(CLIENTS) $(DYNAMODB_LOCAL) $(CHECKOV) $(OPA) $(MAILPIT) $(TERRAFORM) $(KEYCLOAK) ## all tests: unit, store on real engines, real clients, browser, Lambda
	@tools/require.sh python node java chromium
	@.venv/bin/pytest -n $(WORKERS) --dist loadfile --durations=20 $(ARGS)

lint: $(VENV) $(CLIENTS) $(CHECKOV) ## ruff, mypy, import contracts, licences, cfn-lint and checkov on what CloudFormation gets
	@tools/lint.sh

format: $(VENV) ## let ruff format the code, and correct what it can
	@.venv/bin/ruff check --fix-only --quiet . || true
	@.venv/bin/ruff format .

languages: $(VENV) ## take new texts into the catalogues of languages, check and compile them
	@.venv/bin/python -m tools.translation update

bench: $(VENV) $(CATALOGUES) $(CLIENTS) $(PEER) ## calls, units, latency, CPU and cold start, beside node-oidc-provider
	@.venv/bin/python -m bench $(ARGS)

faults: $(VENV) $(CATALOGUES) $(CLIENTS) ## faults of what the provider needs, against every flow (docs/reliability.md)
	@.venv/bin/python -m bench.faults $(ARGS)

versions: $(VENV) $(CATALOGUES) $(CLIENTS) ## the version before and this one on the same tables: ten minutes (docs/testing.md)
	@.venv/bin/python -m bench.versions $(ARGS)

package: $(VENV) ## the archives for Lambda with bills of materials: arm64, Python 3.13, locked wheels
	@PATH="$(dir $(UV)):$$PATH" .venv/bin/python -m tools.package $(ARGS)

licences: $(VENV) ## the licences of the libraries that are deployed (docs/supply-chain.md)
	@.venv/bin/python -m tools.licences

advisories: $(VENV) ## published advisories about the locked libraries, from osv.dev or a snapshot of it
	@.venv/bin/python -m tools.advisories $(ARGS)

fuzz: $(VENV) $(FUZZ) ## coverage-guided fuzzing of every parser of outside input, ten minutes (docs/testing.md)
	@.venv/bin/python -m tools.fuzz $(ARGS)

terraform: $(TERRAFORM) ## the Terraform provider, in .tools/terraform-provider (docs/terraform.md)
	@printf '\033[32m✓\033[0m .tools/terraform-provider/terraform-provider-idp\n'

stage-named:
	@[ -n "$(STAGE)" ] || { echo "Which stage? For example: make $(or $(firstword $(MAKECMDGOALS)),deploy) STAGE=dev" >&2; exit 1; }

# Check what a deployment needs before anything is built.
deployable: stage-named $(VENV) $(CLIENTS)
	@.venv/bin/python -m tools.deploy --region $(REGION) check $(STAGE) $(PARAMS)

deploy: deployable lint package ## to AWS: check, package, migrate, deploy by weights, check the result (docs/deploy.md)
	@.venv/bin/python -m tools.deploy --region $(REGION) deploy $(STAGE) $(PARAMS)

deploy-edge: stage-named $(VENV) $(CLIENTS) ## CloudFront with a firewall before the deployment
	@.venv/bin/python -m tools.deploy --region $(REGION) check-edge $(STAGE) $(PARAMS)
	@.venv/bin/python -m tools.deploy --region $(REGION) edge $(STAGE) $(PARAMS)

idp: stage-named $(VENV) ## the command line on a deployment: make idp STAGE=prod ARGS=doctor
	@.venv/bin/python -m tools.deploy --region $(REGION) idp $(STAGE) -- $(ARGS)

destroy: stage-named $(VENV) $(CLIENTS) ## remove the stack, after asking; tables and the KMS key stay
	@.venv/bin/python -m tools.deploy --region $(REGION) destroy $(STAGE)

clean: ## remove what the targets above made, except the data of make dev (.idp)
	@rm -rf .venv .tools .artefacts dist build .mypy_cache .ruff_cache .pytest_cache tests/clients/node_modules bench/peer/node_modules

.tools/uv/bin/uv:
	@tools/require.sh python
	@tools/install_uv.sh

$(VENV): pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	@tools/require.sh python
	@$(UV) sync --locked --quiet
	@touch $@

$(CATALOGUES): $(wildcard idp/locales/*/LC_MESSAGES/idp.po) | $(VENV)
	@.venv/bin/python -m tools.translation compile
	@touch $@

$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json
	@tools/require.sh node
	@cd tests/clients && $(NPM_CI)
	@touch $@

$(PEER): bench/peer/package.json bench/peer/package-lock.json
	@tools/require.sh node compiler
	@cd bench/peer && $(NPM_CI)
	@touch $@

# Not in .venv: it needs older versions of libraries that the tests use.
$(CHECKOV): tools/checkov/pyproject.toml tools/checkov/uv.lock | $(VENV)
	@UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(@D) $(UV) sync --project tools/checkov --locked --quiet
	@touch $@

# Not in .venv: it has wheels for Linux only.
$(FUZZ): tools/fuzz/pyproject.toml tools/fuzz/uv.lock | $(VENV)
	@UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(@D) $(UV) sync --project tools/fuzz --python .venv/bin/python --locked --quiet
	@touch $@

# Programs in Go that tests run, built from the modules that their go.sum names. Arguments: the file to build, and its package.
BUILD_GO = cd $(<D) && UV=$(firstword $(shell command -v $(UV)) $(CURDIR)/$(UV)) GOFLAGS=-mod=readonly CGO_ENABLED=0 $(CURDIR)/tools/go.sh build -trimpath -ldflags "-s -w" -o $(CURDIR)/$(1) $(2) 2> >(grep -v 'go: downloading' >&2)

# The Open Policy Agent of examples/opa.
$(OPA): examples/opa/engine/go.mod examples/opa/engine/go.sum | $(VENV)
	@printf 'building the Open Policy Agent, once: a few minutes …\n'
	@$(call BUILD_GO,$(@D)/opa,github.com/open-policy-agent/opa)
	@touch $@

# A mail server that judges mails.
$(MAILPIT): tools/mailpit/go.mod tools/mailpit/go.sum | $(VENV)
	@printf 'building mailpit, once: a minute or two …\n'
	@$(call BUILD_GO,$(@D)/mailpit,github.com/axllent/mailpit)
	@touch $@

# The Terraform provider of packages/terraform.
$(TERRAFORM): packages/terraform/go.mod packages/terraform/go.sum $(shell find packages/terraform -name '*.go' -o -name table.json) | $(VENV)
	@printf 'building the Terraform provider: the first time a minute or two …\n'
	@$(call BUILD_GO,$(@D)/terraform-provider-idp,.)
	@touch $@

$(DYNAMODB_LOCAL): tests/engines/dynamodb_local/pom.xml
	@tools/require.sh java maven
	@rm -rf $(@D)
	@$(MVN) -f $< dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D) -DincludeScope=runtime
	@touch $@

# Another provider. Only its archive: --quiet, because Maven would print a line for each file. The build is of its configuration, not of its code.
$(KEYCLOAK): tools/keycloak/pom.xml
	@tools/require.sh java maven
	@printf 'fetching Keycloak, once: a few minutes …\n'
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(MVN) -f $< dependency:unpack -DoutputDirectory=$(CURDIR)/$(@D)
	@mv $(@D)/keycloak-*/* $(@D) && rm -r $(@D)/keycloak-* $(@D)/target
	@$(@D)/bin/kc.sh build --db=dev-file --features=scim-api > $(@D)/build.log 2>&1 || { cat $(@D)/build.log >&2; exit 1; }
	@touch $@
