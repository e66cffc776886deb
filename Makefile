# A verb per task.  `make demo` and `make test` work on a fresh clone: they install what is missing, and do nothing
# twice.  Other Python: make PYTHON=python3.13 …  (once; then `make clean` before changing it).

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
UCD = ../shared/ucd
UD = ../shared/ud
GOLD = ../shared/gold

CC = cc
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Werror
CFLAGS = -std=c11 -O3 -g $(WARNINGS)
CPPFLAGS = -Iext/core -Iext/tables $(shell pkg-config --cflags-only-I libpcre2-8 libutf8proc)
LIBS = $(shell pkg-config --libs libpcre2-8 libutf8proc) -lm
SANITIZE = -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

CORE = $(sort $(wildcard ext/core/*.c))
HEADERS = $(sort $(wildcard ext/core/*.h ext/tables/*.h ext/binding/*.h))
BINDING = $(sort $(wildcard ext/binding/*.c))
MODEL = ext/model/english.bin
objects = $(patsubst ext/%.c,$(1)/%.o,$(sort $(wildcard ext/train/*.c)) $(filter-out ext/core/model_data.c,$(CORE)))
TRAIN_HEADERS = $(HEADERS) $(sort $(wildcard ext/train/*.h))
TREEBANKS = $(UD)/ewt.train.conllu $(UD)/gum.train.conllu
TESTS = $(patsubst tests/core/%.c,%,$(sort $(wildcard tests/core/test_*.c)))

.PHONY: demo test test-python floors integrations dist build test-c asan bench train fit tables format lint notebooks docs clean
.DELETE_ON_ERROR:
.SECONDARY:

demo: build
	$(BIN)/python -m quotelens demo

test: test-c asan build/train/train test-python

test-python: $(VENV)/tests.stamp $(VENV)/core.stamp
	$(BIN)/python -m pytest -q $(PYTEST)

# The Python tests again, in an environment of its own with the oldest versions that pyproject.toml allows.
# Without the notebooks, which show what the newest show, and the type checks, whose error codes are the newest's.
floors: build/floors.txt
	PIP_CONSTRAINT=$(CURDIR)/$< $(MAKE) VENV=build/floors test-python \
	    PYTEST="--ignore=tests/notebooks --ignore=tests/typing $(PYTEST)"

build/floors.txt: tools/floors.py pyproject.toml
	@mkdir -p $(@D)
	$(PYTHON) $< >$@

# Sdist and wheels of the last commit, built twice, checked and tested in bare environments: make dist PYTHONS="…"
PYTHONS = $(PYTHON)
dist: build/system.stamp
	$(PYTHON) tools/dist.py $(PYTHONS)

build: $(VENV)/core.stamp

# --------------------------------------------------------------------------------------- Python package

build/system.stamp: tools/bootstrap.sh
	sh tools/bootstrap.sh $(PYTHON)
	@mkdir -p build && touch $@

$(VENV)/venv.stamp: | build/system.stamp
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check "setuptools>=77"
	@touch $@

$(VENV)/package.stamp: pyproject.toml setup.py $(VENV)/venv.stamp
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation -e .
	@touch $@

$(VENV)/tests.stamp: $(VENV)/package.stamp
	$(BIN)/pip install -q --disable-pip-version-check "quotelens[test]"
	@touch $@

$(VENV)/core.stamp: $(VENV)/package.stamp $(CORE) $(BINDING) $(HEADERS) $(MODEL)
	$(BIN)/python setup.py -q build_ext --inplace
	@touch $@

# spaCy, Spark, Dask, Ray, joblib and widgets in a browser.  They have an environment of their own, as they are large and
# choose versions of what the other tests use.
INTEGRATIONS = build/integrations

integrations: $(INTEGRATIONS)/packages.stamp $(VENV)/core.stamp
	$(INTEGRATIONS)/bin/python -m pytest -q tests/integrations tests/spark python/quotelens/spacy.py tests/unit/test_explorer.py

$(INTEGRATIONS)/packages.stamp: pyproject.toml setup.py tools/bootstrap.sh $(VENV)/core.stamp
	sh tools/bootstrap.sh $(PYTHON) java
	$(PYTHON) -m venv $(INTEGRATIONS)
	$(INTEGRATIONS)/bin/pip install -q --disable-pip-version-check "setuptools>=77"
	$(INTEGRATIONS)/bin/pip install -q --disable-pip-version-check --no-build-isolation -e ".[integrations]"
	@touch $@

# ------------------------------------------------------------- C core alone, with its tests and sanitizers

build/core/%.o: ext/core/%.c $(HEADERS) | build/system.stamp
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(CPPFLAGS) -c $< -o $@

build/asan/core/%.o: ext/core/%.c $(HEADERS) | build/system.stamp
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(SANITIZE) $(CPPFLAGS) -c $< -o $@

build/core/model_data.o build/asan/core/model_data.o: $(MODEL)

build/libquotelens.a: $(CORE:ext/core/%.c=build/core/%.o)
	@rm -f $@
	@$(AR) rcs $@ $^

build/asan/libquotelens.a: $(CORE:ext/core/%.c=build/asan/core/%.o)
	@rm -f $@
	@$(AR) rcs $@ $^

build/tests/%: tests/core/%.c tests/core/check.h build/libquotelens.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(CPPFLAGS) $(filter-out %.h,$^) -o $@ $(LIBS)

build/asan/tests/%: tests/core/%.c tests/core/check.h build/asan/libquotelens.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(SANITIZE) $(CPPFLAGS) $(filter-out %.h,$^) -o $@ $(LIBS)

build/train/%.o: ext/train/%.c $(TRAIN_HEADERS) | build/system.stamp
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(CPPFLAGS) -c $< -o $@

build/asan/train/%.o: ext/train/%.c $(TRAIN_HEADERS) | build/system.stamp
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(SANITIZE) $(CPPFLAGS) -c $< -o $@

# The core without the weights: the trainer has the least that are valid, and makes the others.
build/train/train: $(call objects,build)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ $(LIBS) -pthread

build/asan/train/train: $(call objects,build/asan)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(SANITIZE) $^ -o $@ $(LIBS) -pthread

# Unicode's own break tests, for test_unicode; it does without where they are not there.
ARGUMENTS_test_unicode = $(wildcard $(UCD)/WordBreakTest.txt $(UCD)/SentenceBreakTest.txt)

test-c: $(TESTS:%=run-%)
asan: run-asan-train $(TESTS:%=run-asan-%)

run-asan-train: build/asan/train/train tests/data/small.conllu
	@echo "build/asan/train/train … tests/data/small.conllu"
	@ASAN_OPTIONS=detect_leaks=0 $< build/asan/train/small.bin tests/data/small.conllu 2>build/asan/train/log \
	    || { cat build/asan/train/log; exit 1; }

run-asan-%: build/asan/tests/%
	$< $(ARGUMENTS_$*)

run-%: build/tests/%
	$< $(ARGUMENTS_$*)

# ------------------------------------------------------------------------------------------------ the rest

build/bench/%: tests/bench/%.c build/libquotelens.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(CFLAGS) $(CPPFLAGS) $^ -o $@ $(LIBS)

bench: build build/bench/stages
	$(BIN)/python tests/bench/throughput.py

# Minutes.  The weights are replaced when all is done.
train: build/train/train
	@for file in $(TREEBANKS); do \
	    [ -r $$file ] && continue; \
	    echo "$$file is not there: UD= says where the treebanks are; $(MODEL) stays as it is" >&2; exit 1; \
	done
	build/train/train build/train/english.bin $(TREEBANKS)
	cp build/train/english.bin $(MODEL)

tables:
	$(PYTHON) ext/gen/lexicon.py
	$(PYTHON) ext/gen/lemma.py
	$(PYTHON) ext/gen/page.py
	$(PYTHON) ext/gen/names.py
	$(PYTHON) ext/gen/score.py
	@if [ -r $(UD)/gum.train.conllu ]; then $(PYTHON) ext/gen/frequency.py $(TREEBANKS); \
	    else echo "no $(UD): ext/tables/frequency.h stays as it is"; fi
	@if [ -d $(UCD) ]; then $(PYTHON) ext/gen/ucd.py $(UCD); else echo "no $(UCD): ext/tables/ucd.h stays as it is"; fi

# Seconds.  The weights of the scores, after a change of rules; what they look at is a row each in ext/data/score.tsv.
fit: build
	@[ -d $(GOLD) ] || { echo "no $(GOLD): GOLD= says where the annotated text is; the weights stay as they are" >&2; exit 1; }
	$(BIN)/python tools/fit.py $(GOLD)
	$(PYTHON) ext/gen/score.py
	$(MAKE) build

# Versions that the files are formatted with: another one may see other lines.
$(VENV)/lint.stamp: $(VENV)/tests.stamp
	$(BIN)/pip install -q --disable-pip-version-check "clang-format==14.0.6" "ruff>=0.12" "pyright[nodejs]>=1.1.414"
	@touch $@

format: $(VENV)/lint.stamp
	$(BIN)/clang-format -i ext/core/*.[ch] ext/binding/*.[ch] ext/train/*.[ch] tests/core/*.[ch] tests/bench/*.c
	$(BIN)/ruff format python tests tools examples docs/*.py ext/gen setup.py

lint: $(VENV)/lint.stamp
	$(BIN)/clang-format --dry-run -Werror ext/core/*.[ch] ext/binding/*.[ch] ext/train/*.[ch] tests/core/*.[ch] tests/bench/*.c
	$(BIN)/ruff check python tests tools examples docs/*.py ext/gen setup.py
	$(BIN)/python -m mypy
	MYPYPATH=python $(BIN)/python -m mypy.stubtest quotelens._core
	$(BIN)/pyright --pythonpath $(BIN)/python
	PYTHONPATH=python $(BIN)/pyright --pythonpath $(BIN)/python --ignoreexternal --verifytypes quotelens >build/types.txt \
	    || { cat build/types.txt; exit 1; }

# What the notebooks show is compared by the tests: after a change of rules, run this and read them.
notebooks: build $(VENV)/tests.stamp
	$(BIN)/python tools/notebooks.py notebooks/*.ipynb

$(VENV)/docs.stamp: $(VENV)/package.stamp
	$(BIN)/pip install -q --disable-pip-version-check "quotelens[docs]"
	@touch $@

# What the code of a page gave is kept in build/docs/cache, until the page or the package changes.
build/docs/cache.stamp: $(VENV)/core.stamp $(wildcard python/quotelens/*.py python/quotelens/*/*)
	@rm -rf build/docs
	@mkdir -p $(@D) && touch $@

docs: build $(VENV)/docs.stamp build/docs/cache.stamp
	$(BIN)/python -m sphinx -W --keep-going -q -j auto -d build/docs/doctrees docs build/docs/html
	@echo "build/docs/html/index.html"

clean:
	rm -rf build dist $(VENV) python/quotelens.egg-info python/quotelens/_core.*.so
