// The stages of ingest and recall on a chat model. Each one asks its model and takes what can be used of the reply;
// where the model fails, its builtin stage does that piece of the work (a chunk, a batch, a question), so that a stage
// on a model never fails because of it.
//
// - Prompts and JSON schemas are the files of prompts/ (see its README.md), compiled in.
// - What is sent is data to the model: delimited, control tokens of chat templates neutralised, secrets redacted.
// - Nothing is stored that the model says alone: what it extracts and corrects goes through the builtin verifier.
// - The same input gives the same requests, byte for byte, so that replies are found again in a cache.
// - Trace: an entry for every call of the model, with the note "remembered", "repaired", "salvaged", "split: too_long"
//   or "builtin instead: REASON" (more than one joined by ", "); the last is told to ModelObserver::on_fallback too.
//   A synthesis that was taken has the note "used 1 3": numbers, from 1, of the candidates it used.
//
// The stages are thread-safe, as all stages are, and go on where the model does. The model and the observer must
// outlive them.
#pragma once

#include <memory>

#include "memory/ingest/stages.h"
#include "memory/recall/stages.h"
#include "models/chat.h"
#include "models/observer.h"

namespace holdfast::memory {

struct ModelStageOptions {
  models::ModelObserver* observer = nullptr;  // null: nobody wants to know
  bool redact = true;                         // secrets, before anything is sent
  // Of the extractors: a chunk in which the builtin one finds nothing is not sent, and gives nothing.
  bool gate = false;
};

[[nodiscard]] std::unique_ptr<Extractor> model_extractor(const models::ChatModel& model,
                                                         std::unique_ptr<Extractor> builtin,
                                                         ModelStageOptions options = {});
[[nodiscard]] std::unique_ptr<Extractor> model_detail_extractor(const models::ChatModel& model,
                                                                std::unique_ptr<Extractor> builtin,
                                                                ModelStageOptions options = {});
// The builtin verifier has the last word on everything that the model lets pass or corrects.
[[nodiscard]] std::unique_ptr<Verifier> model_verifier(const models::ChatModel& model,
                                                       std::unique_ptr<Verifier> builtin,
                                                       ModelStageOptions options = {});
[[nodiscard]] std::unique_ptr<Classifier> model_classifier(const models::ChatModel& model,
                                                           std::unique_ptr<Classifier> builtin,
                                                           ModelStageOptions options = {});
// Both keep to StageContext::until_us; the analyser takes at most half of what is left, for the answer matters more.
[[nodiscard]] std::unique_ptr<QueryAnalyser> model_query_analyser(const models::ChatModel& model,
                                                                  std::unique_ptr<QueryAnalyser> builtin,
                                                                  ModelStageOptions options = {});
[[nodiscard]] std::unique_ptr<Synthesiser> model_synthesiser(const models::ChatModel& model,
                                                             std::unique_ptr<Synthesiser> builtin,
                                                             ModelStageOptions options = {});

}  // namespace holdfast::memory
