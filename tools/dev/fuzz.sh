# ./dev fuzz [SECONDS]: every src/*/NAME_fuzz.cc is a libFuzzer target NAME_fuzz.
cmd_fuzz() {
  local seconds=${1:-30} file name failed=0 count=0
  [[ "$seconds" =~ ^[1-9][0-9]*$ ]] || die "seconds must be a whole number, not '$seconds'"
  install_packages
  local targets=()
  for file in src/*/*_fuzz.cc; do
    [ -f "$file" ] && targets+=("$(basename "$file" .cc)")
  done
  [ ${#targets[@]} -gt 0 ] || die "there is no src/*/*_fuzz.cc"
  build_preset fuzz "${targets[@]}" || die "the build of the fuzz targets failed"
  for file in src/*/*_fuzz.cc; do
    name=$(basename "$file" .cc)
    count=$((count + 1))
    mkdir -p "build/fuzz-corpus/$name" build/fuzz-findings
    say "$name for $seconds s"
    "build/fuzz/$(dirname "$file")/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
      -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz-findings/$name-" "build/fuzz-corpus/$name" ||
      { echo "FAILED: $name; the input is in build/fuzz-findings"; failed=$((failed + 1)); }
  done
  echo "$count fuzz targets, $failed failed"
  [ "$failed" = 0 ]
}
