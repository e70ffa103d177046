#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "base/hash.h"
#include "base/id.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/task.h"
#include "base/time.h"
#include "base/utf8.h"

namespace holdfast {
namespace {

TEST(Time, FormatsAndParses) {
  EXPECT_EQ(format_iso(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(*parse_iso("2026-04-21"), *parse_iso("2026-04-21T00:00:00.000Z"));
  EXPECT_EQ(*parse_iso("2026-04-21T10:00:00+02:00"), *parse_iso("2026-04-21T08:00:00Z"));
  EXPECT_EQ(*parse_iso("2026-04-21T10:00:00-0530"), *parse_iso("2026-04-21T15:30:00Z"));
  EXPECT_EQ(format_iso(*parse_iso("2026-04-21T10:20:30.123456Z")), "2026-04-21T10:20:30.123Z");
  EXPECT_EQ(format_iso(*parse_iso("1969-12-31T23:59:59.999Z")), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_iso(*parse_iso("2024-02-29 08:05")), "2024-02-29T08:05:00.000Z");
}

TEST(Time, RefusesWhatIsNotADate) {
  for (const char* text : {"", "2026", "2026-13-01", "2026-02-30", "2026-04-21T", "2026-04-21T25:00:00Z", "yesterday",
                           "2026-04-21T10:00:00Zx", "2026-04-21T10:00:00.Z", "0000-01-01T00:00:00+01:00"})
    EXPECT_FALSE(parse_iso(text)) << text;
}

TEST(Utf8, TellsWellFormedFromMalformed) {
  for (const char* good :
       {"", "plain ascii, longer than eight bytes", "héllo", "日本語", "👩‍👩‍👧", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(valid_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8\x88\x80\x80\x80", "\xC3", "abcdefgh\xFF"})
    EXPECT_FALSE(valid_utf8(bad));
}

TEST(Utf8, CutsBetweenCodePoints) {
  EXPECT_EQ(first_bytes("aé", 2), "a");
  EXPECT_EQ(first_bytes("aé", 3), "aé");
  EXPECT_EQ(first_code_points("日本語", 2), "日本");
  std::string round;
  for (std::size_t at = 0; at < std::string_view("aé日👩").size();) append_utf8(round, next_code_point("aé日👩", at));
  EXPECT_EQ(round, "aé日👩");
}

TEST(Id, WritesCrockfordBase32) {
  EXPECT_EQ(Id{}.to_string(), "00000000000000000000000000");
  Id all;
  all.bytes.fill(0xFF);
  EXPECT_EQ(all.to_string(), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  EXPECT_EQ(Id::parse(all.to_string()), all);
  EXPECT_FALSE(Id::parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"));  // over 128 bits
  EXPECT_FALSE(Id::parse("7ZZZZZZZZZZZZZZZZZZZZZZZZ"));
  EXPECT_FALSE(Id::parse("IZZZZZZZZZZZZZZZZZZZZZZZZZ"));
  const Id id = Id::ulid(1'469'918'176'385, sha256("x"));  // the time of the ULID specification's example
  EXPECT_EQ(id.to_string().substr(0, 10), "01ARYZ6S41");
  EXPECT_EQ(id.ulid_time(), 1'469'918'176'385);
}

TEST(Id, RisesWithinAMillisecondAndWhenTheClockStepsBack) {
  SystemRandom random;
  UlidSource source;
  Id last = source.next(1000, random);
  for (int i = 0; i < 100; ++i) {
    const Id id = source.next(i < 50 ? 1000 : 900, random);
    EXPECT_LT(last, id);
    last = id;
  }
  EXPECT_EQ(source.next(2000, random).ulid_time(), 2000);
}

TEST(Hash, MatchesFips180) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(Sha256().add_field("ab").add_field("c").finish(), Sha256().add_field("a").add_field("bc").finish());
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secres"));
}

TEST(Random, StaysBelowItsBound) {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.below(5));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
}

TEST(Pool, RefusesWhenFullAndRunsQueriesFirst) {
  Pool pool("test", 1, 3);
  std::binary_semaphore hold{0}, started{0};
  std::vector<int> order;
  ASSERT_TRUE(pool.try_post([&] {
    started.release();
    hold.acquire();
  }));
  started.acquire();
  ASSERT_TRUE(pool.try_post([&] { order.push_back(1); }, Priority::kBackground));
  ASSERT_TRUE(pool.try_post([&] { order.push_back(2); }, Priority::kQuery));
  ASSERT_TRUE(pool.try_post([&] { order.push_back(3); }, Priority::kQuery));
  EXPECT_FALSE(pool.try_post([] {}));
  hold.release();
  pool.stop();
  EXPECT_EQ(order, (std::vector{2, 3, 1}));
  EXPECT_FALSE(pool.try_post([] {}));
}

TEST(SerialQueue, KeepsOrderWithoutOverlap) {
  Pool pool("test", 4, 10'000);
  std::vector<int> order;
  std::atomic<int> inside{0};
  {
    SerialQueue queue(pool);
    for (int i = 0; i < 1000; ++i)
      queue.post([&, i] {
        EXPECT_EQ(inside.fetch_add(1), 0);
        order.push_back(i);
        inside.fetch_sub(1);
      });
  }
  pool.stop();
  ASSERT_EQ(order.size(), 1000U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

Task<int> doubled_on(Pool& pool, int value) {
  co_await pool.turn();
  co_return value * 2;
}

TEST(Task, GathersInOrderWithABound) {
  Pool pool("test", 3, 100);
  std::atomic<int> running{0}, most{0};
  auto results = run_here(gather<int>(20, 4, [&](std::size_t i) -> Task<int> {
    const int now = running.fetch_add(1) + 1;
    for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    const int value = co_await doubled_on(pool, static_cast<int>(i));
    running.fetch_sub(1);
    co_return value;
  }));
  ASSERT_EQ(results.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], i * 2);
  EXPECT_LE(most.load(), 4);
  EXPECT_TRUE(run_here(gather<int>(0, 4, [&](std::size_t) { return doubled_on(pool, 1); })).empty());
}

}  // namespace
}  // namespace holdfast
