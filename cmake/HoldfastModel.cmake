# The encoder's model, as its makers publish it. HOLDFAST_MODEL_DIR is the folder with model.safetensors and vocab.txt;
# by default the one that tools/model/fetch.sh fills, outside of build/, so that every preset uses the same.
set(default_cache "$ENV{XDG_CACHE_HOME}")
if(NOT default_cache)
  set(default_cache "$ENV{HOME}/.cache")
endif()
set(HOLDFAST_MODEL_DIR "${default_cache}/holdfast/all-MiniLM-L6-v2" CACHE PATH
  "Folder with the encoder's model.safetensors and vocab.txt")

function(holdfast_check_model NAME SHA256)
  set(path "${HOLDFAST_MODEL_DIR}/${NAME}")
  if(NOT EXISTS "${path}")
    message(FATAL_ERROR "The encoder's model is missing: there is no ${path}\n"
      "Fetch it with tools/model/fetch.sh (./dev does so by itself), or name its folder with -DHOLDFAST_MODEL_DIR=…")
  endif()
  file(SHA256 "${path}" found)
  if(NOT found STREQUAL SHA256)
    message(FATAL_ERROR "${path} is not what it should be:\n  sha256 ${found}\n  wanted ${SHA256}\n"
      "Delete the folder and run tools/model/fetch.sh")
  endif()
endfunction()

holdfast_check_model(model.safetensors 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db)
holdfast_check_model(vocab.txt 07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3)
