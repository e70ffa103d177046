# ./dev package: what a user gets. The archive's bytes depend on the commit and the compiler only.
cmd_package() {
  install_packages
  build_preset release holdfast || die "the release build failed"
  local version name stage check
  version=$(sed -n 's/^project(holdfast VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  [ -n "$version" ] || die "CMakeLists.txt names no version"
  name=holdfast-$version-linux-$(uname -m)
  stage=build/package/$name
  rm -rf build/package "build/$name.tar.zst"
  mkdir -p "$stage"
  llvm-strip-19 -o "$stage/holdfast" build/release/holdfast
  chmod 755 "$stage/holdfast"
  cp build/release/all-minilm-l6-v2.model "$stage/"
  cp README.md LICENSE NOTICE CHANGELOG.md "$stage/"
  cp -r docs "$stage/docs"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" \
    -C build/package --zstd -cf "build/$name.tar.zst" "$name"

  say "checking the archive"
  check=$(mktemp -d)
  trap 'rm -rf "$check"' EXIT
  tar --zstd -xf "build/$name.tar.zst" -C "$check"
  local shown
  shown=$("$check/$name/holdfast" --version) || die "the packaged binary does not run"
  case "$shown" in
    *"$version"*) ;;
    *) die "the packaged binary says '$shown', not version $version" ;;
  esac
  echo "$shown"
  echo "needs these libraries of Debian 12:" $(ldd "$check/$name/holdfast" | awk '/=>/ {print $1}' | sort)
  say "build/$name.tar.zst, $(stat -c %s "build/$name.tar.zst") bytes"
}
