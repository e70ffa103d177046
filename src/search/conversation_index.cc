#include "search/conversation_index.h"

#include <algorithm>

namespace holdfast::search {
namespace {

constexpr std::size_t kMaxLength = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t kMaxPieceEntries = std::numeric_limits<std::uint8_t>::max();

std::size_t pieces_of(std::size_t length) {
  return length <= kPieceTerms ? 1 : 1 + (length - kPieceTerms + kPieceStride - 1) / kPieceStride;
}

void change(std::uint64_t& total, std::uint64_t amount, bool add) { total = add ? total + amount : total - amount; }

}  // namespace

DocId ConversationIndex::add(const MessageEntry& message) {
  const auto doc = static_cast<DocId>(nodes_.size());
  const std::span<const TermId> terms = message.terms.first(std::min(message.terms.size(), kMaxLength));
  Node& node = nodes_.emplace_back();
  node.first_slot = slots_;
  node.length = static_cast<std::uint16_t>(terms.size());
  node.pieces = static_cast<std::uint16_t>(pieces_of(terms.size()));
  slots_ += node.pieces;
  places_.push_back({message.order, message.time, message.session});
  features_.push_back(message.features);

  if (message.session >= sessions_.size()) sessions_.resize(std::size_t{message.session} + 1);
  Session& session = sessions_[message.session];
  if (session.messages.empty()) ++live_sessions_;
  count_ends(session, false);
  auto place = session.messages.end();
  if (!session.messages.empty() && places_[session.messages.back()].order > message.order)
    place = std::upper_bound(session.messages.begin(), session.messages.end(), message.order,
                             [this](std::int64_t order, DocId other) { return order < places_[other].order; });
  const DocId before = place == session.messages.begin() ? kNoDoc : *(place - 1);
  const DocId after = place == session.messages.end() ? kNoDoc : *place;
  join(before, doc);
  join(doc, after);
  session.messages.insert(place, doc);
  session.length += terms.size();
  count_ends(session, true);
  count(totals_.all, doc, true);

  add_postings(doc, terms);
  ++live_;
  return doc;
}

bool ConversationIndex::remove(DocId doc) {
  if (!contains(doc)) return false;
  Session& session = sessions_[places_[doc].session];
  count_ends(session, false);
  const auto before = [this](DocId a, DocId b) {
    return places_[a].order != places_[b].order ? places_[a].order < places_[b].order : a < b;
  };
  session.messages.erase(std::lower_bound(session.messages.begin(), session.messages.end(), doc, before));
  session.length -= nodes_[doc].length;
  join(nodes_[doc].previous, nodes_[doc].next);
  count_ends(session, true);
  count(totals_.all, doc, false);
  if (session.messages.empty()) {
    session.messages.shrink_to_fit();
    --live_sessions_;
  }

  nodes_[doc].pieces = 0;
  --live_;
  ++dead_;
  if (dead_ > live_) compact();
  return true;
}

std::span<const DocId> ConversationIndex::session_messages(std::uint32_t session) const {
  if (session >= sessions_.size()) return {};
  return sessions_[session].messages;
}

std::size_t ConversationIndex::document_frequency(TermId term) const {
  if (term >= terms_.size()) return 0;
  std::size_t count = 0;
  const std::span<const Posting> postings = terms_[term].view();
  for (std::size_t at = 0; at < postings.size(); at += 1u + postings[at].pieces)
    if (nodes_[postings[at].doc].pieces != 0) ++count;
  return count;
}

std::size_t ConversationIndex::bytes() const {
  std::size_t bytes = sizeof(*this) + terms_.capacity() * sizeof(terms_[0]) + nodes_.capacity() * sizeof(Node) +
                      places_.capacity() * sizeof(Place) + features_.capacity() * sizeof(Features) +
                      sessions_.capacity() * sizeof(Session);
  for (const auto& postings : terms_) bytes += postings.heap_bytes();
  for (const Session& session : sessions_) bytes += session.messages.capacity() * sizeof(DocId);
  return bytes;
}

void ConversationIndex::shrink_to_fit() {
  terms_.shrink_to_fit();
  nodes_.shrink_to_fit();
  places_.shrink_to_fit();
  features_.shrink_to_fit();
  sessions_.shrink_to_fit();
  for (auto& postings : terms_) postings.shrink_to_fit();
  for (Session& session : sessions_) session.messages.shrink_to_fit();
}

void ConversationIndex::join(DocId before, DocId after) {
  if (before != kNoDoc) nodes_[before].next = after;
  if (after != kNoDoc) nodes_[after].previous = before;
}

void ConversationIndex::count(Lengths& lengths, DocId doc, bool add) const {
  const std::size_t length = nodes_[doc].length;
  change(lengths.whole, length, add);
  change(lengths.piece, std::min(length, kPieceTerms), add);
  change(lengths.head, std::min(length, kNeighbourTerms), add);
}

void ConversationIndex::count_ends(const Session& session, bool add) {
  const std::size_t size = session.messages.size();
  if (size == 0) return;
  count(totals_.first, session.messages.front(), add);
  count(totals_.last, session.messages.back(), add);
  if (size >= 2) count(totals_.second_last, session.messages[size - 2], add);
}

void ConversationIndex::add_postings(DocId doc, std::span<const TermId> terms) {
  std::vector<std::uint64_t> keys;  // term, then position
  keys.reserve(terms.size());
  for (const TermId term : terms) keys.push_back(std::uint64_t{term} << 16 | keys.size());
  std::sort(keys.begin(), keys.end());
  if (!keys.empty() && (keys.back() >> 16) >= terms_.size()) terms_.resize((keys.back() >> 16) + 1);

  const std::size_t pieces = nodes_[doc].pieces;
  std::vector<Posting> in_pieces;
  for (std::size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
    in_pieces.clear();
    std::uint8_t head = 0;
    for (; end < keys.size() && keys[end] >> 16 == keys[begin] >> 16; ++end) {
      const std::size_t position = keys[end] & 0xFFFF;
      if (position < kNeighbourTerms) ++head;
      if (pieces == 1) continue;
      const std::size_t last = std::min(position / kPieceStride, pieces - 1);
      for (std::size_t piece = position < kPieceTerms ? 0 : (position - kPieceTerms) / kPieceStride + 1; piece <= last;
           ++piece) {
        // Positions come in order, so the piece is among the last two begun, or new.
        const auto known = std::find_if(in_pieces.begin() + std::max<std::ptrdiff_t>(0, std::ssize(in_pieces) - 2),
                                        in_pieces.end(), [piece](const Posting& one) { return one.doc == piece; });
        if (known != in_pieces.end()) {
          ++known->frequency;
        } else if (in_pieces.size() < kMaxPieceEntries) {
          in_pieces.push_back({static_cast<DocId>(piece), 1, 0, 0});
        }
      }
    }
    PostingList<Posting>& postings = terms_[keys[begin] >> 16];
    postings.push_back(
        {doc, static_cast<std::uint16_t>(end - begin), head, static_cast<std::uint8_t>(in_pieces.size())});
    for (const Posting& piece : in_pieces) postings.push_back(piece);
  }
}

void ConversationIndex::compact() {
  for (auto& postings : terms_) {
    std::size_t kept = 0;
    const std::span<Posting> all = postings.mutable_view();
    for (std::size_t at = 0, next = 0; at < all.size(); at = next) {
      next = at + 1u + all[at].pieces;
      if (nodes_[all[at].doc].pieces == 0) continue;
      while (at < next) all[kept++] = all[at++];
    }
    if (kept == all.size()) continue;
    postings.truncate(kept);
    postings.shrink_to_fit();
  }
  dead_ = 0;
}

}  // namespace holdfast::search
