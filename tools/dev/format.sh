# ./dev format
cmd_format() {
  install_packages
  say "formatting $(sources | wc -l) files"
  sources | xargs -r clang-format-19 -i
}
