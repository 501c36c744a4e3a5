# Targets are what CI runs. `make run` and `make test` do all the set-up themselves.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# A case from the first of the five police bulletins; another text with: make run TEXT=…
TEXT ?= 2024年1月,桂林居民成某接到一个苹果“FaceTime”视频电话,对方自称是中国银联的工作人员,称成某在微信里面开通了 “百万保障”,如果不及时取消,每年将会被扣9000元。成某担心被扣钱,就按照对方指导下下载了会议APP,开启了屏幕共享功能,然后把自己银行卡内的钱都转到对方提供的所谓“安全账户”,共计被骗5.2万余元。

.PHONY: run serve test picture lint types train evaluate bench wheelhouse clean

run: .venv/installed
	@$(BIN)/scamtype classify "$$TEXT"
export TEXT

# The page at http://127.0.0.1:8765/; another port with: make serve PORT=…
PORT ?= 8765
serve: .venv/served
	@$(BIN)/scamtype serve --port $(PORT)

test: .venv/developed
	$(BIN)/python -m pytest

# The picture of the page in README, as the browser tests see it.
picture: .venv/developed
	SCAMTYPE_PICTURE=tests/classifier/web/page.png $(BIN)/python -m pytest tests/classifier/web/test_web_browser.py -k at_once

lint: .venv/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/developed
	$(BIN)/mypy

train: .venv/installed
	$(BIN)/scamtype train --no-store --output models/default --force

evaluate: .venv/installed
	$(BIN)/scamtype evaluate --held-out

bench: .venv/installed
	$(BIN)/python benchmarks/speed.py

# Everything that a machine without a network needs: pip install --no-index --find-links wheelhouse scamtype
wheelhouse: .venv/installed
	$(BIN)/python -m pip wheel --quiet --wheel-dir wheelhouse .

clean:
	rm -rf .venv wheelhouse dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/served: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[web]"
	@touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@
