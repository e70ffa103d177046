// For the tests of this folder: a machine to run commands on, and a server that records and answers as told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/cli.h"
#include "net/server.h"

namespace holdfast::cli {

struct Seen {
  std::string method, target, body, authorization, content_type;
};

inline std::string envelope(std::string_view result, std::string_view info = "") {
  std::string text = R"({"result":)" + std::string(result) + R"(,"success":true,"errors":[],"messages":[])";
  if (!info.empty()) text += R"(,"result_info":)" + std::string(info);
  return text + "}";
}

inline net::Response ok(std::string_view result, std::string_view info = "") {
  return {.status = 200, .body = envelope(result, info)};
}

inline net::Response refuse(int status, int code, std::string_view message, std::string_view pointer = "") {
  std::string source = pointer.empty() ? "" : R"(,"source":{"pointer":")" + std::string(pointer) + R"("})";
  return {.status = status,
          .body = R"({"result":null,"success":false,"errors":[{"code":)" + std::to_string(code) + R"(,"message":")" +
                  std::string(message) + "\"" + source + R"(}],"messages":[]})"};
}

class FakeServer {
 public:
  using Answerer = std::function<net::Response(const Seen&)>;

  explicit FakeServer(Answerer answerer) : answerer_(std::move(answerer)) {
    server_ = net::Server::listen({}, [this](std::shared_ptr<net::Request> request) {
                return handle(this, request);
              }).value();
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  [[nodiscard]] std::vector<Seen> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  // "GET /path" of every request, with what all paths begin with left out.
  [[nodiscard]] std::vector<std::string> calls() {
    std::vector<std::string> out;
    for (const Seen& one : seen()) {
      const std::string prefix = "/client/v4/accounts/local/agent-memory";
      out.push_back(one.method + " " +
                    (one.target.starts_with(prefix) ? one.target.substr(prefix.size()) : one.target));
    }
    return out;
  }

 private:
  static Task<net::Response> handle(FakeServer* self, std::shared_ptr<net::Request> request) {
    auto body = co_await net::read_all(*request->body, std::size_t{64} * 1024 * 1024);
    Seen one{request->method, request->target, body ? *body : std::string(),
             std::string(request->header("Authorization")), std::string(request->header("Content-Type"))};
    const std::lock_guard lock(self->mutex_);
    self->seen_.push_back(one);
    co_return self->answerer_(one);
  }

  Answerer answerer_;
  std::mutex mutex_;
  std::vector<Seen> seen_;
  std::unique_ptr<net::Server> server_;
};

// Runs commands; keeps what they print.
class Machine {
 public:
  struct Ran {
    int status = 0;
    std::string out, err;
  };

  Ran run(std::vector<std::string> args, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    World world{.in = in,
                .out = out,
                .err = err,
                .clock = clock,
                .env = [this](const std::string& name) -> std::optional<std::string> {
                  const auto found = environment.find(name);
                  return found == environment.end() ? std::nullopt : std::optional(found->second);
                },
                .sleep = [this](std::chrono::milliseconds time) { slept.push_back(time); },
                .serve =
                    [this](const ServeOptions& options) {
                      served.push_back(options);
                      return serve_status;
                    },
                .check_models =
                    [this](const ModelsCheckOptions& options) {
                      checks.push_back(options);
                      if (checked && options.on_line)
                        for (const ModelsCheckLine& line : *checked) options.on_line(line);
                      return checked;
                    },
                .in_is_terminal = terminal,
                .out_is_terminal = terminal,
                .err_is_terminal = terminal};
    const int status = cli::run(args, world);
    return {status, out.str(), err.str()};
  }

  ManualClock clock{parse_iso("2026-04-21T00:00:00Z").value()};
  std::map<std::string, std::string> environment;
  std::vector<std::chrono::milliseconds> slept;
  std::vector<ServeOptions> served;
  int serve_status = 0;
  std::vector<ModelsCheckOptions> checks;
  Result<std::vector<ModelsCheckLine>> checked = std::vector<ModelsCheckLine>{};
  bool terminal = false;
};

// A folder of its own for a test, gone when it ends.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-cli-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      out.push_back(entry.path().filename().string());
    std::ranges::sort(out);
    return out;
  }

 private:
  std::filesystem::path path_;
};

// Nobody listens there: a port that was free a moment ago.
inline std::string nobody_url() {
  const FakeServer gone([](const Seen&) { return net::Response{}; });
  return gone.url();
}

}  // namespace holdfast::cli
