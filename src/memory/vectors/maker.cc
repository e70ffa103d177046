#include "memory/vectors/maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/log.h"
#include "memory/vectors/outbox.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kSentencesACommit = 64;  // long messages: fewer rows, so that a turn stays short
constexpr std::chrono::milliseconds kLongestWait{30'000};
constexpr TimeMs kFirstRetryMs = 1'000;
constexpr TimeMs kLastRetryMs = 300'000;
constexpr std::size_t kRefusedInARow = 4;

// Whether an encoder's failure is about what it was given, as far as can be told: the server answers.
bool is_of_text(const Error& error) {
  return error.code == Code::kProviderFailed && (error.cause == "refused" || error.cause == "failed");
}

}  // namespace

struct VectorMaker::Owner {
  VectorKey key;
  WaitingMemory memory;     // of kMemory
  MessageToEncode message;  // of kMessage
  std::vector<models::EncoderInput> inputs;

  [[nodiscard]] std::string pack(const models::Encoder& encoder, std::span<const models::Encoding> encodings) const {
    if (key.kind == OwnerKind::kMessage) return memory::pack(message_vectors(encoder, message, inputs, encodings));
    MemoryVectors vectors =
        memory.content ? *memory.content
                       : memory_vectors(encoder, memory.memory, encoded_text(memory.memory.content, encodings.front()));
    add_queries(memory.content ? encodings : encodings.subspan(1), vectors);
    return memory::pack(vectors);
  }
};

VectorMaker::VectorMaker(const models::Encoder& encoder, Pool& storage, Pool& compute, Scheduler& scheduler,
                         const Clock& clock, VectorOptions options, std::function<void()> drained)
    : encoder_(encoder),
      storage_(storage),
      compute_(compute),
      scheduler_(scheduler),
      clock_(clock),
      options_(options),
      drained_(std::move(drained)) {}

VectorMaker::~VectorMaker() { stop(); }

bool VectorMaker::wake(const std::shared_ptr<Profile>& profile) {
  const std::size_t lacking = profile->view().index().embeddings().waiting();
  bool begin = false;
  {
    const std::lock_guard lock(mutex_);
    if (lacking == 0 || stopping_) return lacking > 0;
    const auto [it, fresh] = known_.try_emplace(profile->id());
    Entry& entry = it->second;
    if (fresh) {
      entry.profile = profile;
      entry.since = clock_.now();
    }
    entry.waiting = lacking;
    if (!entry.in_turn) {
      entry.in_turn = true;
      turns_.push_back(profile->id());
    }
    begin = !std::exchange(running_, true);
  }
  if (begin) start(run(), [](bool) {});
  return true;
}

void VectorMaker::forget(const Id& profile) {
  std::shared_ptr<Profile> last;  // closing it touches the disk: not under the lock
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(profile);
  if (found == known_.end()) return;
  last = std::move(found->second.profile);
  known_.erase(found);
  let_in();
}

Task<bool> VectorMaker::run() {
  for (;;) {
    co_await storage_.turn(Priority::kBackground);
    const std::shared_ptr<Profile> profile = next();
    if (profile == nullptr) co_return true;
    const Result<> made = co_await make_some(profile);
    finish(profile, made);
  }
}

std::shared_ptr<Profile> VectorMaker::next() {
  const std::lock_guard lock(mutex_);
  while (!turns_.empty() && !stopping_) {
    const auto found = known_.find(turns_.front());
    turns_.pop_front();
    if (found == known_.end()) continue;  // forgotten
    Entry& entry = found->second;
    if (clock_.now() >= entry.not_before) return entry.profile;
    entry.in_turn = false;  // after a failure: the next wake() after the wait
  }
  running_ = false;
  idle_.notify_all();
  return nullptr;
}

void VectorMaker::finish(const std::shared_ptr<Profile>& profile, const Result<>& made) {
  const std::size_t lacking = profile->view().index().embeddings().waiting();
  bool drained = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(profile->id());
    if (found == known_.end()) return;  // forgotten
    Entry& entry = found->second;
    entry.waiting = lacking;
    entry.in_turn = false;
    if (!made) {
      ++failures_;
      entry.not_before = clock_.now() + std::min(kFirstRetryMs << std::min(entry.failures, 16), kLastRetryMs);
      ++entry.failures;
      log::warning("vectors could not be made; it is tried again", {{"profile", profile->id().to_string()},
                                                                    {"model", std::string(encoder_.model())},
                                                                    {"error", made.error().message},
                                                                    {"cause", made.error().cause}});
    } else if (lacking == 0) {
      known_.erase(profile->id());
      drained = true;
    } else {
      entry.failures = 0;
      entry.in_turn = true;
      turns_.push_back(profile->id());  // behind the others
    }
    let_in();
  }
  if (drained) drained_();
}

Result<std::vector<VectorMaker::Owner>> VectorMaker::owners_of(const Profile& profile,
                                                               const std::set<VectorKey>& aside) const {
  Outbox outbox = read_outbox(profile, aside);
  std::vector<Owner> owners;
  for (WaitingMemory& memory : outbox.memories) {
    std::vector<models::EncoderInput> inputs = query_inputs(memory.memory);
    if (!memory.content) inputs.insert(inputs.begin(), content_input(encoder_, memory.memory.content));
    owners.push_back({.key = {OwnerKind::kMemory, memory.memory.id},
                      .memory = std::move(memory),
                      .message = {},
                      .inputs = std::move(inputs)});
  }
  if (owners.empty()) {
    HOLDFAST_TRY(auto messages, read_texts(profile, outbox.messages));
    for (auto& [id, message] : messages) {
      std::vector<models::EncoderInput> inputs = inputs_of(encoder_, message);
      owners.push_back(
          {.key = {OwnerKind::kMessage, id}, .memory = {}, .message = std::move(message), .inputs = std::move(inputs)});
    }
  }
  std::size_t sentences = 0, taken = 0;
  while (taken < owners.size() && sentences < kSentencesACommit) sentences += owners[taken++].inputs.size();
  owners.resize(taken);
  return owners;
}

Task<Result<>> VectorMaker::make_some(std::shared_ptr<Profile> profile) {
  const std::set<VectorKey> aside = set_aside(profile->id());
  HOLDFAST_CO_TRY(const std::vector<Owner> owners, owners_of(*profile, aside));
  if (owners.empty() && !aside.empty()) {
    set_aside(profile->id(), {});
    co_return fail(Code::kProviderFailed,
                   fmt::format("the encoder takes {} texts of a profile not at all", aside.size()));
  }
  Encoded encoded = co_await encode_all(owners);
  auto committed = co_await commit(profile, owners, encoded.encodings);
  HOLDFAST_CO_CHECK(std::move(committed));
  if (!encoded.error) co_return Result<>{};
  if (!is_of_text(*encoded.error) || owners.size() == encoded.whole)
    co_return std::unexpected(*std::move(encoded.error));
  co_return co_await make_one_by_one(std::move(profile),
                                     {owners.begin() + static_cast<std::ptrdiff_t>(encoded.whole), owners.end()});
}

// One text that an encoder does not take must not hold up all others.
Task<Result<>> VectorMaker::make_one_by_one(std::shared_ptr<Profile> profile, std::vector<Owner> owners) {
  std::vector<VectorKey> refused;
  std::size_t taken = 0;
  for (Owner& owner : owners) {
    const VectorKey key = owner.key;
    std::vector<Owner> alone;
    alone.push_back(std::move(owner));
    Encoded encoded = co_await encode_all(alone);
    if (encoded.error) {
      // A server that takes none of them is ill; what is not about a text will pass.
      if (!is_of_text(*encoded.error) || (taken == 0 && refused.size() + 1 == kRefusedInARow))
        co_return std::unexpected(*std::move(encoded.error));
      refused.push_back(key);
      continue;
    }
    if (encoded.whole == 0) break;  // told to stop
    ++taken;
    auto committed = co_await commit(profile, alone, encoded.encodings);
    HOLDFAST_CO_CHECK(std::move(committed));
  }
  if (refused.empty()) co_return Result<>{};
  log::warning("texts that the encoder does not take are left without vectors for now",
               {{"profile", profile->id().to_string()},
                {"model", std::string(encoder_.model())},
                {"texts", std::to_string(refused.size())}});
  set_aside(profile->id(), refused);
  co_return Result<>{};
}

std::set<VectorKey> VectorMaker::set_aside(const Id& profile) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(profile);
  return found == known_.end() ? std::set<VectorKey>{} : found->second.aside;
}

void VectorMaker::set_aside(const Id& profile, std::span<const VectorKey> more) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(profile);
  if (found == known_.end()) return;  // forgotten
  if (more.empty()) found->second.aside.clear();
  found->second.aside.insert(more.begin(), more.end());
}

Task<VectorMaker::Encoded> VectorMaker::encode_all(std::span<const Owner> owners) {
  std::vector<models::EncoderInput> inputs;
  for (const Owner& owner : owners) inputs.insert(inputs.end(), owner.inputs.begin(), owner.inputs.end());
  const std::size_t at_once = std::max<std::size_t>(encoder_.texts_at_once(), 1);
  const std::size_t calls = (inputs.size() + at_once - 1) / at_once;
  auto parts = co_await gather<Result<std::vector<models::Encoding>>>(calls, options_.lanes, [&](std::size_t call) {
    const std::size_t first = call * at_once;
    const std::size_t last = std::min(first + at_once, inputs.size());
    return encode(
        {inputs.begin() + static_cast<std::ptrdiff_t>(first), inputs.begin() + static_cast<std::ptrdiff_t>(last)});
  });
  Encoded encoded;
  for (auto& part : parts) {
    if (!part) {
      encoded.error = std::move(part).error();
      break;
    }
    if (part->empty()) break;  // told to stop: what is whole is kept
    std::ranges::move(*part, std::back_inserter(encoded.encodings));
  }
  std::size_t at = 0;
  while (encoded.whole < owners.size() && at + owners[encoded.whole].inputs.size() <= encoded.encodings.size())
    at += owners[encoded.whole++].inputs.size();
  co_return encoded;
}

// Those of `owners` whose encodings are all there.
Task<Result<>> VectorMaker::commit(std::shared_ptr<Profile> profile, std::span<const Owner> owners,
                                   std::span<const models::Encoding> encodings) {
  Batch batch;
  std::size_t at = 0;
  for (const Owner& owner : owners) {
    if (at + owner.inputs.size() > encodings.size()) break;
    batch.vectors.push_back({.key = owner.key,
                             .model = std::string(encoder_.model()),
                             .data = owner.pack(encoder_, encodings.subspan(at, owner.inputs.size()))});
    at += owner.inputs.size();
  }
  auto committed = co_await Profile::turn(profile, [&](Profile::Turn& turn) -> Result<> {
    std::erase_if(batch.vectors, [&](const VectorRow& row) { return !still_waits(turn.index(), row.key); });
    return turn.commit(batch);
  });
  HOLDFAST_CO_CHECK(std::move(committed));
  const std::lock_guard lock(mutex_);
  made_ += batch.vectors.size();
  co_return Result<>{};
}

// Nothing when told to stop.
Task<Result<std::vector<models::Encoding>>> VectorMaker::encode(std::vector<models::EncoderInput> inputs) {
  co_await compute_.turn(Priority::kBackground);
  if (stopping_) co_return std::vector<models::Encoding>{};
  const std::size_t sentences = inputs.size();
  const std::int64_t began = clock_.monotonic_us();
  auto encodings = co_await encoder_.encode(std::move(inputs));
  encode_us_ += static_cast<std::uint64_t>(clock_.monotonic_us() - began);
  if (encodings) sentences_ += sentences;
  co_return encodings;
}

std::size_t VectorMaker::waiting() const {
  std::size_t sum = 0;
  for (const auto& [_, entry] : known_) sum += entry.waiting;
  return sum;
}

bool VectorMaker::has_room() const {
  std::size_t sum = 0;
  for (const auto& [_, entry] : known_)
    if (entry.failures == 0) sum += entry.waiting;
  return open_ || sum <= options_.backlog;
}

Task<bool> VectorMaker::wait_for_room() {
  struct Room {
    VectorMaker& maker;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      auto waiter = std::make_shared<Waiter>();
      waiter->handle = handle;
      VectorMaker& owner = maker;  // once it is listed, this may be gone
      {
        const std::lock_guard lock(owner.mutex_);
        if (owner.has_room()) return false;
        owner.waiters_.push_back(waiter);
      }
      // Every waiter is let in by stop() at the latest, so a timer that rings later finds nothing to do.
      owner.scheduler_.after(kLongestWait, [waiter, &storage = owner.storage_] {
        if (!waiter->resumed.exchange(true)) storage.post([handle = waiter->handle] { handle.resume(); });
      });
      return true;
    }
    void await_resume() const noexcept {}
  };
  co_await Room{*this};
  co_return true;
}

void VectorMaker::let_in() {
  std::erase_if(waiters_, [](const auto& waiter) { return waiter->resumed.load(); });
  if (!has_room()) return;
  for (const auto& waiter : std::exchange(waiters_, {})) resume(waiter);
}

void VectorMaker::resume(const std::shared_ptr<Waiter>& waiter) const {
  if (!waiter->resumed.exchange(true)) storage_.post([handle = waiter->handle] { handle.resume(); });
}

void VectorMaker::let_all_in() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  let_in();
}

void VectorMaker::stop() {
  let_all_in();
  std::unique_lock lock(mutex_);
  stopping_ = true;
  idle_.wait(lock, [&] { return !running_; });
}

VectorMaker::Counts VectorMaker::counts() const {
  const std::lock_guard lock(mutex_);
  TimeMs oldest = 0;
  for (const auto& [_, entry] : known_) oldest = std::max(oldest, clock_.now() - entry.since);
  return {.waiting = waiting(),
          .oldest_ms = oldest,
          .made = made_,
          .sentences = sentences_,
          .encode_us = encode_us_,
          .failures = failures_};
}

}  // namespace holdfast::memory
