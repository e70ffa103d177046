# ./dev clean
cmd_clean() {
  say "deleting build/ (programs, test results, fuzz corpus, the demo's data)"
  rm -rf build
}
