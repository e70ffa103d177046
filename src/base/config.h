// The server's configuration: a TOML file, then the environment over it (HOLDFAST_<SECTION>_<KEY>, upper case), then
// the command line over both. Every key has a default; an unknown key is an error that names the nearest known one's
// section, so that a typing mistake is not silently a default. docs/configuration.md lists them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast {

struct Config {
  struct Server {
    std::string data = "holdfast-data";  // directory, created
    std::string host = "127.0.0.1";
    std::uint16_t port = 8787;    // 0: any free one
    std::string tls_certificate;  // PEM files: both or none
    std::string tls_key;
    std::int64_t shutdown_seconds = 30;  // how long a graceful stop waits for running requests
  } server;

  struct Limits {
    std::int64_t connections = 1024;
    std::int64_t requests_in_flight = 512;            // more are answered 503
    std::int64_t body_bytes_in_flight = 256LL << 20;  // bytes
    double requests_per_second = 0;                   // a token; 0: no limit
    std::int64_t open_bytes = 512LL << 20;            // memory of open profiles, about, bytes
    std::int64_t open_files = 8192;                   // descriptors of open profiles; less when the system has less
    std::int64_t header_timeout_ms = 10'000;
    std::int64_t body_timeout_ms = 30'000;
    std::int64_t write_timeout_ms = 30'000;
    std::int64_t keep_alive_timeout_ms = 60'000;
    std::int64_t storage_threads = 8;
    std::int64_t compute_threads = 0;  // 0: one a core
  } limits;

  // Where a model server is and how it is asked; the same for language models and embeddings.
  struct Provider {
    std::string base_url;  // "http://127.0.0.1:8080/v1"; "" for none
    std::string api_key;   // one of these three, or none; once loaded, the key is here wherever it came from
    std::string api_key_env;
    std::string api_key_file;
    std::vector<std::string> headers;  // "Name: value"
    std::string model;                 // "" for the server's only one
    std::int64_t timeout_ms = 120'000;
    std::int64_t retries = 3;
    std::int64_t concurrency = 8;  // calls in flight
  };

  struct Llm : Provider {
    std::string extract_model;  // of one stage; "" for `model`, "builtin" for the program itself
    std::string verify_model;
    std::string classify_model;
    std::string analyse_model;
    std::string synthesise_model;
    std::int64_t recall_timeout_ms = 2'000;  // how much longer than without a model one recall may take
    std::int64_t context_tokens = 0;         // 0: found out
    std::string affinity_header;             // carries the profile, for servers that keep prompts cached
    bool stream = true;
    bool cache = true;
    std::int64_t cache_bytes = 256LL << 20;
    std::int64_t tokens_per_day = 0;  // a profile; 0: no bound
    bool gate = false;                // only what the program itself sees something in is sent
  } llm;

  struct Embedding : Provider {
    std::int64_t dimensions = 0;    // 0: found out
    std::int64_t batch = 64;        // texts a call
    std::int64_t input_tokens = 0;  // 0: found out
    std::string query_prefix;
    std::string passage_prefix;
  } embedding;

  struct Privacy {
    bool redact = true;            // keys and passwords, before anything is sent to a model
    bool redact_messages = false;  // in raw messages too, before they are stored
  } privacy;

  struct Models {
    std::string encoder = "embedded";  // or none: everything works on words alone
    std::string file;                  // the embedded encoder's; "" for the one installed with the binary
  } models;

  struct Vectors {
    bool messages = true;          // of messages too, not of memories alone
    std::int64_t backlog = 4'000;  // texts without vectors beyond which ingest answers later
  } vectors;

  struct Log {
    std::string level = "info";  // debug (every request), info, warning, error, off
  } log;
};

// Looks up an environment variable; tests pass their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] Environment process_environment();

// `file` "" for none. kInvalid, with the file, the key and what would be right.
[[nodiscard]] Result<Config> load_config(const std::string& file, const Environment& environment);

}  // namespace holdfast
