// Replies already paid for, and what was paid: durable, so that a re-run or a crash in the middle of an ingest pays
// nothing twice.
//
// A profile is named as ChatRequest::affinity names it.
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
  std::string model;  // as the server called it
  std::int64_t calls = 0;
  ChatUsage usage;

  bool operator==(const StageUsage&) const = default;
};

// Thread-safe; calls block on a disk.
class ReplyStore {
 public:
  virtual ~ReplyStore() = default;

  // As it was added, but `remembered`, and without usage or time.
  [[nodiscard]] virtual Result<std::optional<ChatReply>> find(const Digest& key) const = 0;
  // The reply and what it cost, in one commit; without a key the cost alone. A reply that is there already stays. The
  // newest replies are kept, as many as the store has room for: the oldest go first.
  [[nodiscard]] virtual Result<> add(const std::optional<Digest>& key, const ChatReply& reply, std::string_view stage,
                                     std::string_view profile, TimeMs now) = 0;
  // Of the day that `day` is in; days are known for some weeks.
  [[nodiscard]] virtual Result<DayUsage> used(std::string_view profile, TimeMs day) const = 0;
  // All days of a profile, by stage and model, in that order.
  [[nodiscard]] virtual Result<std::vector<StageUsage>> usage(std::string_view profile) const = 0;
  // A deleted profile's replies and counts go with it. When it returns, no text of them is left in the files.
  [[nodiscard]] virtual Result<> forget(std::string_view profile) = 0;
  // Something of a profile was deleted, which any of its replies may repeat: they go in the same way, the counts stay.
  [[nodiscard]] virtual Result<> forget_replies(std::string_view profile) = 0;
};

// DIR/models.db; the directory must exist, and no other process may use the file. Keeps at most `most_bytes` of
// replies. kIo, kCorrupt, kNewerSchema, kDiskFull. `vfs`: a SQLite VFS by name, "" for the operating system's files.
[[nodiscard]] Result<std::unique_ptr<ReplyStore>> open_sqlite_reply_store(const std::string& file,
                                                                          std::size_t most_bytes,
                                                                          const std::string& vfs = {});

}  // namespace holdfast::models
