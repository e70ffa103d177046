#include "models/cached_chat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <coroutine>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers each request with its number; closed, it lets callers wait until it is opened.
class FakeChat final : public ChatModel {
 public:
  [[nodiscard]] Task<Result<ChatReply>> complete(ChatRequest request) const override {
    const int number = ++asked_;
    co_await Gate{*this};
    if (failure) co_return std::unexpected(*failure);
    co_return ChatReply{.text = request.messages.back().content + " " + std::to_string(number),
                        .model = "",
                        .cut_off = cut_off,
                        .usage = {.prompt_tokens = 90, .completion_tokens = 10},
                        .took_us = 7};
  }
  [[nodiscard]] std::string_view model() const override { return "fake"; }
  [[nodiscard]] std::size_t context_tokens() const override { return 4'096; }

  [[nodiscard]] int asked() const { return asked_; }
  void close() { closed_ = true; }
  void open() {
    std::vector<std::coroutine_handle<>> waiting;
    {
      const std::lock_guard lock(mutex_);
      closed_ = false;
      waiting.swap(waiting_);
    }
    for (const auto handle : waiting) handle.resume();
  }
  void wait_until_asked(int times) const {
    while (asked_ < times) std::this_thread::yield();
  }

  std::optional<Error> failure;
  bool cut_off = false;

 private:
  struct Gate {
    const FakeChat& chat;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      const std::lock_guard lock(chat.mutex_);
      if (!chat.closed_) return false;
      chat.waiting_.push_back(handle);
      return true;
    }
    void await_resume() const noexcept {}
  };

  mutable std::atomic<int> asked_ = 0;
  mutable std::mutex mutex_;
  bool closed_ = false;
  mutable std::vector<std::coroutine_handle<>> waiting_;
};

class FakeStore final : public ReplyStore {
 public:
  [[nodiscard]] Result<std::optional<ChatReply>> find(const Digest& key) const override {
    const std::lock_guard lock(mutex_);
    ++looked_up;
    if (broken) return fail(Code::kIo, "told to fail");
    const auto found = replies_.find(key);
    if (found == replies_.end()) return std::optional<ChatReply>();
    ChatReply reply = found->second;
    reply.remembered = true;
    reply.usage = {};
    return reply;
  }
  [[nodiscard]] Result<> add(const std::optional<Digest>& key, const ChatReply& reply, std::string_view stage,
                             std::string_view profile, TimeMs now) override {
    const std::lock_guard lock(mutex_);
    if (broken) return fail(Code::kIo, "told to fail");
    stages.push_back(std::string(stage) + "/" + reply.model);
    if (key) replies_.emplace(*key, reply);
    DayUsage& day = days_[{std::string(profile), now / kDayMs}];
    ++day.calls;
    day.usage += reply.usage;
    return {};
  }
  [[nodiscard]] Result<DayUsage> used(std::string_view profile, TimeMs day) const override {
    const std::lock_guard lock(mutex_);
    if (broken) return fail(Code::kIo, "told to fail");
    const auto found = days_.find({std::string(profile), day / kDayMs});
    return found == days_.end() ? DayUsage{} : found->second;
  }
  [[nodiscard]] Result<std::vector<StageUsage>> usage(std::string_view) const override {
    return std::vector<StageUsage>();
  }
  [[nodiscard]] Result<> forget(std::string_view) override { return {}; }
  [[nodiscard]] Result<> forget_replies(std::string_view) override { return {}; }

  std::atomic<bool> broken = false;
  mutable int looked_up = 0;
  std::vector<std::string> stages;

 private:
  mutable std::mutex mutex_;
  std::map<Digest, ChatReply> replies_;
  std::map<std::pair<std::string, TimeMs>, DayUsage> days_;
};

class Outcomes final : public ModelObserver {
 public:
  void on_call(std::string_view stage, std::string_view model, std::string_view outcome, std::int64_t,
               const ChatUsage&) override {
    const std::lock_guard lock(mutex_);
    seen.push_back(std::string(stage) + " " + std::string(model) + " " + std::string(outcome));
  }
  void on_retry(std::string_view, std::string_view) override {}
  void on_breaker(std::string_view, bool) override {}
  void on_fallback(std::string_view, std::string_view) override {}

  std::vector<std::string> seen;

 private:
  std::mutex mutex_;
};

ChatRequest request_of(std::string text, std::string profile = "p") {
  return {.stage = "extract", .messages = {{ChatRole::kUser, std::move(text)}}, .affinity = std::move(profile)};
}

class CachedChatTest : public testing::Test {
 protected:
  // Each posts to the other: both are at rest before either goes.
  ~CachedChatTest() override {
    storage_.stop();
    compute_.stop();
  }

  std::unique_ptr<ChatModel> make(CachedChatOptions options = {}) {
    return cached_chat(model_, store_, options, storage_, compute_, clock_, &outcomes_);
  }

  static std::future<Result<ChatReply>> begin(const ChatModel& chat, ChatRequest request) {
    auto promise = std::make_shared<std::promise<Result<ChatReply>>>();
    start(chat.complete(std::move(request)),
          [promise](Result<ChatReply> reply) { promise->set_value(std::move(reply)); });
    return promise->get_future();
  }

  ManualClock clock_{20'000 * kDayMs + kDayMs / 2};
  FakeChat model_;
  FakeStore store_;
  Outcomes outcomes_;
  Pool storage_{"storage", 2, 100};
  Pool compute_{"compute", 2, 100};
};

TEST_F(CachedChatTest, WhatWasAskedBeforeIsNotAskedAgain) {
  const auto chat = make();
  const auto first = run_here(chat->complete(request_of("a")));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->remembered);
  EXPECT_EQ(first->usage.prompt_tokens, 90);
  const auto second = run_here(chat->complete(request_of("a")));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->text, "a 1");
  EXPECT_TRUE(second->remembered);
  EXPECT_EQ(second->usage, ChatUsage{});
  EXPECT_EQ(model_.asked(), 1);
  EXPECT_THAT(outcomes_.seen, ElementsAre("extract fake remembered"));
  EXPECT_THAT(store_.stages, ElementsAre("extract/fake"));
  EXPECT_EQ(chat->model(), "fake");
  EXPECT_EQ(chat->context_tokens(), 4'096U);
}

TEST_F(CachedChatTest, WhateverShapesTheReplyIsPartOfTheQuestion) {
  const auto chat = make();
  std::vector<ChatRequest> requests(8, request_of("a"));
  requests[1].affinity = "q";
  requests[2].stage = "verify";
  requests[3].max_tokens = 7;
  requests[4].schema = ChatSchema{"s", "{}"};
  requests[5].messages.insert(requests[5].messages.begin(), {ChatRole::kSystem, "b"});
  requests[6].messages.front().role = ChatRole::kSystem;
  requests[7].messages = {{ChatRole::kUser, ""}, {ChatRole::kUser, "a"}};
  for (const ChatRequest& request : requests) EXPECT_FALSE(run_here(chat->complete(request))->remembered);
  EXPECT_EQ(model_.asked(), 8);
  // How it is asked is not.
  ChatRequest other = request_of("a");
  other.priority = Priority::kQuery;
  other.budget = std::chrono::milliseconds(5);
  EXPECT_TRUE(run_here(chat->complete(other))->remembered);
}

TEST_F(CachedChatTest, ACutOffReplyIsPaidButNotRemembered) {
  const auto chat = make();
  model_.cut_off = true;
  ASSERT_TRUE(run_here(chat->complete(request_of("a"))));
  ASSERT_TRUE(run_here(chat->complete(request_of("a"))));
  EXPECT_EQ(model_.asked(), 2);
  EXPECT_EQ(store_.used("p", clock_.now())->calls, 2);
}

TEST_F(CachedChatTest, RemembersNothingUnlessItShall) {
  const auto chat = make({.remember = false});
  ASSERT_TRUE(run_here(chat->complete(request_of("a"))));
  EXPECT_FALSE(run_here(chat->complete(request_of("a")))->remembered);
  EXPECT_EQ(model_.asked(), 2);
  EXPECT_EQ(store_.looked_up, 0);
  EXPECT_EQ(store_.used("p", clock_.now())->calls, 2);
}

TEST_F(CachedChatTest, EqualRequestsAtOnceAreAskedOnce) {
  const auto chat = make();
  model_.close();
  std::vector<std::future<Result<ChatReply>>> replies;
  for (int i = 0; i < 8; ++i) replies.push_back(begin(*chat, request_of("a")));
  replies.push_back(begin(*chat, request_of("b")));
  model_.wait_until_asked(2);
  model_.open();
  int paid = 0;
  for (auto& pending : replies) {
    const Result<ChatReply> reply = pending.get();
    ASSERT_TRUE(reply);
    paid += reply->remembered ? 0 : 1;
  }
  EXPECT_EQ(paid, 2);
  EXPECT_EQ(model_.asked(), 2);
  EXPECT_EQ(outcomes_.seen.size(), 7U);
}

TEST_F(CachedChatTest, AFailureIsSharedButNotThatSomebodyWasOutOfTime) {
  const auto chat = make();
  model_.close();
  model_.failure = Error{.code = Code::kProviderFailed, .message = "no"};
  auto first = begin(*chat, request_of("a"));
  model_.wait_until_asked(1);
  auto second = begin(*chat, request_of("a"));
  model_.open();
  EXPECT_EQ(first.get().error().code, Code::kProviderFailed);
  EXPECT_EQ(second.get().error().code, Code::kProviderFailed);
  EXPECT_EQ(model_.asked(), 1);

  model_.close();
  model_.failure = Error{.code = Code::kCancelled, .message = "late"};
  first = begin(*chat, request_of("a"));
  model_.wait_until_asked(2);
  second = begin(*chat, request_of("a"));
  model_.open();
  EXPECT_EQ(first.get().error().code, Code::kCancelled);
  EXPECT_EQ(second.get().error().code, Code::kCancelled);
  EXPECT_EQ(model_.asked(), 3);
}

TEST_F(CachedChatTest, WhoHasLessTimeAsksByItself) {
  const auto chat = make();
  model_.close();
  auto patient = begin(*chat, request_of("a"));
  model_.wait_until_asked(1);
  ChatRequest hurried = request_of("a");
  hurried.budget = std::chrono::milliseconds(50);
  auto quick = begin(*chat, hurried);
  model_.wait_until_asked(2);
  model_.open();
  ASSERT_TRUE(patient.get());
  ASSERT_TRUE(quick.get());
}

TEST_F(CachedChatTest, ABudgetHoldsForAProfileAndADay) {
  const auto chat = make({.tokens_a_day = 200});
  ASSERT_TRUE(run_here(chat->complete(request_of("a"))));
  ASSERT_TRUE(run_here(chat->complete(request_of("b"))));
  const auto over = run_here(chat->complete(request_of("c")));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, Code::kRateLimited);
  EXPECT_EQ(over.error().cause, "budget");
  EXPECT_EQ(over.error().retry_after_seconds, 12 * 3'600);
  EXPECT_THAT(over.error().message, HasSubstr("200"));
  EXPECT_THAT(outcomes_.seen, ElementsAre("extract fake budget"));
  EXPECT_EQ(model_.asked(), 2);
  EXPECT_TRUE(run_here(chat->complete(request_of("a")))->remembered);  // costs nothing
  EXPECT_TRUE(run_here(chat->complete(request_of("c", "q"))));
  clock_.advance(kDayMs / 2);
  EXPECT_TRUE(run_here(chat->complete(request_of("c"))));
}

TEST_F(CachedChatTest, WhereTheStoreFailsTheModelIsAsked) {
  const auto chat = make({.tokens_a_day = 50});
  store_.broken = true;
  EXPECT_EQ(run_here(chat->complete(request_of("a")))->text, "a 1");
  EXPECT_EQ(run_here(chat->complete(request_of("a")))->text, "a 2");
  store_.broken = false;
  EXPECT_EQ(run_here(chat->complete(request_of("a")))->text, "a 3");
  EXPECT_EQ(run_here(chat->complete(request_of("a")))->text, "a 3");
}

}  // namespace
}  // namespace holdfast::models
