# ./dev test [--full]
#
# Each preset's results are ctest's own JUnit file; tools/dev/junit_summary.py adds them up. What fails before a test
# could run (a build, the discovery of tests) counts as one failed test, so the last line never hides it.
passed=0
failed=0

summary() { echo "$passed passed, $failed failed"; }

can_mount_tmpfs() {
  local try='d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s'
  unshare --mount sh -c "$try" 2>/dev/null || unshare --user --map-root-user --mount sh -c "$try" 2>/dev/null
}

# run_preset PRESET LABELS-TO-LEAVE-OUT-REGEX
run_preset() {
  local preset=$1 leave_out=$2 status=0 counts
  local junit=$PWD/build/$preset/junit.xml
  if ! build_preset "$preset"; then
    echo "FAILED: preset $preset does not build (the compiler's message is above); its tests were not run" >&2
    failed=$((failed + 1))
    return 0
  fi
  say "testing preset $preset"
  rm -f "$junit"
  ctest --test-dir "build/$preset" -j2 --output-on-failure --output-junit "$junit" --label-exclude "$leave_out" ||
    status=$?
  counts=$(python3 tools/dev/junit_summary.py "$preset" "$junit" "$status")
  passed=$((passed + ${counts%% *}))
  failed=$((failed + ${counts##* }))
}

cmd_test() {
  local full=0 label
  case "${1:-}" in
    "") ;;
    --full) full=1 ;;
    *) die "test: unknown option $1 (--full)" ;;
  esac
  if ! (install_packages); then
    failed=1
    summary
    exit 1
  fi

  local out=()
  leave() {
    out+=("$1")
    say "leaving out tests labelled '$1': $2"
  }
  [ -d ../shared/data ] || leave shared "the data sets of ../shared are not on this machine"
  can_mount_tmpfs || leave root "this machine does not let us mount a small tmpfs"
  if [ "$full" = 0 ]; then
    leave full "they take long; ./dev test --full runs them"
    leave tsan "they want ThreadSanitizer; ./dev test --full runs them"
    leave browser "they want a browser; ./dev test --full runs them"
  fi
  regex() { local IFS='|'; echo "^($*)\$"; }

  run_preset release "$(regex "${out[@]}" tsan)"
  [ "$failed" = 0 ] || [ "$passed" != 0 ] || { summary; exit 1; }
  run_preset asan "$(regex "${out[@]}" tsan full browser)"
  [ "$full" = 0 ] || run_preset tsan "$(regex "${out[@]}" full browser)"
  summary
  [ "$failed" = 0 ]
}
