#include "dev/quality/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "dev/ground.h"
#include "storage/files.h"

namespace holdfast::dev::quality {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBetweenLooks{5};
constexpr std::size_t kNameDigits = 40;
constexpr std::string_view kQuestionVectors = "question.vectors";
constexpr std::string_view kComplete = "complete";  // a directory with a file for each profile that is whole

std::string profile_name(const Conversation& conversation, std::string_view model) {
  Sha256 hash;
  hash.add_field(model);
  for (const Batch& batch : conversation.batches) {
    hash.add_field(batch.session);
    hash.add_field(std::to_string(batch.messages.size()));
    for (const memory::IncomingMessage& message : batch.messages) {
      hash.add_field(memory::to_string(message.role)).add_field(message.name).add_field(message.content);
      hash.add_field(message.timestamp ? std::to_string(*message.timestamp) : std::string());
    }
  }
  return "c" + to_hex(hash.finish()).substr(0, kNameDigits);
}

}  // namespace

Result<std::unique_ptr<Intake>> Intake::open(const Options& options) {
  const bool keep = !options.cache.empty();
  std::string directory = options.cache;
  if (!keep) {
    SystemRandom random;
    directory = options.directory + "/holdfast-quality-" + Id::ulid(0, random).to_string();
  }
  std::shared_ptr<RememberingEncoder> encoder;
  if (options.encoder != nullptr) encoder = std::make_shared<RememberingEncoder>(options.encoder);
  HOLDFAST_TRY(std::unique_ptr<Room> room, Room::open(directory, !keep, encoder));
  HOLDFAST_CHECK(storage::make_directory(fmt::format("{}/{}", directory, kComplete)));
  if (keep && encoder != nullptr) HOLDFAST_CHECK(encoder->load(fmt::format("{}/{}", directory, kQuestionVectors)));
  std::unique_ptr<Intake> intake(new Intake(std::move(room), std::move(directory), options));
  intake->encoder_ = std::move(encoder);
  return intake;
}

Result<> Intake::wait(const std::string& profile) {
  for (;;) {
    HOLDFAST_TRY(const memory::ProfileStatus status, run_here(room_->service().status(Room::address(profile))));
    if (status.vectors_pending == 0 && status.jobs_pending == 0) return {};
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

Result<std::string> Intake::take(const Conversation& conversation, IntakeCost& cost) {
  const std::string profile = profile_name(conversation, room_->model());
  const fs::path mark = fs::path(directory_) / kComplete / profile;
  std::error_code ignored;
  for (const Batch& batch : conversation.batches) cost.messages += batch.messages.size();
  if (fs::exists(mark, ignored)) {
    ++cost.reused;
    HOLDFAST_CHECK(wait(profile));
    return profile;
  }
  // What an interrupted run left would change the order of things.
  if (const auto gone = run_here(room_->service().delete_profile(Room::address(profile)));
      !gone && gone.error().code != Code::kProfileNotFound)
    return std::unexpected(gone.error());
  const Stopwatch taking;
  for (const Batch& batch : conversation.batches) {
    memory::IngestRequest request{.messages = batch.messages, .session_id = batch.session, .arrived_at = room_->now()};
    HOLDFAST_CHECK(run_here(room_->service().ingest(Room::address(profile), std::move(request), true)));
  }
  cost.seconds += taking.seconds();
  const Stopwatch waiting;
  HOLDFAST_CHECK(wait(profile));
  cost.vectors += waiting.seconds();
  if (!(std::ofstream(mark) << conversation.id << '\n')) return fail(Code::kIo, "cannot write " + mark.string());
  return profile;
}

Result<std::vector<std::string>> Intake::take_all(const std::vector<Conversation>& conversations,
                                                  const Options& options, IntakeCost& cost) {
  std::vector<std::string> profiles(conversations.size());
  std::mutex mutex;
  std::size_t taken = 0;
  HOLDFAST_CHECK(each(conversations.size(), options.jobs, [&](std::size_t i) -> Result<> {
    IntakeCost own;
    HOLDFAST_TRY(profiles[i], take(conversations[i], own));
    const std::lock_guard lock(mutex);
    cost += own;
    options.progress(fmt::format("{} of {} conversations taken in", ++taken, conversations.size()));
    return {};
  }));
  return profiles;
}

void Intake::begin_asking() {
  if (encoder_ != nullptr) encoder_->remember();
}

Result<> Intake::done_asking() {
  if (!keep_ || encoder_ == nullptr) return {};
  return encoder_->save(fmt::format("{}/{}", directory_, kQuestionVectors));
}

Result<Footing> Intake::footing(const std::vector<std::string>& profiles, const IntakeCost& cost) {
  room_->keep();
  room_.reset();
  HOLDFAST_TRY(room_, Room::open(directory_, !keep_, encoder_));
  Footing footing{.intake = cost};
  if (encoder_ != nullptr) footing.vectors_known = encoder_->known();
  std::int64_t bytes = 0;
  for (const std::string& profile : profiles) {
    HOLDFAST_TRY(const memory::ProfileStatus status, run_here(room_->service().status(Room::address(profile))));
    bytes += status.bytes;
  }
  const auto messages = static_cast<double>(std::max<std::size_t>(cost.messages, 1));
  footing.bytes_on_disk = static_cast<double>(bytes) / messages;
  footing.bytes_in_memory = static_cast<double>(room_->service().counts().open.bytes) / messages;
  return footing;
}

IntakeCost& IntakeCost::operator+=(const IntakeCost& other) {
  messages += other.messages;
  reused += other.reused;
  seconds += other.seconds;
  vectors += other.vectors;
  return *this;
}

Result<> each(std::size_t count, std::size_t jobs, const std::function<Result<>(std::size_t)>& work) {
  std::vector<Result<>> results(count);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::clamp<std::size_t>(jobs, 1, std::max<std::size_t>(count, 1)); ++i) {
      threads.emplace_back([&] {
        for (std::size_t n = next.fetch_add(1); n < count; n = next.fetch_add(1)) results[n] = work(n);
      });
    }
  }
  for (const Result<>& result : results)
    if (!result) return result;
  return {};
}

}  // namespace holdfast::dev::quality
