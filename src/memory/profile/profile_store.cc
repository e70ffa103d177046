#include "memory/profile/profile_store.h"

namespace holdfast::memory {

bool Batch::empty() const {
  return messages.empty() && memories.empty() && tombstones.empty() && jobs.empty() && deleted_messages.empty() &&
         deleted_memories.empty() && deleted_tombstones.empty() && deleted_jobs.empty() && vectors.empty() &&
         deleted_vectors.empty();
}

}  // namespace holdfast::memory
