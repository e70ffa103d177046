# What the commands of ./dev share. Sourced with the repository's root as the working directory.

say() { printf '== %s\n' "$*"; }
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' dev-packages.txt; }

missing_packages() {
  local package
  for package in $(packages); do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || echo "$package"
  done
}

# Installs what dev-packages.txt names and the machine lacks; without a look at the network when nothing is missing.
install_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this is no Debian: install the counterparts of these packages, then build with cmake --preset release:" $(packages)
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  say "installing" $missing
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "packages are missing and there is neither root nor sudo; install them:" $missing
    root=(sudo)
  fi
  "${root[@]}" apt-get update -q || die "apt-get update failed (its own message is above)"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing ||
    die "apt-get could not install:" $missing
  missing=$(missing_packages)
  [ -z "$missing" ] || die "still missing after apt-get install:" $missing
}

# The encoder's model, once a machine: ./dev clean leaves it.
fetch_model() { tools/model/fetch.sh >/dev/null; }

# build_preset PRESET [TARGET…]: configures when needed, builds; returns non-zero when either fails.
build_preset() {
  local preset=$1 targets=()
  shift
  [ $# -eq 0 ] || targets=(--target "$@")
  fetch_model || return 1
  say "building preset $preset${*:+ ($*)}"
  if [ ! -f "build/$preset/build.ninja" ]; then
    cmake --preset "$preset" || return 1
  fi
  cmake --build --preset "$preset" -j "$(nproc)" "${targets[@]}"
}

# The C++ sources that are there, one a line.
sources() {
  local file
  git ls-files --cached --others --exclude-standard -- 'src/*.cc' 'src/*.h' 'tests/*.cc' 'tests/*.h' | sort -u |
    while read -r file; do
      if [ -f "$file" ]; then echo "$file"; fi
    done
}
