# ./dev build [PRESET]
cmd_build() {
  local preset=${1:-dev}
  case "$preset" in
    dev | release | asan | tsan | fuzz) ;;
    *) die "no such preset: $preset (dev, release, asan, tsan, fuzz)" ;;
  esac
  install_packages
  build_preset "$preset" || die "the build of preset $preset failed (the compiler's message is above)"
  say "built build/$preset"
}
