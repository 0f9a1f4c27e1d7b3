# `just` lists the recipes.
default:
    @just --list

# What must pass before a change is handed in.
ready: fmt lint test doc

# Whether the sources are formatted.
fmt:
    cargo fmt --check

# No warnings.
lint:
    cargo clippy --all-targets -- -D warnings

# All tests: unit tests, rules on their own examples, fixtures, command line.
test:
    cargo test
    cargo run --quiet -- rules --check

# What the fixtures cover: dialects and places of values against the ways in which values are written; and secrets that
# programs put out, by their source, their way and where they end.
coverage:
    cargo test --quiet --lib fixtures_cover_every -- --nocapture --test-threads 1

# The documentation of the library.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

# Writes the generated page of all rules.
rules-page:
    cargo run --quiet -- rules --isolated --format markdown > docs/rules.md

# Licences, banned packages, advisories.
deny:
    cargo deny check

# Has the report of a scan validated by Microsoft's SARIF multitool, with GitHub's rules. Needs npm.
sarif path="fixtures":
    #!/usr/bin/env bash
    set -euo pipefail
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
    cargo run --quiet -- scan {{quote(path)}} --quiet --fail-on never --format sarif --output "$dir/report.sarif"
    npm install --prefix "$dir" --no-audit --no-fund --silent @microsoft/sarif-multitool@5
    tool=$(find "$dir/node_modules/@microsoft" -name Sarif.Multitool -type f | head -n 1)
    chmod u+x "$tool"
    # It exits with 0 whatever it finds. Notes are matters of taste (ids of rules, texts of messages) or need a network.
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$tool" validate "$dir/report.sarif" \
        --rule-kind "Sarif;Ghas" --level "Error;Warning" | tee "$dir/log"
    grep -q "files scanned" "$dir/log"
    if grep -Eq ": (error|warning) " "$dir/log"; then exit 1; fi

# Time, memory and findings on a tree (benches/tree.sh makes one), beside other scanners; then the time for five files.
bench tree:
    cargo build --release
    benches/side_by_side.sh {{quote(tree)}} "${CARGO_TARGET_DIR:-target}/release/barekey"
    benches/startup.sh "${CARGO_TARGET_DIR:-target}/release/barekey"

# The wheel: built, installed into a fresh environment, tried. Needs Python and PyPI.
wheel:
    packaging/wheel.sh

# action.yml and the workflows: schemas, and what zizmor finds unsafe. Needs Python and PyPI.
actions:
    packaging/actions.sh

# Real pre-commit and prek with this repository as their source: `language: rust` builds it once. Needs Python and PyPI.
pre-commit:
    packaging/pre_commit.sh
