#include "api/openapi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>
#include <string>

#include "api/api_testing.h"
#include "api/limits.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

const json::value& document() {
  static const json::value kDocument = json::parse(openapi_document());
  return kDocument;
}

std::string text(const json::value& value) { return json::value_to<std::string>(value); }

// What "#/components/…" stands for.
const json::value* resolve(const std::string& reference) {
  if (!reference.starts_with("#/")) return nullptr;
  boost::system::error_code error;
  return document().find_pointer(reference.substr(1), error);
}

const json::value& followed(const json::value& value) {
  const json::value* reference = value.as_object().if_contains("$ref");
  return reference == nullptr ? value : *resolve(text(*reference));
}

void collect_references(const json::value& value, std::set<std::string>& references) {
  if (value.is_array())
    for (const json::value& item : value.get_array()) collect_references(item, references);
  if (!value.is_object()) return;
  for (const auto& [key, item] : value.get_object()) {
    if (key == "$ref")
      references.insert(text(item));
    else
      collect_references(item, references);
  }
}

// Names of the parameters of a path, or of an operation, that are `in` a place.
std::multiset<std::string> parameters(const json::value& of, std::string_view in) {
  std::multiset<std::string> names;
  if (const json::value* all = of.as_object().if_contains("parameters")) {
    for (const json::value& each : all->as_array()) {
      const json::value& parameter = followed(each);
      if (text(parameter.at("in")) == in) names.insert(text(parameter.at("name")));
    }
  }
  return names;
}

std::multiset<std::string> parameters_of_pattern(const std::string& pattern) {
  std::multiset<std::string> names;
  for (std::size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1))
    names.insert(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
  return names;
}

struct Operation {
  std::string method, path;
  const json::value* item;  // the path's
  const json::value* operation;
};

std::vector<Operation> operations() {
  std::vector<Operation> all;
  for (const auto& [path, item] : document().at("paths").as_object()) {
    for (const auto& [key, operation] : item.as_object()) {
      if (key == "parameters") continue;
      std::string method(key);
      std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      all.push_back({method, std::string(path), &item, &operation});
    }
  }
  return all;
}

bool is_public(const Operation& operation) {
  const json::value* security = operation.operation->as_object().if_contains("security");
  return security != nullptr && security->as_array().empty();
}

TEST(OpenApiTest, IsOpenApiOfThisVersion) {
  EXPECT_EQ(document().at("openapi"), "3.1.0");
  EXPECT_EQ(document().at("info").at("version"), HOLDFAST_VERSION);
}

TEST(OpenApiTest, HasExactlyTheRoutersCalls) {
  Bench bench;
  std::map<std::string, std::string> served, documented;
  for (const net::RouteInfo& route : bench.api().routes()) served[route.method + " " + route.pattern] = route.name;
  for (const Operation& each : operations())
    documented[each.method + " " + each.path] = text(each.operation->at("operationId"));
  EXPECT_EQ(documented, served);
}

TEST(OpenApiTest, NamesEveryParameterOfAPath) {
  for (const Operation& each : operations()) {
    std::multiset<std::string> named = parameters(*each.item, "path");
    named.merge(parameters(*each.operation, "path"));
    EXPECT_EQ(named, parameters_of_pattern(each.path)) << each.path;
  }
}

TEST(OpenApiTest, EveryReferenceLeadsSomewhereAndEveryComponentIsUsed) {
  std::set<std::string> references;
  collect_references(document(), references);
  EXPECT_GT(references.size(), 50U);
  for (const std::string& reference : references) EXPECT_NE(resolve(reference), nullptr) << reference;
  for (const auto& [kind, components] : document().at("components").as_object()) {
    if (kind == "securitySchemes") continue;
    for (const auto& [name, unused] : components.as_object())
      EXPECT_TRUE(references.contains("#/components/" + std::string(kind) + "/" + std::string(name))) << name;
  }
}

// A value for every parameter of a path.
std::string filled(std::string path) {
  for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const std::size_t size = path.find('}', open) - open + 1;
    const bool id = path.substr(open, size).ends_with("_id}");
    path.replace(open, size, id ? "01KPR2M8R0F4Q6YV9T3W5X7Z1B" : "a");
  }
  return path;
}

TEST(OpenApiTest, SaysWhichCallsNeedAToken) {
  Bench bench;
  std::set<std::string> open;
  for (const Operation& each : operations()) {
    const Reply reply = bench.ask({each.method, filled(each.path), "", ""});
    if (is_public(each)) {
      EXPECT_EQ(reply.status, 200) << each.path;
      open.insert(each.path);
    } else {
      EXPECT_EQ(reply.status, 401) << each.method << " " << each.path;
    }
  }
  EXPECT_EQ(open, (std::set<std::string>{"/healthz", "/metrics", "/openapi.json", "/readyz"}));
}

TEST(OpenApiTest, EveryCallDocumentsItsFailures) {
  for (const Operation& each : operations()) {
    const json::object& responses = each.operation->at("responses").as_object();
    std::vector<std::string> statuses = {"400", "405", "500", "503"};
    if (!is_public(each)) statuses.insert(statuses.end(), {"401", "403", "429"});
    if (each.path.find("{namespace}") != std::string::npos) statuses.push_back("404");
    if (each.operation->as_object().contains("requestBody")) statuses.insert(statuses.end(), {"408", "413"});
    for (const std::string& status : statuses) {
      ASSERT_TRUE(responses.contains(status)) << status << " of " << each.method << " " << each.path;
      const json::value& schema = followed(responses.at(status)).at("content").at("application/json").at("schema");
      EXPECT_EQ(schema.at("$ref"), "#/components/schemas/Failure");
    }
    for (const char* status : {"429", "503"}) {
      if (responses.contains(status))
        EXPECT_TRUE(followed(responses.at(status)).at("headers").as_object().contains("Retry-After"));
    }
  }
}

TEST(OpenApiTest, LimitsAreTheContracts) {
  const json::object& schemas = document().at("components").at("schemas").as_object();
  const auto most = [&](std::string_view schema) {
    return schemas.at(schema).at("maxLength").to_number<std::size_t>();
  };
  EXPECT_EQ(most("NamespaceName"), kMaxNamespaceName);
  EXPECT_EQ(most("ProfileName"), kMaxProfileName);
  EXPECT_EQ(most("SessionId"), kMaxSessionId);
  EXPECT_EQ(most("Content"), kMaxContent);
  EXPECT_EQ(most("SpeakerName"), kMaxName);
  EXPECT_EQ(most("Cursor"), kMaxCursor);
  const json::value& messages = schemas.at("IngestRequest").at("properties").at("messages");
  EXPECT_EQ(messages.at("minItems"), 1);
  EXPECT_EQ(messages.at("maxItems").to_number<std::size_t>(), kMaxMessages);
  EXPECT_EQ(schemas.at("RecallRequest").at("properties").at("query").at("maxLength").to_number<std::size_t>(),
            kMaxQuery);
  const json::object& parameters = document().at("components").at("parameters").as_object();
  const json::value& per_page = parameters.at("PerPage").at("schema");
  EXPECT_EQ(per_page.at("maximum").to_number<std::size_t>(), kMaxPerPage);
  EXPECT_EQ(per_page.at("default").to_number<std::size_t>(), kDefaultPerPage);
  EXPECT_EQ(parameters.at("Account").at("schema").at("maxLength").to_number<std::size_t>(), kMaxAccount);
}

TEST(OpenApiTest, IsServed) {
  Bench bench;
  const Reply reply = bench.get("/openapi.json");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(reply.body, openapi_document());
}

}  // namespace
}  // namespace holdfast::api
