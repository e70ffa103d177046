#include "memory/vectors/outbox.h"

#include <algorithm>
#include <unordered_map>

#include "memory/recall/weights.h"

namespace holdfast::memory {

Outbox read_outbox(const Profile& profile, const std::set<VectorKey>& aside) {
  const Profile::View view = profile.view();
  const ProfileIndex& index = view.index();
  Outbox outbox;
  for (const search::DocId doc : index.embeddings().waiting_memories()) {
    if (outbox.memories.size() == kRowsACommit) break;
    if (aside.contains({OwnerKind::kMemory, index.memory_at(doc).id})) continue;
    outbox.memories.push_back({*view.fold().find_memory(index.memory_at(doc).id), index.embeddings().content_of(doc)});
  }
  if (!outbox.memories.empty()) return outbox;
  for (const search::DocId doc : index.embeddings().waiting_messages()) {
    if (outbox.messages.size() == kRowsACommit) break;
    if (aside.contains({OwnerKind::kMessage, index.message_at(doc)})) continue;
    WaitingMessage& waiting = outbox.messages.emplace_back();
    waiting.id = index.message_at(doc);
    waiting.dialogue = index.length_ratio(index.messages().session(doc)) < weights::kChatRatio;
    if (!waiting.dialogue) continue;
    for (search::DocId at = index.messages().previous(doc);
         at != search::kNoDoc && waiting.before.size() < kContextTurns; at = index.messages().previous(at))
      waiting.before.insert(waiting.before.begin(), index.message_at(at));
  }
  return outbox;
}

Result<std::vector<std::pair<Id, MessageToEncode>>> read_texts(const Profile& profile,
                                                               const std::vector<WaitingMessage>& waiting) {
  std::vector<Id> ids;
  for (const WaitingMessage& message : waiting) {
    ids.insert(ids.end(), message.before.begin(), message.before.end());
    ids.push_back(message.id);
  }
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  HOLDFAST_TRY(std::vector<Message> texts, profile.messages(ids));
  std::unordered_map<Id, const Message*> by_id;
  for (const Message& message : texts) by_id.emplace(message.id, &message);

  std::vector<std::pair<Id, MessageToEncode>> messages;
  for (const WaitingMessage& message : waiting) {
    const auto text = by_id.find(message.id);
    if (text == by_id.end()) continue;  // forgotten meanwhile
    MessageToEncode encode{
        .role = text->second->role, .content = text->second->content, .dialogue = message.dialogue, .before = {}};
    for (const Id& before : message.before)
      if (const auto turn = by_id.find(before); turn != by_id.end()) encode.before.push_back(turn->second->content);
    messages.emplace_back(message.id, std::move(encode));
  }
  return messages;
}

bool still_waits(const ProfileIndex& index, const VectorKey& key) {
  if (key.kind == OwnerKind::kMessage) {
    const auto doc = index.find_message(key.owner);
    return doc && index.embeddings().waiting_messages().contains(*doc);
  }
  const auto doc = index.find_memory(key.owner);
  return doc && index.embeddings().waiting_memories().contains(*doc);
}

}  // namespace holdfast::memory
