# ./dev lint [--tidy [all]]
cmd_lint() {
  local tidy=
  case "${1:-}" in
    "") ;;
    --tidy) tidy=${2:-changed} ;;
    *) die "lint: unknown option $1 (--tidy, --tidy all)" ;;
  esac
  install_packages
  local failed=0
  say "formatting (./dev format mends it)"
  sources | xargs -r clang-format-19 --dry-run -Werror || failed=1
  say "architecture"
  python3 tools/dev/lint_architecture.py $(sources) || failed=1
  if [ -n "$tidy" ]; then
    say "clang-tidy on $tidy files"
    [ -f build/dev/compile_commands.json ] || { fetch_model && cmake --preset dev >/dev/null; } || die "cmake --preset dev failed"
    local files
    if [ "$tidy" = all ]; then
      files=$(sources | grep '\.cc$' || true)
    else
      files=$( (git diff --name-only HEAD; git diff --name-only HEAD~1 HEAD 2>/dev/null; git ls-files --others --exclude-standard) |
        sort -u | grep '^src/.*\.cc$' || true)
    fi
    local f existing=()
    for f in $files; do [ ! -f "$f" ] || existing+=("$f"); done
    if [ ${#existing[@]} -gt 0 ]; then
      printf '%s\n' "${existing[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-19 --quiet -p build/dev || failed=1
    fi
  fi
  [ "$failed" = 0 ] || die "lint found what must be mended (above)"
  say "lint: nothing to mend"
}
