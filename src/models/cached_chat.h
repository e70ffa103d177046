// Stands before a chat model: answers from the cache of replies what was asked before, and asks nothing once a
// profile's budget of the day is spent.
#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/pool.h"
#include "models/chat.h"
#include "models/observer.h"
#include "models/reply_store.h"

namespace holdfast::models {

struct CachedChatOptions {
  bool remember = true;           // replies
  std::int64_t tokens_a_day = 0;  // of prompt and reply, a profile, UTC; 0: no bound
};

// The key of a reply: SHA-256 over profile, model, stage, schema, max_tokens and messages, each length-prefixed, so
// that what one profile was answered is never another's. A reply that was cut off is not remembered.
//
// While replies are remembered, equal requests at the same time are asked once and share what comes of it; only one
// with less time than the one under way asks by itself. What a call costs counts when it has ended: calls under way may
// bring a profile over its budget, which then has kRateLimited (cause "budget") until midnight. Replies from memory are
// given over budget too.
//
// Disk work is done on `storage`; the call goes on on `compute`. Everything must outlive it. Where the store fails, the
// model is asked as if there was none, and a warning is logged, once until it works again.
[[nodiscard]] std::unique_ptr<ChatModel> cached_chat(const ChatModel& model, ReplyStore& store,
                                                     CachedChatOptions options, Pool& storage, Pool& compute,
                                                     const Clock& clock, ModelObserver* observer);

}  // namespace holdfast::models
