# Short names for what is done often; `just` alone lists them. Nothing here is needed: each line can be typed.

# Arguments arrive as they were typed, the stars of a schedule too.
set positional-arguments

_list:
    @just --list --unsorted

# Run everything for development, on a private PostgreSQL where none is configured
dev *options:
    cargo run -- dev "$@"

# Any command of the worker: just worker cron history
worker *command:
    cargo run --quiet -- "$@"

# Run every test; with a name, those whose name holds it: just test overlap
test *filter:
    cargo test --workspace "$@"

# Run the integration tests on a history in partitions: just test-partitioned retries
test-partitioned *filter:
    PARTITIONED_HISTORY=1 cargo test --workspace --test it -- --skip partitioned:: --skip grown:: "$@"

# Torture real processes on a real server, and judge what they did: just torture --seconds 600 --seed 7
torture *options:
    cargo build --quiet --package torture --package torture-worker
    cargo run --quiet --package torture --bin torture -- "$@"

# Measure the whole system beside its peers and the server's limit: just bench --rounds 5 --only throughput
bench *options:
    benches/system/run "$@"

# Measure what is computed without a database: just bench-micro next_slot
bench-micro *options:
    cargo bench --quiet --profile machine --package micro -- "$@"

# Make small mistakes in the engine, and see whether tests notice: just mutants cron; just mutants engine --every 5
mutants *options:
    cargo run --quiet --package mutants -- "$@"

# Measure on tables that have grown, beside small ones: just bench-grown --executions 1000000
bench-grown *options:
    cargo build --quiet --release --package grown
    mkdir -p target/bench/ledger && cd target/bench && OUT=$PWD/ledger ../release/grown "$@"

# Feed a reader of input anything at all (schedule, config, address, cursor, request, command): just fuzz address -max_total_time=600
fuzz target *options:
    shift; cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none --dev {{ target }} -- "$@"

# What the gate holds the style against
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Format the code
fmt:
    cargo fmt --all

# Write the index of the task folder anew
generate:
    cargo run --quiet -- generate

# Write golden files anew: the tables and .env.example. Review their diff with yours
golden:
    UPDATE_GOLDEN=1 cargo test --workspace --quiet -- golden_file example_file

# Make the pictures of the terminal in docs/images anew
screenshots:
    docs/screenshots/make

# The documentation of the code, in a browser
doc:
    cargo doc --workspace --no-deps --open

# The whole gate, as in a fresh clone
ci:
    .ci/run
