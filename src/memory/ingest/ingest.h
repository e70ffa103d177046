// Ingest: a conversation goes in, memories come out.
//
//   validate → identify → T1: raw messages and the job, committed → transcript → chunk → extract (full ∥ detail)
//   → merge → verify → classify → T2: memories, supersession, job done, committed → answer
//
// After T1 nothing said is lost: a client that goes away, a crash or a failing model leaves the job behind, and
// run_job() goes on with it. Only T1 and T2 write; the stages between are functions from values to values.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/pool.h"
#include "base/result.h"
#include "base/task.h"
#include "base/trace.h"
#include "memory/ingest/candidate.h"
#include "memory/ingest/place.h"
#include "memory/ingest/stages.h"
#include "memory/profile/profile.h"

namespace holdfast::memory {

struct IncomingMessage {
  Role role = Role::kUser;
  std::string content;  // valid UTF-8 within the limits: the API has checked
  std::string name;
  std::optional<TimeMs> timestamp;
};

struct IngestRequest {
  std::vector<IncomingMessage> messages;  // at least one
  std::optional<std::string> session_id;  // none: derived from the first user message
  TimeMs arrived_at = 0;
};

struct IngestReport {
  std::string session_id;
  std::vector<Id> messages_stored;
  std::size_t messages_known = 0;   // there already
  std::size_t messages_buried = 0;  // forgotten before: left out
  std::optional<Id> job;            // none when there was nothing to extract
  Placed placed;                    // empty until the job is done
  std::vector<Dropped> dropped;     // by merge and verify
  std::vector<StageTime> stages;
};

struct IngestStages {
  const Extractor& full;
  const Extractor& detail;
  const Verifier& verifier;
  const Classifier& classifier;
  Pool& compute;
  const Clock& clock;
  const models::Encoder* encoder = nullptr;  // null: memories get no vectors
  // Set when the server stops, and its models with it: a job that a model was cut off from is left for the next start.
  const std::atomic<bool>* stopping = nullptr;
};

// The session of a call that names none: from the first user message (else the first message) and its own timestamp if
// one was sent, never the time of arrival, so that a conversation that grew and is sent again keeps its session.
[[nodiscard]] std::string derive_session_id(const std::vector<IncomingMessage>& messages);

// Ids, sessions and times of a call's messages, in order, equal ones once. Positions are given inside T1.
[[nodiscard]] std::vector<Message> identify(const IngestRequest& request, const std::string& session_id);

// Up to T1: when it returns, the new messages and the job are on disk.
[[nodiscard]] Task<Result<IngestReport>> accept(std::shared_ptr<Profile> profile, IngestRequest request);

// From T1 on: extracts the messages of a pending job and commits what they say. Idempotent: a job that is gone or done
// gives an empty report. kOverloaded when the server stops while models are asked: the job stays. `keep_row` leaves the
// finished job's row behind, for a client that asks for it later.
[[nodiscard]] Task<Result<IngestReport>> run_job(const IngestStages& stages, std::shared_ptr<Profile> profile, Id job,
                                                 bool keep_row);

}  // namespace holdfast::memory
