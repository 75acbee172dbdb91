# Every target is one script; what it does, and what can be set, stands at its beginning. `make help` lists them.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

##@ The two commands
test: ## all tests: unit, golden, real API server, real PostgreSQL, and the stories on a real cluster
	@make/test
demo: ## a cluster, the product and a shop, live and narrated; it stays up for looking around
	@make/demo
demo-down: ## end the demo and leave nothing behind
	@make/demo-down

##@ Without a cluster
try: ## RESOURCES=dir DATABASE=postgresql://admin:...@host/db ACCESS=ns/name LISTEN=127.0.0.1:6432 [KEEP=1]
	@make/try
gate: ## CONTROL=dir-or-url LISTEN=127.0.0.1:6432 [ACCESS=ns/name]: the gate alone, from a bundle
	@make/gate

##@ Building
images: ## the images as archives, made without a container engine
	@make/images
cli: ## kubectl sluice, into cli/target/kubectl-sluice
	@make/cli
chart: ## lint the Helm chart and compare what it renders with the golden files
	@make/chart
generate: ## what is generated and committed: CRDs, reference pages
	@make/generate
format: ## format the sources
	@make/maven -q spotless:apply
clean: ## remove what was built here (programs built once stay in ~/.cache/sluice)
	@make/maven -q clean && rm -rf target

##@ Looking closer
redteam: ## run the attack corpus through a gate and count what leaks
	@make/redteam
conformance: ## PostgreSQL's own regression suite through the gate, compared with a direct run
	@make/conformance
drivers: ## real drivers, directly and through the gate, by what they print
	@make/drivers
fuzz: ## hostile clients and lying servers at the image's gate, ten million messages each
	@make/fuzz
pressure: ## floods, readers that do not read, rows of 500 MB: what memory the gate takes
	@make/pressure
faults: ## peers that vanish, a server that restarts, a disk that is full
	@make/faults
bench: ## the gate beside PgBouncer and HAProxy, in one interleaved run (half an hour)
	@make/bench

help: ## this list
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: test demo demo-down try gate images cli chart generate format clean redteam conformance drivers fuzz pressure faults bench help
