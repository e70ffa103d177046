#include "memory/profile/sqlite_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "storage/power_cut/power_cut_disk.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SqliteCatalogueTest : public testing::Test {
 protected:
  SqliteCatalogueTest() { reopen(); }

  void reopen() {
    catalogue_.reset();
    auto opened = open_sqlite_catalogue("/d/catalogue.db", disk_.vfs());
    ASSERT_TRUE(opened) << opened.error().message;
    catalogue_ = *std::move(opened);
  }
  void power_cut() {
    SeededRandom random(1);
    disk_.cut(random);
    reopen();
  }

  static Id id(std::uint8_t n) {
    Id id;
    id.bytes[15] = n;
    return id;
  }
  static NamespaceRecord space(std::uint8_t n, std::string name, std::string account = "acme") {
    return {id(n), std::move(account), std::move(name), n, n};
  }
  static ProfileRecord profile(std::uint8_t n, std::uint8_t space, std::string name) {
    return {id(n), id(space), std::move(name), n};
  }
  std::vector<std::string> names(const NamespaceQuery& query) const {
    std::vector<std::string> names;
    for (const NamespaceRecord& record : *catalogue_->list_namespaces("acme", query)) names.push_back(record.name);
    return names;
  }
  std::vector<std::string> profiles(std::uint8_t space, std::string_view after = "", std::size_t limit = 10) const {
    std::vector<std::string> names;
    for (const ProfileRecord& record : *catalogue_->list_profiles(id(space), after, limit))
      names.push_back(record.name);
    return names;
  }

  storage::PowerCutDisk disk_;
  std::unique_ptr<Catalogue> catalogue_;
};

TEST_F(SqliteCatalogueTest, KeepsNamespaces) {
  ASSERT_TRUE(catalogue_->create_namespace(space(1, "work")));
  ASSERT_TRUE(catalogue_->create_namespace(space(2, "work", "other")));
  EXPECT_EQ(catalogue_->create_namespace(space(3, "work")).error().code, Code::kNamespaceExists);
  power_cut();
  const auto found = catalogue_->find_namespace("acme", "work");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, id(1));
  EXPECT_EQ(found->created_at, 1);
  EXPECT_EQ(catalogue_->find_namespace("acme", "home").error().code, Code::kNamespaceNotFound);
  EXPECT_EQ(catalogue_->find_namespace("nobody", "work").error().code, Code::kNamespaceNotFound);
}

TEST_F(SqliteCatalogueTest, PagesThroughNamespaces) {
  using Order = NamespaceQuery::Order;
  for (const auto& [n, name] : {std::pair(1, "c"), std::pair(2, "a"), std::pair(3, "b"), std::pair(4, "d")})
    ASSERT_TRUE(catalogue_->create_namespace(space(static_cast<std::uint8_t>(n), name)));
  ASSERT_TRUE(catalogue_->create_namespace(space(5, "x", "other")));
  EXPECT_THAT(names({}), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(names({.after = id(2).to_string()}), ElementsAre("b", "d"));
  EXPECT_THAT(names({.descending = true, .after = id(3).to_string(), .limit = 1}), ElementsAre("a"));
  EXPECT_THAT(names({.order = Order::kName, .after = "", .limit = 2}), ElementsAre("a", "b"));
  EXPECT_THAT(names({.order = Order::kName, .after = "b"}), ElementsAre("c", "d"));
  EXPECT_THAT(names({.order = Order::kName, .descending = true, .after = "c"}), ElementsAre("b", "a"));
  EXPECT_EQ(catalogue_->list_namespaces("acme", {.after = "?"}).error().code, Code::kInvalid);
}

TEST_F(SqliteCatalogueTest, MakesAProfileOnce) {
  EXPECT_EQ(catalogue_->ensure_profile(profile(9, 1, "ada")).error().code, Code::kNamespaceNotFound);
  ASSERT_TRUE(catalogue_->create_namespace(space(1, "work")));
  EXPECT_EQ(catalogue_->ensure_profile(profile(10, 1, "ada"))->id, id(10));
  EXPECT_EQ(catalogue_->ensure_profile(profile(11, 1, "ada"))->id, id(10));
  ASSERT_TRUE(catalogue_->ensure_profile(profile(12, 1, "bob")));
  ASSERT_TRUE(catalogue_->ensure_profile(profile(13, 1, "alan")));
  power_cut();
  EXPECT_EQ((*catalogue_->find_profile(id(1), "ada"))->id, id(10));
  EXPECT_EQ(*catalogue_->find_profile(id(2), "ada"), std::nullopt);
  EXPECT_THAT(profiles(1), ElementsAre("ada", "alan", "bob"));
  EXPECT_THAT(profiles(1, "ada", 1), ElementsAre("alan"));
}

TEST_F(SqliteCatalogueTest, CondemnsWhatIsDeletedAndFreesTheName) {
  ASSERT_TRUE(catalogue_->create_namespace(space(1, "work")));
  for (const std::uint8_t n : std::to_array<std::uint8_t>({10, 11, 12}))
    ASSERT_TRUE(catalogue_->ensure_profile(profile(n, 1, "p" + std::to_string(n))));
  EXPECT_EQ(catalogue_->delete_profile(id(1), "p10"), true);
  EXPECT_EQ(catalogue_->delete_profile(id(1), "p10"), false);
  EXPECT_EQ(catalogue_->ensure_profile(profile(13, 1, "p10"))->id, id(13));
  EXPECT_THAT(*catalogue_->condemned(10), ElementsAre(id(10)));

  ASSERT_TRUE(catalogue_->delete_namespace("acme", "work"));
  EXPECT_EQ(catalogue_->delete_namespace("acme", "work").error().code, Code::kNamespaceNotFound);
  power_cut();
  EXPECT_THAT(*catalogue_->condemned(10), ElementsAre(id(10), id(11), id(12), id(13)));
  EXPECT_THAT(*catalogue_->condemned(2), ElementsAre(id(10), id(11)));
  ASSERT_TRUE(catalogue_->release(id(10)));
  ASSERT_TRUE(catalogue_->release(id(10)));
  EXPECT_THAT(*catalogue_->condemned(1), ElementsAre(id(11)));
  ASSERT_TRUE(catalogue_->create_namespace(space(2, "work")));
  EXPECT_THAT(profiles(2), IsEmpty());
}

TEST_F(SqliteCatalogueTest, RemembersWhoHasWork) {
  ASSERT_TRUE(catalogue_->create_namespace(space(1, "work")));
  for (const std::uint8_t n : std::to_array<std::uint8_t>({10, 11, 12}))
    ASSERT_TRUE(catalogue_->ensure_profile(profile(n, 1, "p" + std::to_string(n))));
  for (const std::uint8_t n : std::to_array<std::uint8_t>({12, 10, 12, 99})) ASSERT_TRUE(catalogue_->mark_dirty(id(n)));
  power_cut();
  const auto dirty = [&] {
    std::vector<Id> ids;
    for (const ProfileRecord& record : *catalogue_->dirty_profiles()) ids.push_back(record.id);
    return ids;
  };
  EXPECT_THAT(dirty(), ElementsAre(id(10), id(12)));
  ASSERT_TRUE(catalogue_->mark_clean(id(10)));
  EXPECT_THAT(dirty(), ElementsAre(id(12)));
  ASSERT_TRUE(catalogue_->delete_profile(id(1), "p12"));
  EXPECT_THAT(dirty(), IsEmpty());

  const auto changes = disk_.changes();
  ASSERT_TRUE(catalogue_->mark_clean(id(10)));
  EXPECT_EQ(disk_.changes(), changes);  // nothing to change, nothing written
}

TEST_F(SqliteCatalogueTest, KeepsTokens) {
  const TokenRecord everything = {id(1), sha256("a"), {"admin"}, "", "", 5, std::nullopt};
  const TokenRecord narrow = {id(2), sha256("b"), {"memory:read", "memory:write"}, "work", "team-*", 6, 99};
  ASSERT_TRUE(catalogue_->add_token(narrow));
  ASSERT_TRUE(catalogue_->add_token(everything));
  power_cut();
  const auto tokens = *catalogue_->list_tokens();
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[0].id, id(1));
  EXPECT_EQ(tokens[0].expires_at, std::nullopt);
  EXPECT_EQ(tokens[1].digest, narrow.digest);
  EXPECT_EQ(tokens[1].scopes, narrow.scopes);
  EXPECT_EQ(tokens[1].namespace_name, "work");
  EXPECT_EQ(tokens[1].profile_pattern, "team-*");
  EXPECT_EQ(tokens[1].created_at, 6);
  EXPECT_EQ(tokens[1].expires_at, 99);
  ASSERT_TRUE(catalogue_->revoke_token(id(1)));
  EXPECT_EQ(catalogue_->revoke_token(id(1)).error().code, Code::kTokenNotFound);
  EXPECT_EQ(catalogue_->list_tokens()->size(), 1U);
}

TEST_F(SqliteCatalogueTest, ManyThreadsMakeOneProfile) {
  ASSERT_TRUE(catalogue_->create_namespace(space(1, "work")));
  std::vector<Id> made(4);
  std::vector<std::thread> threads;
  for (std::uint8_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { made[i] = catalogue_->ensure_profile(profile(10 + i, 1, "ada"))->id; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(made, testing::Each(made[0]));
}

TEST_F(SqliteCatalogueTest, RefusesADamagedFile) {
  catalogue_.reset();
  disk_.put("/d/catalogue.db", std::string(4'096, 'z'));
  EXPECT_EQ(open_sqlite_catalogue("/d/catalogue.db", disk_.vfs()).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace holdfast::memory
