# Two commands do everything: `make chat` and `make test`. Each sets up what it needs first.
#
# On Linux, pip's default PyTorch wheel may bring GPU libraries of several gigabytes. To avoid them, give the address of
# PyTorch's CPU wheels (pytorch.org, "Start locally"):   make setup TORCH_INDEX=<address>

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH_INDEX ?=

.PHONY: chat test eval eval-baseline setup bench load screenshots clean

chat: setup
	@$(BIN)/send-assistant documents >/dev/null 2>&1 || $(BIN)/send-assistant ingest corpus/digests corpus/guides
	@$(BIN)/send-assistant chat

test: setup
	@$(BIN)/python -m pytest

# The starter set against its kept baseline; status 1 where something fell that the gate guards.
eval: .eval/starter
	@$(BIN)/send-assistant eval run evals/sets/starter.jsonl --index .eval/starter --baseline evals/sets/baseline --gate evals/sets/gate.toml

# After a change of answers that is wanted: keeps them as what later ones are compared with. Commit evals/sets/baseline.
eval-baseline: .eval/starter
	@$(BIN)/send-assistant eval run evals/sets/starter.jsonl --index .eval/starter --baseline evals/sets/baseline --write-baseline evals/sets/baseline

# Read anew each time, so that it holds what corpus/ holds.
.PHONY: .eval/starter
.eval/starter: setup
	@rm -rf .eval/starter
	@$(BIN)/send-assistant ingest corpus/digests corpus/guides --index .eval/starter >/dev/null

bench: setup
	@$(BIN)/python -m evals.bench

load: setup
	@$(BIN)/python -m evals.load

screenshots: setup
	@$(BIN)/python docs/screenshots.py

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml .constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("send-assistant needs Python 3.11 or later, this is " + sys.version.split()[0] + ". Install one and run: make setup PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned packages into $(VENV) (about 2 GB, a few minutes the first time)"
	@if [ -n "$(TORCH_INDEX)" ]; then $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c .constraints.txt --index-url "$(TORCH_INDEX)" torch; fi
	@$(BIN)/python -m pip install --disable-pip-version-check -c .constraints.txt -e ".[test]"
	@touch $(VENV)/.ready

clean:
	rm -rf $(VENV)
