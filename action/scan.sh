#!/usr/bin/env bash
# The second step of the action: scans twice. All files make the SARIF report, so that code scanning keeps its alerts; what
# the event brought makes the exit code, the annotations and the summary. Ends with 0: the last step judges.
# Reads the inputs as variables (see action.yml), RUNNER_TEMP, GITHUB_WORKSPACE, GITHUB_REPOSITORY, GITHUB_OUTPUT and,
# through Barekey, what GitHub says of the event.
set -euo pipefail

cd "$GITHUB_WORKSPACE"
out=$RUNNER_TEMP/barekey-report
mkdir -p "$out"

fail() {
  printf '::error title=Barekey::%s\n' "$1"
  printf 'exit-code=2\n' >>"$GITHUB_OUTPUT"
  exit 0
}

# A line of its own in an error that quotes an input would be a command to the runner.
for value in "$SCAN" "$CONFIG" "$BASELINE" "$MIN_CONFIDENCE" "$FAIL_ON"; do
  case $value in *$'\n'* | *$'\r'*) fail 'An input has more than one line.' ;; esac
done

# Options that both scans have.
common=("--min-confidence=$MIN_CONFIDENCE" --no-progress)
if [ -n "$CONFIG" ]; then common+=("--config=$CONFIG"); fi
if [ -n "$BASELINE" ]; then common+=("--baseline=$BASELINE"); fi

# Counts in a report of one object a line.
findings() { grep -c '^{"type":"finding".*"held":null' "$1" || true; }
files() { sed -n 's/^{"type":"summary".*"files":\([0-9]*\).*/\1/p' "$1"; }
skipped() {
  sed -n 's/^{"type":"summary".*"skipped":{\([^}]*\)}.*/\1/p' "$1" | tr ',' '\n' | sed 's/.*://' |
    awk '{ sum += $1 } END { print sum + 0 }'
}

# 1. All files. GITHUB_STEP_SUMMARY is for the second scan.
tree=("${common[@]}" --fail-on=never --quiet --format=jsonl "--output=$out/tree.jsonl" "--also=sarif=$out/barekey.sarif")
if [ "$SHOW_SUPPRESSED" = true ]; then tree+=(--show-suppressed); fi
whole=0
env -u GITHUB_STEP_SUMMARY "$PROGRAM" scan "${tree[@]}" -- . || whole=$?
[ -s "$out/barekey.sarif" ] || fail 'The scan of all files gave no report; its log tells why.'

upload=$UPLOAD
if [ "$upload" = true ]; then
  if [ "$whole" -ne 0 ]; then
    upload=false
    echo '::warning title=Barekey::Not all files could be read, so nothing is uploaded to code scanning.'
  elif [ -n "$HEAD_REPOSITORY" ] && [ "$HEAD_REPOSITORY" != "$GITHUB_REPOSITORY" ] || [ "$ACTOR" = 'dependabot[bot]' ]; then
    upload=false
    echo '::notice title=Barekey::A run for a fork may not upload to code scanning; see the annotations and the summary.'
  fi
fi

# 2. What decides.
case $SCAN in
  auto) command=(ci) ;;
  tree) command=(scan) ;;
  history) command=(scan --history) ;;
  *) fail 'The input scan is none of "auto", "tree" and "history".' ;;
esac
command+=("${common[@]}" "--fail-on=$FAIL_ON" "--also=jsonl=$out/new.jsonl" "--also=github=$out/annotations")
if [ "$SUMMARY" != true ]; then unset GITHUB_STEP_SUMMARY; fi
code=0
"$PROGRAM" "${command[@]}" || code=$?
if [ "$ANNOTATIONS" = true ] && [ -f "$out/annotations" ]; then cat "$out/annotations"; fi
if [ "$whole" -ne 0 ]; then code=2; fi

{
  printf 'sarif-file=%s\n' "$out/barekey.sarif"
  printf 'upload=%s\n' "$upload"
  printf 'findings-count=%s\n' "$(findings "$out/tree.jsonl")"
  printf 'scanned-files=%s\n' "$(files "$out/tree.jsonl")"
  printf 'skipped-files=%s\n' "$(skipped "$out/tree.jsonl")"
  printf 'exit-code=%s\n' "$code"
  if [ -f "$out/new.jsonl" ]; then printf 'new-count=%s\n' "$(findings "$out/new.jsonl")"; fi
} >>"$GITHUB_OUTPUT"
