// Replies already paid for, and what was paid: durable, so that a re-run or a crash in the middle of an ingest pays
// nothing twice.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "models/chat.h"

namespace holdfast::models {

// What one profile has had answered on one day (UTC).
struct DayUsage {
  std::int64_t calls = 0;
  ChatUsage usage;
};

struct StageUsage {
  std::string stage;
  std::string model;
  std::int64_t calls = 0;
  ChatUsage usage;
};

// Thread-safe; calls block on a disk.
class ReplyStore {
 public:
  virtual ~ReplyStore() = default;

  [[nodiscard]] virtual Result<std::optional<ChatReply>> find(const Digest& key) const = 0;
  // The reply and what it cost, in one commit. Keeps the newest `most_bytes` of replies.
  [[nodiscard]] virtual Result<> add(const Digest& key, const ChatReply& reply, std::string_view stage,
                                     std::string_view profile, TimeMs now) = 0;
  [[nodiscard]] virtual Result<DayUsage> used(std::string_view profile, TimeMs day) const = 0;
  // All days of a profile, by stage and model, in that order.
  [[nodiscard]] virtual Result<std::vector<StageUsage>> usage(std::string_view profile) const = 0;
  // A deleted profile's replies and counts go with it.
  [[nodiscard]] virtual Result<> forget(std::string_view profile) = 0;
};

// DIR/models.db. kIo, kCorrupt, kNewerSchema, kDiskFull.
[[nodiscard]] Result<std::unique_ptr<ReplyStore>> open_sqlite_reply_store(const std::string& file,
                                                                          std::size_t most_bytes);

}  // namespace holdfast::models
