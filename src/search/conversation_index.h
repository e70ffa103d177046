// Search over the messages of conversations: lexical signals that know a message's neighbours and session.
//
// A single turn says little ("Yes, in May!"), so a message is scored with the turns around it, with its session as a
// whole, and, where messages are long, by its best piece. Each signal is standardised over all messages for the one
// query (minus the mean, divided by the deviation), weighted and summed; on top go additions for what the caller knows
// about a message (its speaker, its date, that it contains a number), which this index stores and weighs but does not
// understand. Weights were fitted on two benchmarks of conversations; `ConversationScoring::dialogue` and `chat` hold
// them.
//
//   ConversationIndex index;
//   index.add({.terms = terms, .session = 0, .order = 17, .time = now, .features = {.flags = kHasNumber}});
//   auto scoring = ConversationScoring::dialogue();
//   scoring.flag_weights[3] = 1.4f;                        // "when …?": messages with a time expression
//   scoring.speakers.push_back({.speaker = 2, .weight = 2.2f});
//   for (const Hit& hit : index.search(query, scoring, 50, scratch)) …
//
// Stop words are dropped by the caller, from messages and from queries.
//
// Results depend only on the messages present and their DocIds' order, never on the way they came: an index that had
// messages inserted and removed scores like one built from the remaining messages alone.
//
// Thread-safety: const calls may run at the same time, each with a ConversationScratch of its own; the others need the
// caller to exclude all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "search/inverted_index.h"
#include "search/posting_list.h"
#include "search/scores.h"
#include "search/vocabulary.h"

namespace holdfast::search {

constexpr DocId kNoDoc = std::numeric_limits<DocId>::max();
constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();
constexpr std::size_t kFlags = 32;
constexpr std::size_t kCounts = 4;

constexpr std::size_t kPieceTerms = 100;     // a message of more terms is cut into pieces of this many,
constexpr std::size_t kPieceStride = 80;     // one beginning every so many terms
constexpr std::size_t kNeighbourTerms = 60;  // of a neighbour of a piece, only the first so many terms count
constexpr std::size_t kBlockMessages = 10;

// What the caller knows about a message. Only the query gives these meaning.
struct Features {
  std::uint32_t flags = 0;
  std::uint32_t speaker = 0;
  std::int32_t day = kNoDay;                      // since 1970-01-01
  std::array<std::uint8_t, kCounts> counts = {};  // such as capitalised words, cut by the caller to what should count
};

struct MessageEntry {
  std::span<const TermId> terms;  // of one Vocabulary, in the order of the text; the first 65,535 count
  std::uint32_t session = 0;      // dense, from 0: memory is kept for every number up to the largest
  std::int64_t order = 0;         // place within the session; among equals the one added later goes after
  std::int64_t time = 0;          // decides ties between scores: the larger is the newer
  Features features = {};
};

// How much of a term's frequency in the turns around a message counts for the message.
struct Window {
  float previous = 0;
  float next = 0;
  float before_previous = 0;
};

// The sum's signals. 0 leaves a signal out and saves its work (`window` is always made: it says what matched).
struct SignalWeights {
  float window = 0;        // BM25 over the message and its window; see ConversationScoring::pieces
  float own = 0;           // BM25 of the message alone
  float piece = 0;         // BM25 of its best piece alone
  float session = 0;       // BM25 of its session as one document
  float block = 0;         // BM25 of its block: the session's messages in tens, from its beginning
  float session_best = 0;  // the best `window` in its session, the candidate signal's match added to it
};

struct SpeakerWeight {
  std::uint32_t speaker = 0;
  float weight = 0;
};

// Both ends included. Ranges that overlap add up: a month +2.4 and a day in it +.5 make 2.9 on that day.
struct DayRange {
  std::int32_t first = 0;
  std::int32_t last = 0;
  float weight = 0;
};

// A signal made elsewhere: a finite value for every DocId below end_doc(), standardised like the others. One of fewer
// values is left out.
struct ExternalSignal {
  std::span<const float> values;
  float weight = 0;
};

// What a signal of candidates says of one of them.
struct CandidateValue {
  float score = 0;  // added to its score
  float match = 0;  // added to its window's signal where the best of a session is looked for
};

// A signal too dear to be made of every message: it is asked for the best by the other signals.
class CandidateSignal {
 public:
  virtual ~CandidateSignal() = default;
  // `values` is as long as `candidates`, all 0. `sample`: messages that stand for all of them, runs of neighbours from
  // all over the index, the older conversations first, or every message when there are few; a value is 0 for a message
  // that is like the average of these, so that candidates compare with what was not asked for.
  virtual void score(std::span<const DocId> candidates, std::span<const DocId> sample,
                     std::span<CandidateValue> values) = 0;
};

struct ConversationScoring {
  float k1 = 1.2f;
  float b = .75f;
  Window window;
  // Whether `window` looks at pieces: the message's best piece with the first kNeighbourTerms of its neighbours. For
  // messages that are answers of a page; otherwise whole messages.
  bool pieces = false;
  SignalWeights weights;

  // Added for every message: flag_weights[i] where bit i is set; count_weights[i] · counts[i]; speakers and days that
  // fit.
  std::array<float, kFlags> flag_weights = {};
  std::array<float, kCounts> count_weights = {};
  std::vector<SpeakerWeight> speakers;
  std::vector<DayRange> days;
  std::vector<ExternalSignal> external;

  // Asked for the best `candidates` messages by all of the above; null for none.
  CandidateSignal* candidate_signal = nullptr;
  std::size_t candidates = 150;

  // Leaves out messages with no term of the query in them or in their window.
  bool only_matched = false;

  // People talk, in short turns: window .7, .3, .3.
  [[nodiscard]] static ConversationScoring dialogue();
  // An assistant answers at length: pieces, window .3, .5, .2, blocks of ten.
  [[nodiscard]] static ConversationScoring chat();
};

// What each part gave to a score, weighted; the parts add up to it.
struct HitParts {
  float window = 0;
  float own = 0;
  float piece = 0;
  float session = 0;
  float block = 0;
  float session_best = 0;
  float external = 0;
  float features = 0;
  float candidate = 0;
};

struct Hit {
  DocId doc = 0;
  float score = 0;
  bool matched = false;  // a term of the query is in it or in its window
  HitParts parts;
};

// Working memory of a query, reused; one a thread. Allocates only for an index larger than any before it.
class ConversationScratch {
 public:
  // The score of every message after `score` or `search`, by DocId; −infinity for those removed or left out.
  [[nodiscard]] std::span<const float> scores() const { return final_; }

 private:
  friend class ConversationQuery;
  friend class ConversationSignals;

  // By message; session_, session_best_ and block_ by session and by block.
  Scores window_, own_, piece_, session_, session_best_, block_;
  std::vector<float> norm_;             // what a length does to a score; valid for what the signal at hand has touched
  std::vector<float> frequency_;        // of the term at hand, by message or group; all 0 between terms
  std::vector<float> piece_frequency_;  // the same by slot
  std::vector<float> piece_score_;      // by slot; all 0 between signals
  std::vector<std::uint8_t> seen_;      // by message; all 0 between signals
  std::vector<DocId> reached_;          // by the term at hand
  std::vector<DocId> touched_;          // by the signal at hand
  std::vector<std::uint32_t> block_of_;
  std::vector<std::uint32_t> block_sizes_;
  std::vector<std::uint64_t> block_lengths_;
  std::vector<float> session_part_;  // weighted and standardised
  std::vector<float> session_match_;
  std::vector<float> block_part_;
  std::vector<DocId> candidates_;  // the best first
  std::vector<DocId> sample_;
  std::vector<std::uint32_t> session_order_;
  std::vector<CandidateValue> candidate_values_;  // parallel to candidates_
  std::vector<float> final_;
};

class ConversationIndex {
 public:
  // Usually appended; takes longer, in proportion to the session's length, where it goes between older messages.
  // DocIds count up from 0 and are never used again.
  DocId add(const MessageEntry& message);

  // The neighbours of the removed message become each other's. Takes time in proportion to the session's length; as
  // InvertedIndex::remove otherwise.
  bool remove(DocId doc);

  // For features that depend on neighbours and change as those come and go. `doc` must be contained.
  void set_features(DocId doc, const Features& features) { features_[doc] = features; }
  [[nodiscard]] const Features& features(DocId doc) const { return features_[doc]; }

  [[nodiscard]] bool contains(DocId doc) const { return doc < nodes_.size() && nodes_[doc].pieces != 0; }

  // The neighbour within the session, or kNoDoc. `doc` must be contained.
  [[nodiscard]] DocId previous(DocId doc) const { return nodes_[doc].previous; }
  [[nodiscard]] DocId next(DocId doc) const { return nodes_[doc].next; }
  [[nodiscard]] std::uint32_t session(DocId doc) const { return places_[doc].session; }
  [[nodiscard]] std::size_t length(DocId doc) const { return nodes_[doc].length; }

  // The session's messages in order; empty for a number never used.
  [[nodiscard]] std::span<const DocId> session_messages(std::uint32_t session) const;

  [[nodiscard]] std::size_t size() const { return live_; }
  [[nodiscard]] std::size_t end_doc() const { return nodes_.size(); }
  [[nodiscard]] std::size_t document_frequency(TermId term) const;

  // Scores all messages; read them from scratch.scores().
  void score(std::span<const QueryTerm> terms, const ConversationScoring& scoring, ConversationScratch& scratch) const;

  // The best k: score descending, then the larger time, then the larger DocId.
  [[nodiscard]] std::vector<Hit> search(std::span<const QueryTerm> terms, const ConversationScoring& scoring,
                                        std::size_t k, ConversationScratch& scratch) const;

  // Memory held, in bytes, the object included.
  [[nodiscard]] std::size_t bytes() const;

  // Gives back room kept for growth; worth calling after a bulk load.
  void shrink_to_fit();

 private:
  friend class ConversationQuery;
  friend class ConversationSignals;

  // One a message and term. For a message of several pieces, `pieces` entries follow in which `doc` is the piece's
  // number and `frequency` the frequency in that piece.
  struct Posting {
    DocId doc;
    std::uint16_t frequency;
    std::uint8_t head;    // frequency within the first kNeighbourTerms
    std::uint8_t pieces;  // a term in more than 255 pieces is found in the first 255
  };
  struct Node {
    DocId previous = kNoDoc;
    DocId next = kNoDoc;
    std::uint32_t first_slot = 0;  // pieces are numbered through over all messages
    std::uint16_t length = 0;
    std::uint16_t pieces = 0;  // 0: removed
  };
  struct Place {
    std::int64_t order = 0;
    std::int64_t time = 0;
    std::uint32_t session = 0;
  };
  // Lengths in terms: whole, cut to a piece, cut to what counts of a neighbour.
  struct Lengths {
    std::uint64_t whole = 0;
    std::uint64_t piece = 0;
    std::uint64_t head = 0;
  };
  // What the averages over windows need, kept up to date so that no query walks over all messages for them: every
  // message is the previous one in one window, unless it is its session's last, and so on.
  struct Totals {
    Lengths all;
    Lengths first;  // of each session's first message
    Lengths last;
    Lengths second_last;
  };
  struct Session {
    std::vector<DocId> messages;
    std::uint64_t length = 0;
  };

  void join(DocId before, DocId after);
  void count(Lengths& lengths, DocId doc, bool add) const;
  void count_ends(const Session& session, bool add);
  void add_postings(DocId doc, std::span<const TermId> terms);
  void compact();

  std::vector<PostingList<Posting>> terms_;
  std::vector<Node> nodes_;
  std::vector<Place> places_;
  std::vector<Features> features_;
  std::vector<Session> sessions_;
  Totals totals_;
  std::size_t live_ = 0;
  std::size_t dead_ = 0;           // removed messages whose postings are still there
  std::size_t live_sessions_ = 0;  // with a message
  std::uint32_t slots_ = 0;
};

}  // namespace holdfast::search
