// What all measurements stand on: options, a directory that goes away with them, servers, and profiles of known size.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/application.h"
#include "base/id.h"
#include "base/result.h"
#include "dev/bench.h"
#include "dev/dialogue.h"
#include "dev/rest.h"

namespace holdfast::dev {

inline constexpr std::size_t kCallMessages = 50;
inline constexpr std::string_view kToken = "bench-token-of-no-importance";

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  [[nodiscard]] double ms() const { return seconds() * 1000; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A server in this process, on a directory.
class LocalServer {
 public:
  [[nodiscard]] static Result<LocalServer> start(const std::string& data);
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] Result<Rest> connect() const { return Rest::connect(url_, std::string(kToken)); }

 private:
  LocalServer(std::unique_ptr<api::Application> application, std::string url)
      : application_(std::move(application)), url_(std::move(url)) {}
  std::unique_ptr<api::Application> application_;
  std::string url_;
};

// "1k", "100k"
[[nodiscard]] std::string size_name(std::size_t messages);

class Ground {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Ground>> make(const BenchOptions& options);
  ~Ground();
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  [[nodiscard]] const BenchOptions& options() const { return options_; }
  [[nodiscard]] std::size_t runs(std::size_t full, std::size_t quick) const { return options_.quick ? quick : full; }
  // Sizes of profiles that are measured, in messages, rising.
  [[nodiscard]] std::vector<std::size_t> sizes() const;
  [[nodiscard]] std::size_t largest() const { return sizes().back(); }

  // A new directory. It goes with the ground.
  [[nodiscard]] std::string directory(std::string_view name) const;

  // A server's directory that holds a profile of that size, named profile_name(size): sessions 0, 1, … of
  // dialogue(size), extracted. Filled when first asked for; no server may hold the directory then.
  [[nodiscard]] Result<std::string> corpus(std::size_t size);
  [[nodiscard]] static Dialogue dialogue(std::size_t size) { return Dialogue(size); }
  [[nodiscard]] static std::string profile_name(std::size_t size) { return "of-" + size_name(size); }
  // The id under which the corpus' profile of that size is stored. No server may hold the directory.
  [[nodiscard]] Result<Id> profile_id(std::size_t size);

  // Sessions that are in no profile yet, for measurements that add to a profile of the corpus.
  [[nodiscard]] std::size_t next_session(std::size_t size, std::size_t sessions);

  void say(std::string_view what) const { options_.progress(what); }
  void add(Figure figure) { figures_.push_back(std::move(figure)); }
  [[nodiscard]] std::vector<Figure> take_figures() { return std::exchange(figures_, {}); }

 private:
  explicit Ground(const BenchOptions& options) : options_(options) {}
  [[nodiscard]] Result<> fill(const LocalServer& server, std::size_t size) const;

  const BenchOptions options_;
  std::filesystem::path root_;
  std::vector<std::size_t> filled_;
  std::vector<std::pair<std::size_t, std::size_t>> used_;  // size, sessions added beyond it
  std::vector<Figure> figures_;
};

// The measurements: each adds its figures.
[[nodiscard]] Result<> measure_idle(Ground& ground);
[[nodiscard]] Result<> measure_ingest(Ground& ground);
[[nodiscard]] Result<> measure_search(Ground& ground);
[[nodiscard]] Result<> measure_opening(Ground& ground);
[[nodiscard]] Result<> measure_recall(Ground& ground);
[[nodiscard]] Result<> measure_large(Ground& ground);
[[nodiscard]] Result<> measure_profiles(Ground& ground);

}  // namespace holdfast::dev
