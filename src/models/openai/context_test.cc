#include "models/openai/context.h"

#include <gtest/gtest.h>

#include <string>

#include "models/openai/scripted_server_testing.h"

namespace holdfast::models {
namespace {

using testing::answer;
using testing::Asked;
using testing::not_found;
using testing::World;

ServerLimits found(World& world, std::string model = "m") {
  const auto limits = run_here(find_limits(world.provider, std::move(model), std::chrono::seconds(5)));
  EXPECT_TRUE(limits);
  return limits ? *limits : ServerLimits{};
}

TEST(Context, LlamaCppSaysItOfOneSlot) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models")
      return answer(
          200, R"({"object":"list","data":[{"id":"smol.gguf","owned_by":"llamacpp","meta":{"n_ctx_train":8192}}]})");
    if (asked.path == "/props")
      return answer(200,
                    R"({"default_generation_settings":{"n_ctx":1024,"params":{}},"total_slots":2,"model_path":"x"})");
    return not_found();
  });
  const ServerLimits limits = found(world);
  EXPECT_EQ(limits.context_tokens, 1024U);
  EXPECT_TRUE(limits.llama_slots);
  EXPECT_EQ(limits.total_slots, 2U);
  EXPECT_EQ(limits.models, std::vector<std::string>{"smol.gguf"});
  EXPECT_TRUE(world.server.asked("/api/show").empty());
}

TEST(Context, VllmAndOpenRouterSayItInTheList) {
  World vllm([](const Asked&) {
    return answer(200,
                  R"({"data":[{"id":"x","max_model_len":512},{"id":"m","owned_by":"vllm","max_model_len":4096}]})");
  });
  EXPECT_EQ(found(vllm).context_tokens, 4096U);
  EXPECT_EQ(found(vllm, "").context_tokens, 512U);
  EXPECT_TRUE(vllm.server.asked("/props").empty());

  World open_router(
      [](const Asked&) { return answer(200, R"({"data":[{"id":"m","context_length":131072},{"id":"n"}]})"); });
  EXPECT_EQ(found(open_router).context_tokens, 131072U);
}

TEST(Context, SlotsAreAskedForThoughTheListSaysTheContext) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models") return answer(200, R"({"data":[{"id":"m","owned_by":"me","max_model_len":8192}]})");
    if (asked.path == "/props") return answer(200, R"({"default_generation_settings":{"n_ctx":2048},"total_slots":4})");
    return not_found();
  });
  const ServerLimits limits = found(world);
  EXPECT_EQ(limits.total_slots, 4U);
  EXPECT_EQ(limits.context_tokens, 2048U) << "of one slot";
}

TEST(Context, LmStudioSaysItInItsOwnList) {
  World world([](const Asked& asked) {
    if (asked.path == "/v1/models")
      return answer(200, R"({"data":[{"id":"m","owned_by":"organization_owner"},{"id":"n"}]})");
    if (asked.path == "/api/v0/models")
      return answer(
          200, R"({"data":[{"id":"m","state":"loaded","max_context_length":131072,"loaded_context_length":4096}]})");
    return not_found();
  });
  EXPECT_EQ(found(world).context_tokens, 4096U);
}

TEST(Context, OllamaSaysItOfALoadedModelOrByItsDefault) {
  const auto ollama = [](std::string loaded, std::string shown) {
    return [=](const Asked& asked) {
      if (asked.path == "/v1/models") return answer(200, R"({"data":[{"id":"m:latest","owned_by":"library"}]})");
      if (asked.path == "/api/ps") return answer(200, loaded);
      if (asked.path == "/api/show" && asked.body.at("model") == "m") return answer(200, shown);
      return not_found();
    };
  };
  constexpr auto kInfo = R"({"model_info":{"general.architecture":"llama","llama.context_length":131072}})";
  World loaded(ollama(R"({"models":[{"name":"m:latest","context_length":16384}]})", kInfo));
  EXPECT_EQ(found(loaded).context_tokens, 16384U);
  World unloaded(ollama(R"({"models":[]})", kInfo));
  EXPECT_EQ(found(unloaded).context_tokens, 4096U);
  World set(ollama(R"({"models":[]})", R"({"parameters":"stop  \"x\"\nnum_ctx      8192","model_info":{}})"));
  EXPECT_EQ(found(set).context_tokens, 8192U);
  World small(ollama("[]", R"({"model_info":{"bert.context_length":512}})"));
  EXPECT_EQ(found(small).context_tokens, 512U);
}

TEST(Context, IsNotKnownWhereNobodySaysIt) {
  World world([](const Asked& asked) { return asked.path == "/v1/models" ? answer(200, "not JSON") : not_found(); });
  const ServerLimits limits = found(world);
  EXPECT_EQ(limits.context_tokens, 0U);
  EXPECT_FALSE(limits.llama_slots);
  EXPECT_TRUE(limits.models.empty());
}

TEST(Context, AWrongKeyAndNoServerAreErrors) {
  World closed([](const Asked&) { return answer(401, R"({"error":{"message":"Incorrect API key provided"}})"); });
  const auto refused = run_here(find_limits(closed.provider, "m", std::chrono::seconds(5)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, "refused");
  EXPECT_NE(refused.error().message.find("Incorrect API key"), std::string::npos);

  World gone([](const Asked&) -> Result<net::OutboundReply> {
    return fail(Code::kIo, "nobody there", {}, std::string(net::no_answer::kUnreachable));
  });
  const auto unreachable = run_here(find_limits(gone.provider, "m", std::chrono::seconds(5)));
  ASSERT_FALSE(unreachable);
  EXPECT_EQ(unreachable.error().cause, "unreachable");
  EXPECT_EQ(gone.server.asked("/v1/models").size(), 1U) << "finding out is not retried";
}

TEST(Context, TheRootIsWhereOtherInterfacesAre) {
  EXPECT_EQ(server_root("http://host:1/v1/"), "http://host:1");
  EXPECT_EQ(server_root("https://host/llm/v1"), "https://host/llm");
  EXPECT_EQ(server_root("http://host:1"), "http://host:1");
}

}  // namespace
}  // namespace holdfast::models
