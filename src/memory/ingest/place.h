// Supersession: finds each new memory its place among those the profile has. Runs inside the profile's write turn, so
// that what it sees is what the commit builds on. Pure: reads a fold, fills a batch.
//
// - The same statement again (same words; or same topic key and same value) adds its sources to the memory there is.
// - A buried statement is left out, unless `remembered`.
// - Facts and instructions of one topic key are versions of each other, ordered by (created_at, position): each points
//   to the next, only the newest is current. One that arrives late enters already superseded.
// - Topics that can hold several values coexist: when in doubt, nothing is superseded.
// - A candidate that closes a task supersedes the open task it speaks of, and only a task older than itself.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "memory/ingest/candidate.h"
#include "memory/profile/fold.h"
#include "memory/profile/profile_index.h"
#include "memory/profile/profile_store.h"

namespace holdfast::memory {

// The texts of messages of the profile, in order; empty when they cannot be read.
using MessageReader = std::function<std::vector<Message>(std::span<const Id>)>;

struct Placed {
  std::vector<Id> stored;      // new memories
  std::vector<Id> confirmed;   // older ones that gained a source
  std::vector<Id> superseded;  // memories (old or new) that a newer one replaced
  std::vector<Dropped> dropped;
};

// `memories` come from classify: everything set but the id. Adds to `batch` the rows to write. `index`: of the same
// profile, for the vectors of what is stored; null does without. `token_mean` as Encoder::token_mean(). `read`: without
// it no session is taken for one told again.
[[nodiscard]] Placed place(const Fold& fold, std::vector<NewMemory> memories, bool remembered, Batch& batch,
                           const ProfileIndex* index = nullptr, std::span<const float> token_mean = {},
                           const MessageReader& read = {});

// Deletes memories from the chains they stand in: what pointed to a deleted one points to the next that stays, and a
// deleted head does not bring its predecessor back (that is then deleted from the current list by staying superseded by
// the deleted id). Adds the changed rows to `batch`, which already names the deleted ones.
void relink(const Fold& fold, std::span<const Id> deleted, Batch& batch);

}  // namespace holdfast::memory
