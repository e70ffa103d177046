// Topic keys: what a statement gives the value of, normalised, so that statements of one topic are versions of each
// other ("Use pnpm, not npm" and "we switched to Yarn": "package manager").
//
// A key is a few words in lower case and the singular, the scope it holds in among them ("memory limit production"),
// so that scoped values live beside each other. Statements whose topic can have several values at once (pets, hobbies)
// have none; neither has one of which the rules are not sure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::memory {

inline constexpr std::size_t kTopicWords = 5;  // a longer phrase is no topic

// The key of a statement, or "". Linear in the statement; deterministic.
[[nodiscard]] std::string topic_key(std::string_view statement);

// A key that somebody else made, written as topic_key() writes them: lower case, singular, no articles, scopes by their
// one name ("Memory limits (prod)" → "memory limit production"). "" for what is too long, or a value, to be one.
[[nodiscard]] std::string normalised_topic_key(std::string_view key);

// Whether statements that have this key are surely of one topic: a kind of tool of which a project has one, the version
// of a named thing, a person's home or employer. Other keys are phrases, and one phrase may name two things.
[[nodiscard]] bool is_sure_topic(std::string_view key);

// The scope a word names ("prod" → "production", "mornings" → "morning"), or "".
[[nodiscard]] std::string_view scope_word(std::string_view word);

}  // namespace holdfast::memory
