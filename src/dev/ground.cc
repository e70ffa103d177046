#include "dev/ground.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/config.h"
#include "memory/profile/sqlite_catalogue.h"

namespace holdfast::dev {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFillers = 2;  // clients that fill one profile

}  // namespace

Result<LocalServer> LocalServer::start(const std::string& data) {
  Config config;
  config.server.data = data;
  config.server.port = 0;
  HOLDFAST_TRY(std::unique_ptr<api::Application> application, api::Application::start(config, std::string(kToken)));
  std::string url = fmt::format("http://127.0.0.1:{}", application->port());
  return LocalServer(std::move(application), std::move(url));
}

std::string size_name(std::size_t messages) {
  return messages % 1000 == 0 ? fmt::format("{}k", messages / 1000) : std::to_string(messages);
}

Result<std::unique_ptr<Ground>> Ground::make(const BenchOptions& options) {
  std::unique_ptr<Ground> ground(new Ground(options));
  std::string pattern = options.directory + "/holdfast-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return fail(Code::kIo, "cannot make a directory in " + options.directory);
  ground->root_ = pattern;
  return ground;
}

Ground::~Ground() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::vector<std::size_t> Ground::sizes() const {
  return options_.quick ? std::vector<std::size_t>{1'000, 10'000} : std::vector<std::size_t>{1'000, 10'000, 100'000};
}

std::string Ground::directory(std::string_view name) const {
  const fs::path path = root_ / name;
  std::error_code ignored;  // whoever writes to it will say what is wrong
  fs::create_directories(path, ignored);
  return path.string();
}

Result<> Ground::fill(const LocalServer& server, std::size_t size) const {
  const std::size_t sessions = size / kCallMessages;
  const Dialogue made = dialogue(size);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> error;
  const auto client = [&]() -> Result<> {
    HOLDFAST_TRY(Rest rest, server.connect());
    for (std::size_t i = next.fetch_add(1); i < sessions; i = next.fetch_add(1)) {
      if (i % 20 == 0) {
        const std::lock_guard lock(mutex);
        say(fmt::format("filling a profile with {} messages: {}", size, i * kCallMessages));
      }
      HOLDFAST_CHECK(rest.ingest(profile_name(size), ingest_body(made.session(i, kCallMessages), false)));
    }
    return {};
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kFillers; ++i) {
      threads.emplace_back([&] {
        if (auto done = client(); !done) {
          const std::lock_guard lock(mutex);
          error = done.error();
        }
      });
    }
  }
  if (error) return std::unexpected(*error);
  return {};
}

Result<std::string> Ground::corpus(std::size_t size) {
  const std::string path = directory("corpus");
  if (std::ranges::find(filled_, size) != filled_.end()) return path;
  HOLDFAST_TRY(const LocalServer server, LocalServer::start(path));
  HOLDFAST_TRY(Rest rest, server.connect());
  if (filled_.empty()) HOLDFAST_CHECK(rest.create_namespace());
  const Stopwatch watch;
  HOLDFAST_CHECK(fill(server, size));
  HOLDFAST_TRY(const Rest::Status status, rest.status(profile_name(size)));
  add({"corpus",
       fmt::format("filling a profile of {}, {} clients", size_name(size), kFillers),
       "messages/s",
       {static_cast<double>(status.messages) / watch.seconds()},
       {}});
  add({"corpus",
       "its memories a message",
       "",
       {static_cast<double>(status.memories) / static_cast<double>(status.messages)},
       {}});
  filled_.push_back(size);
  return path;
}

Result<Id> Ground::profile_id(std::size_t size) {
  HOLDFAST_TRY(const std::string path, corpus(size));
  HOLDFAST_TRY(const auto catalogue, memory::open_sqlite_catalogue(path + "/catalogue.db"));
  HOLDFAST_TRY(const memory::NamespaceRecord in, catalogue->find_namespace("bench", "bench"));
  HOLDFAST_TRY(const auto profile, catalogue->find_profile(in.id, profile_name(size)));
  if (!profile) return fail(Code::kProfileNotFound, "no profile " + profile_name(size));
  return profile->id;
}

std::size_t Ground::next_session(std::size_t size, std::size_t sessions) {
  auto it = std::ranges::find(used_, size, &std::pair<std::size_t, std::size_t>::first);
  if (it == used_.end()) it = used_.insert(used_.end(), {size, size / kCallMessages});
  return std::exchange(it->second, it->second + sessions);
}

}  // namespace holdfast::dev
