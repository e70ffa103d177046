#include "memory/recall/question.h"

#include <algorithm>
#include <array>
#include <span>

#include "language/characters.h"
#include "language/lexicon.h"
#include "language/words.h"

namespace holdfast::memory {
namespace {

constexpr auto kAuxiliaries = std::to_array<std::string_view>(
    {"do",  "does", "did",   "is",   "are",   "was",    "were",  "am",   "has", "have",
     "had", "can",  "could", "will", "would", "should", "shall", "must", "may", "might"});

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool is_auxiliary_word(std::string_view folded) { return is_one_of(folded, kAuxiliaries); }

bool is_auxiliary(const QuestionWord& word) {
  return is_auxiliary_word(word.folded) && !(word.folded == "may" && word.begin > 0 && word.text.front() == 'M');
}

Question::Question(std::string_view text) : text_(text) {
  language::for_each_word(text, [this](const language::Word& word) {
    if (word.part) return;
    words_.push_back({.folded = std::string(word.text),
                      .text = text_.substr(word.begin, word.end - word.begin),
                      .begin = word.begin,
                      .end = word.end});
  });
  line_ = " ";
  for (const QuestionWord& word : words_) line_.append(word.folded).push_back(' ');
}

bool Question::says(std::string_view phrase) const {
  std::string padded = " ";
  padded.append(phrase).push_back(' ');
  return line_.find(padded) != std::string::npos;
}

bool Question::says_any(std::initializer_list<std::string_view> phrases) const {
  return std::ranges::any_of(phrases, [this](std::string_view phrase) { return says(phrase); });
}

bool Question::begins_with_any(std::initializer_list<std::string_view> phrases) const {
  return std::ranges::any_of(
      phrases, [this](std::string_view phrase) { return line_.starts_with(' ' + std::string(phrase) + ' '); });
}

QuestionKind kind_of(const Question& q) {
  if (q.says_any({"how long", "how many days", "how many weeks", "how many months", "how many years", "how many nights",
                  "how many hours", "how many minutes", "how much time", "for how long"})) {
    return QuestionKind::kHowLong;
  }
  const bool asks_when = q.begins_with_any({"when", "when's", "and when"}) ||
                         q.says_any({"since when", "until when", "by when", "and when", "till when"});
  if (asks_when || q.says_any({"what date", "which date", "what day", "which day", "which days", "what days",
                               "which weekday", "what weekday", "what month", "which month", "what year", "which year",
                               "what time", "what deadline", "the deadline"})) {
    return QuestionKind::kWhen;
  }
  if (q.says_any({"how many", "how much", "how old", "how often", "how big", "how large", "how far", "how high",
                  "how tall", "how fast", "how heavy", "number of", "what price", "what percentage"})) {
    return QuestionKind::kHowMany;
  }
  if (asks_about_past(q)) return QuestionKind::kHistory;
  if (q.says_any({"who", "whose", "whom"})) return QuestionKind::kWho;
  if (q.says_any({"where", "what city", "which city", "what country", "which country", "what place", "which place",
                  "what town", "which town", "what location", "which location"})) {
    return QuestionKind::kWhere;
  }
  if (q.says_any({"should", "must", "allowed", "supposed", "rule", "rules", "policy", "convention", "conventions",
                  "have to", "has to", "always", "never", "how do we", "can i", "can the", "instructions"}) ||
      std::ranges::any_of(q.words(), [](const QuestionWord& w) { return w.folded == "may" && is_auxiliary(w); })) {
    return QuestionKind::kRule;
  }
  if (q.says_any(
          {"list", "what are all", "all the", "which of", "what kinds", "what types", "what sort", "everything"})) {
    return QuestionKind::kList;
  }
  if (!q.words().empty()) {
    const std::string& first = q.words().front().folded;
    if ((first == "what" || first == "which") && q.words().size() > 2) {
      const std::string& second = q.words()[1].folded;
      if (second.size() > 3 && second.ends_with("s") && !second.ends_with("ss") && !language::is_stop_word(second) &&
          !language::is_verb(second)) {
        return QuestionKind::kList;
      }
      if (second == "are" || second == "were") return QuestionKind::kList;
    }
    if (is_one_of(first, kAuxiliaries)) return QuestionKind::kYesNo;
  }
  return QuestionKind::kLookup;
}

bool asks_about_past(const Question& q) {
  if (q.says_any({"used to",    "originally",       "initially",     "previous",    "previously",    "formerly",
                  "former",     "at first",         "back then",     "no longer",   "in the past",   "prior to",
                  "history of", "at the beginning", "changed from",  "switch from", "switched from", "move from",
                  "moved from", "migrate from",     "migrated from", "before that", "earlier",       "replaced",
                  "replace",    "instead of what",  "once",          "old"})) {
    return !q.says_any({"how old", "years old", "at once", "once a", "days old", "months old"});
  }
  return q.says("before") && q.says_any({"did", "was", "were", "had", "been"});
}

bool asks_about_now(const Question& q) {
  return q.says_any({"now", "currently", "current", "at the moment", "these days", "today", "right now", "nowadays",
                     "at present", "latest", "still"});
}

bool asks_for_replies(const Question& q) {
  if (asks_for_overview(q)) return true;
  if (!q.says_any({"you", "you'd", "you've", "the assistant", "assistant"})) return false;
  return q.says_any({"did you",
                     "have you",
                     "had you",
                     "were you",
                     "you had",
                     "you've",
                     "you'd",
                     "you recommended",
                     "you suggested",
                     "you advised",
                     "you explained",
                     "you told",
                     "you mentioned",
                     "you proposed",
                     "you gave",
                     "you provided",
                     "you outlined",
                     "you said",
                     "assistant suggest",
                     "assistant recommend",
                     "assistant say",
                     "assistant propose",
                     "assistant suggested",
                     "assistant recommended",
                     "assistant said"});
}

bool asks_about_told(const Question& q) {
  const auto& words = q.words();
  constexpr auto kHelpers = std::to_array<std::string_view>({"did", "have", "had", "has", "was", "were"});
  constexpr auto kTellers =
      std::to_array<std::string_view>({"i", "you", "we", "my", "our", "the", "there", "she", "he", "they"});
  constexpr auto kSaid =
      std::to_array<std::string_view>({"have", "had", "did", "said", "told", "wrote", "asked", "was"});
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (is_one_of(words[i].folded, kHelpers) && is_one_of(words[i + 1].folded, kTellers)) return true;
    if ((words[i].folded == "i" || words[i].folded == "we") && is_one_of(words[i + 1].folded, kSaid)) return true;
  }
  if (std::ranges::any_of(words, [](const QuestionWord& w) {
        return w.folded == "i've" || w.folded == "we've" || w.folded.starts_with("mention");
      })) {
    return true;
  }
  return q.says_any({"remind me",         "do you remember", "do you recall", "how many",         "how much",
                     "how long",          "what is my",      "what are my",   "what was my",      "what were my",
                     "what's my",         "who is my",       "who are my",    "where is my",      "when is my",
                     "when does my",      "when do my",      "my sessions",   "my conversations", "my messages",
                     "our conversations", "our discussions", "our chats"});
}

bool asks_for_advice(const Question& q) {
  if (asks_about_told(q) && !q.says_any({"suggest", "recommend", "advise", "help me"})) return false;
  if (q.says_any({"did you", "have you", "had you", "you suggested", "you recommended", "you advised", "you had"}))
    return false;
  return q.says_any({"how do i",
                     "how can i",
                     "how should i",
                     "how would i",
                     "how could i",
                     "how do we",
                     "how can we",
                     "how should we",
                     "how do you",
                     "how would you",
                     "can you",
                     "could you",
                     "would you",
                     "will you",
                     "what should",
                     "what would",
                     "what can i",
                     "which should",
                     "should i",
                     "should we",
                     "suggest",
                     "recommend",
                     "advise",
                     "help me",
                     "explain",
                     "show me",
                     "teach me",
                     "tell me how",
                     "walk me through",
                     "give me",
                     "write me",
                     "draft",
                     "i need",
                     "i want",
                     "i'd like",
                     "i'm trying",
                     "i'm looking",
                     "i'm planning",
                     "i'm thinking",
                     "i'm working",
                     "i'm about",
                     "i'm building",
                     "i'm writing",
                     "i'm applying",
                     "i'm updating",
                     "i'm going",
                     "i'm creating",
                     "i'm preparing",
                     "i'm learning",
                     "if i",
                     "if i'm",
                     "where should",
                     "when should",
                     "what steps",
                     "what options",
                     "what are some",
                     "what are the best",
                     "best way",
                     "any ideas",
                     "any tips",
                     "how to",
                     "what's the best"});
}

bool asks_whether(const Question& q) { return !q.words().empty() && is_auxiliary(q.words().front()); }

bool asks_for_overview(const Question& q) {
  const auto& words = q.words();
  if (std::ranges::any_of(words, [](const QuestionWord& w) {
        return w.folded.starts_with("summar") || w.folded.starts_with("recap") || w.folded.starts_with("chronolog") ||
               w.folded == "overview" || w.folded == "timeline" || w.folded == "rundown" || w.folded == "synopsis" ||
               w.folded == "gist";
      })) {
    return true;
  }
  if (asks_for_order(q) || q.says_any({"walk me through what",
                                       "walk me through how we",
                                       "walk me through how i",
                                       "step by step what",
                                       "sum up",
                                       "main points",
                                       "key points",
                                       "catch me up",
                                       "bring me up to speed",
                                       "up to speed on",
                                       "what have we talked about",
                                       "what have we discussed",
                                       "what have we covered",
                                       "what did we talk about",
                                       "what did we discuss",
                                       "what did we cover",
                                       "everything we",
                                       "everything i told you",
                                       "the story so far",
                                       "from start to finish",
                                       "from beginning to end"})) {
    return true;
  }
  const bool moves = q.says_any({"progressed", "developed", "evolved", "changed", "progress", "develop", "evolve",
                                 "change", "grown", "grew", "unfolded", "went", "gone"});
  return moves &&
         q.says_any({"over time", "throughout", "across", "over the", "through our", "along the way", "so far"});
}

bool asks_for_order(const Question& q) {
  if (std::ranges::any_of(q.words(), [](const QuestionWord& w) { return w.folded.starts_with("chronological"); }))
    return true;
  return q.says_any({"in order", "in what order", "in which order", "the order in", "the order of", "the order that",
                     "the order i", "the order we", "the sequence", "in sequence", "which came first",
                     "what came first", "which happened first", "what happened first", "from first to last",
                     "from earliest to latest", "from oldest to newest"}) &&
         !q.says_any({"in order to", "in order for", "in order that"});
}

bool is_overview_wording(std::string_view folded) {
  constexpr auto kWording = std::to_array<std::string_view>({"order",         "list",
                                                             "walk",          "through",
                                                             "brought",       "bring",
                                                             "different",     "aspects",
                                                             "aspect",        "concepts",
                                                             "throughout",    "across",
                                                             "conversations", "conversation",
                                                             "discussions",   "discussion",
                                                             "discussed",     "discussing",
                                                             "discuss",       "chats",
                                                             "mention",       "mentioned",
                                                             "only",          "items",
                                                             "item",          "summary",
                                                             "summarize",     "summarise",
                                                             "summarized",    "comprehensive",
                                                             "complete",      "clear",
                                                             "full",          "detailed",
                                                             "thorough",      "overview",
                                                             "recap",         "progressed",
                                                             "developed",     "progress",
                                                             "evolved",       "over",
                                                             "time",          "including",
                                                             "key",           "steps",
                                                             "step",          "handled",
                                                             "approached",    "topics",
                                                             "topic",         "covered",
                                                             "sequence",      "chronological",
                                                             "timeline",      "raised",
                                                             "give",          "provide",
                                                             "everything",    "various",
                                                             "related",       "help",
                                                             "understand",    "talked",
                                                             "far",           "past",
                                                             "came",          "together",
                                                             "along",         "way",
                                                             "first",         "then",
                                                             "finally",       "last",
                                                             "one",           "two",
                                                             "three",         "four",
                                                             "five",          "six",
                                                             "seven",         "eight",
                                                             "nine",          "ten",
                                                             "worked",        "learned",
                                                             "learnt",        "managed",
                                                             "managing",      "kept",
                                                             "few",           "months",
                                                             "weeks",         "please",
                                                             "moved",         "brief",
                                                             "briefly",       "short",
                                                             "quick",         "main",
                                                             "points",        "point",
                                                             "highlights",    "gist",
                                                             "rundown",       "sum",
                                                             "outline",       "evolve",
                                                             "develop",       "changed",
                                                             "journey",       "story",
                                                             "start",         "beginning",
                                                             "end",           "finish",
                                                             "sequentially",  "chronologically",
                                                             "chat",          "session",
                                                             "sessions",      "message",
                                                             "messages"});
  return is_one_of(folded, kWording);
}

std::string overview_topic(const Question& question) {
  std::string topic;
  for (const QuestionWord& word : question.words()) {
    if (is_overview_wording(word.folded) || language::is_stop_word(word.folded)) continue;
    if (!topic.empty()) topic += ' ';
    topic += word.text;
  }
  return topic;
}

}  // namespace holdfast::memory
