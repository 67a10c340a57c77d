# Postern. "make help" explains every target.

TIME = 20s
ROUNDS = 5
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0

# A clone that belongs to another user makes git, and so the stamping, fail.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

SHELL       = bash
.SHELLFLAGS = -euo pipefail -c
.DEFAULT_GOAL = build
.DELETE_ON_ERROR:
.PHONY: help build run demo webmail database-app webmail-test test e2e golden pictures bench bench-app faults fuzz check clean FORCE

# All programs are built alike, so that what they share is compiled once: a first
# build takes half the time.
go_build = CGO_ENABLED=0 go build -trimpath

# Runs a command beside a throwaway PostgreSQL server that ends with it.
with_postgres = bin/withpostgres

# What the browser app is made of; its build takes half a minute, so it is
# started only when one of these is newer than what it made last.
app_sources = go.mod go.sum $(shell find app shared web \
	\( -name node_modules -o -path web/build -o -path web/static/dist \) -prune \
	-o -type f -not -name '*_test.go' -print)

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: web/static/dist/manifest.json bin/postern ## the browser app, then bin/postern with the app inside

run: build bin/withpostgres ## build, see to a PostgreSQL server, serve (Ctrl-C stops; settings: bin/postern serve --help)
	@[ -n "$${POSTERN_DATABASE_URL:-}" ] || .ci/need postgres
	@exec bin/postern serve

demo: build bin/withpostgres ## run with sample people, mailboxes and a year of history, in data/demo
	@[ -n "$${POSTERN_DATABASE_URL:-}" ] || .ci/need postgres
	@POSTERN_DATA="$${POSTERN_DATA:-data/demo}" exec bin/postern demo

webmail: build bin/webmail bin/withpostgres ## Dovecot and Roundcube beside a demo, with a message in the box (Debian; Ctrl-C stops all)
	@.ci/need postgres webmail
	@exec bin/webmail -postern bin/postern

database-app: build bin/webmail bin/withpostgres ## Adminer beside a demo, opened signed in from an account's databases (Debian; Ctrl-C stops all)
	@.ci/need postgres adminer
	@exec bin/webmail -adminer -postern bin/postern

webmail-test: build bin/webmail bin/withpostgres ## from a one-time session to the inbox of Roundcube on Dovecot, in a browser
	@.ci/need postgres chromium compiler webmail
	$(with_postgres) go test -race ./server/node -run Webmail -v

test: build bin/withpostgres bin/webmail ## everything that tests, with a PostgreSQL server of its own and a real browser
	@.ci/need postgres chromium compiler curl webmail adminer tshark
	$(with_postgres) go test -race -timeout 40m ./...

e2e: build bin/withpostgres bin/webmail ## only the tests in a browser
	@.ci/need postgres chromium compiler adminer
	$(with_postgres) go test -race ./server/node -run Browser

pictures: build bin/withpostgres ## the README's pictures, taken anew in a browser
	@.ci/need postgres chromium compiler
	rm -rf web/build/pictures && mkdir -p web/build/pictures web/pictures
	POSTERN_TEST_PICTURES=$(CURDIR)/web/build/pictures $(with_postgres) go test -count=1 ./server/node -run 'Browser(Account|Administrator)'
	.ci/pictures web/build/pictures web/pictures

golden: bin/withpostgres ## write the replies in the transcripts anew; then read the diff
	@.ci/need postgres
	$(with_postgres) go test $$(grep -rl --include='*_test.go' Transcript server | xargs -n 1 dirname | sort -u | sed 's|^|./|') -run Transcript -update

bench: build bin/withpostgres bin/bench ## speed beside its limits, ten minutes: a table, and bench.json (BENCH='-big=false -rows api')
	@.ci/need postgres wrk
	bin/bench $(BENCH)

faults: build bin/withpostgres bin/faults ## break what Postern stands on under load, and count what was acknowledged, four minutes (as root: a full disk too)
	@.ci/need postgres
	bin/faults -postern bin/postern $(FAULTS)

bench-app: build ## the app's first and later visits, beside a react-admin one (ROUNDS of each, 5)
	@.ci/need postgres chromium
	go run ./server/benchapp -rounds $(ROUNDS)

fuzz: ## every fuzz target, TIME each (20s)
	.ci/fuzz $(TIME)

check: bin/staticcheck bin/govulncheck ## formatting, vet and staticcheck for server and browser, known vulnerabilities, habits
	@unformatted=$$(gofmt -l app server shared migrations web/*.go); [ -z "$$unformatted" ] || { echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	GOOS=js GOARCH=wasm go vet ./app/... ./shared/...
	bin/staticcheck ./...
	GOOS=js GOARCH=wasm bin/staticcheck ./app/... ./shared/...
	.ci/vulnerabilities
	.ci/guards

clean: ## remove what was built (never data/)
	rm -rf bin web/build web/static/dist web/node_modules

bin/postern: web/static/dist/manifest.json FORCE
	$(go_build) -o $@ ./server

bin/withpostgres: FORCE
	@$(go_build) -o $@ ./server/testkit/withpostgres

bin/bench: FORCE
	@$(go_build) -o $@ ./server/bench

bin/faults: FORCE
	@$(go_build) -o $@ ./server/faults

bin/webmail: FORCE
	@$(go_build) -o $@ ./server/webmailtest/webmail

# The version is in the stamp's name: another one is installed anew.
bin/staticcheck: bin/.$(subst /,-,$(STATICCHECK))
bin/.$(subst /,-,$(STATICCHECK)):
	GOBIN=$(CURDIR)/bin go install $(STATICCHECK)
	@touch $@

bin/govulncheck: bin/.$(subst /,-,$(GOVULNCHECK))
bin/.$(subst /,-,$(GOVULNCHECK)):
	GOBIN=$(CURDIR)/bin go install $(GOVULNCHECK)
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json web/package.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/static/dist/manifest.json: $(app_sources) web/node_modules/.package-lock.json
	cd web && node build.mjs
	@touch $@
