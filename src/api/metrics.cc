#include "api/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "api/request_id.h"
#include "base/log.h"

namespace holdfast::api {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

const Histogram::BucketBoundaries kSeconds{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};

constexpr double kMicro = 1e-6;

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = BuildCounter()
                                                          .Name("holdfast_http_requests_total")
                                                          .Help("Requests, by route, method and status.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& request_seconds = BuildHistogram()
                                                                   .Name("holdfast_http_request_seconds")
                                                                   .Help("From first byte in to last byte out.")
                                                                   .Register(registry);
  prometheus::Counter& bytes_in =
      BuildCounter().Name("holdfast_http_received_bytes_total").Help("Received.").Register(registry).Add({});
  prometheus::Counter& bytes_out =
      BuildCounter().Name("holdfast_http_sent_bytes_total").Help("Sent.").Register(registry).Add({});
  prometheus::Gauge& connections =
      BuildGauge().Name("holdfast_http_connections").Help("Open connections.").Register(registry).Add({});
  prometheus::Family<prometheus::Histogram>& stage_seconds =
      BuildHistogram().Name("holdfast_stage_seconds").Help("Stages of ingest and recall, by model.").Register(registry);
  prometheus::Family<prometheus::Gauge>& queued =
      BuildGauge().Name("holdfast_pool_queued").Help("Jobs that wait for a thread.").Register(registry);
  prometheus::Gauge& open_profiles =
      BuildGauge().Name("holdfast_open_profiles").Help("Profiles that are open.").Register(registry).Add({});
  prometheus::Gauge& open_bytes = BuildGauge()
                                      .Name("holdfast_open_profile_bytes")
                                      .Help("Memory of open profiles, about.")
                                      .Register(registry)
                                      .Add({});
  prometheus::Gauge& open_files =
      BuildGauge().Name("holdfast_open_profile_files").Help("Descriptors of open profiles.").Register(registry).Add({});
  prometheus::Gauge& opened =
      BuildGauge().Name("holdfast_profiles_opened").Help("Profiles opened since the start.").Register(registry).Add({});
  prometheus::Gauge& evicted = BuildGauge()
                                   .Name("holdfast_profiles_evicted")
                                   .Help("Profiles closed to stay in bounds.")
                                   .Register(registry)
                                   .Add({});
  prometheus::Gauge& dirty =
      BuildGauge().Name("holdfast_dirty_profiles").Help("Profiles that may have work left.").Register(registry).Add({});
  prometheus::Gauge& jobs =
      BuildGauge().Name("holdfast_jobs_running").Help("Extraction jobs under way.").Register(registry).Add({});
  prometheus::Gauge& oldest = BuildGauge()
                                  .Name("holdfast_oldest_job_seconds")
                                  .Help("Age of the oldest job under way.")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& vectors_waiting = BuildGauge()
                                           .Name("holdfast_vectors_waiting")
                                           .Help("Texts of open profiles that still lack their vectors.")
                                           .Register(registry)
                                           .Add({});
  prometheus::Gauge& vectors_oldest = BuildGauge()
                                          .Name("holdfast_vectors_oldest_seconds")
                                          .Help("How long the profile that waits longest has lacked vectors.")
                                          .Register(registry)
                                          .Add({});
  prometheus::Gauge& vectors_made = BuildGauge()
                                        .Name("holdfast_vectors_made")
                                        .Help("Messages and memories given vectors in the background since the start.")
                                        .Register(registry)
                                        .Add({});
  prometheus::Gauge& vector_sentences =
      BuildGauge().Name("holdfast_vectors_sentences").Help("Texts encoded for these.").Register(registry).Add({});
  prometheus::Gauge& vector_seconds = BuildGauge()
                                          .Name("holdfast_vectors_encode_seconds")
                                          .Help("Time spent encoding them, over all threads.")
                                          .Register(registry)
                                          .Add({});
  prometheus::Gauge& vector_failures = BuildGauge()
                                           .Name("holdfast_vectors_failures")
                                           .Help("Times that making vectors failed and was put off.")
                                           .Register(registry)
                                           .Add({});
  prometheus::Family<prometheus::Counter>& model_calls = BuildCounter()
                                                             .Name("holdfast_model_calls_total")
                                                             .Help("Calls of models, by stage, model and outcome.")
                                                             .Register(registry);
  prometheus::Family<prometheus::Histogram>& model_seconds = BuildHistogram()
                                                                 .Name("holdfast_model_call_seconds")
                                                                 .Help("A call with its retries, by stage and model.")
                                                                 .Register(registry);
  prometheus::Family<prometheus::Counter>& model_tokens = BuildCounter()
                                                              .Name("holdfast_model_tokens_total")
                                                              .Help("Tokens paid for, by stage, model and kind.")
                                                              .Register(registry);
  prometheus::Family<prometheus::Counter>& model_retries = BuildCounter()
                                                               .Name("holdfast_model_retries_total")
                                                               .Help("Calls made once more, by provider and reason.")
                                                               .Register(registry);
  prometheus::Family<prometheus::Gauge>& model_breaker =
      BuildGauge()
          .Name("holdfast_model_breaker_open")
          .Help("1 while calls to a provider fail at once because it did not answer.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& model_fallbacks =
      BuildCounter()
          .Name("holdfast_model_fallbacks_total")
          .Help("Times that a stage went on with the builtin one, by stage and reason.")
          .Register(registry);
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::on_request(const net::Request& request, int status, std::int64_t us, std::uint64_t bytes_in,
                         std::uint64_t bytes_out) {
  const std::string route = request.route.empty() ? "none" : request.route;  // never the path: it is the client's
  const std::string method = request.route.empty() ? "any" : request.method;
  families_->requests.Add({{"route", route}, {"method", method}, {"status", std::to_string(status)}}).Increment();
  families_->request_seconds.Add({{"route", route}, {"method", method}}, kSeconds)
      .Observe(static_cast<double>(us) * kMicro);
  families_->bytes_in.Increment(static_cast<double>(bytes_in));
  families_->bytes_out.Increment(static_cast<double>(bytes_out));
  const auto write = status >= 500 ? log::error : status >= 400 ? log::info : log::debug;
  write("request", {{"request_id", std::string(request.header(kRequestIdHeader))},
                    {"method", method},
                    {"route", route},
                    {"status", std::to_string(status)},
                    {"ms", fmt::format("{:.1f}", static_cast<double>(us) / 1000)},
                    {"remote", request.remote},
                    {"traceparent", std::string(request.header("traceparent"))}});
}

void Metrics::on_connections(int open) { families_->connections.Set(open); }

void Metrics::on_call(std::string_view stage, std::string_view model, std::string_view outcome, std::int64_t us,
                      const models::ChatUsage& usage) {
  const prometheus::Labels of{{"stage", std::string(stage)}, {"model", std::string(model)}};
  const auto with = [&of](const char* name, std::string_view value) {
    prometheus::Labels labels = of;
    labels.emplace(name, std::string(value));
    return labels;
  };
  families_->model_calls.Add(with("outcome", outcome)).Increment();
  families_->model_seconds.Add(of, kSeconds).Observe(static_cast<double>(us) * kMicro);
  for (const auto& [kind, tokens] : {std::pair{"prompt", usage.prompt_tokens},
                                     {"completion", usage.completion_tokens},
                                     {"cached", usage.cached_tokens}}) {
    if (tokens > 0) families_->model_tokens.Add(with("kind", kind)).Increment(static_cast<double>(tokens));
  }
}

void Metrics::on_retry(std::string_view provider, std::string_view reason) {
  families_->model_retries.Add({{"provider", std::string(provider)}, {"reason", std::string(reason)}}).Increment();
}

void Metrics::on_breaker(std::string_view provider, bool open) {
  families_->model_breaker.Add({{"provider", std::string(provider)}}).Set(open ? 1 : 0);
}

void Metrics::on_fallback(std::string_view stage, std::string_view reason) {
  families_->model_fallbacks.Add({{"stage", std::string(stage)}, {"reason", std::string(reason)}}).Increment();
}

void Metrics::on_stage(const StageTime& stage) {
  if (stage.call) return;  // on_call has told of it
  families_->stage_seconds.Add({{"stage", stage.stage}, {"model", stage.model}}, kSeconds)
      .Observe(static_cast<double>(stage.end_us - stage.start_us) * kMicro);
}

std::string Metrics::render(const memory::MemoryService& service) {
  const memory::MemoryService::Counts counts = service.counts();
  families_->queued.Add({{"pool", "storage"}}).Set(static_cast<double>(counts.storage_queued));
  families_->queued.Add({{"pool", "compute"}}).Set(static_cast<double>(counts.compute_queued));
  families_->open_profiles.Set(static_cast<double>(counts.open.profiles));
  families_->open_bytes.Set(static_cast<double>(counts.open.bytes));
  families_->open_files.Set(static_cast<double>(counts.open.files));
  families_->opened.Set(static_cast<double>(counts.open.opened));
  families_->evicted.Set(static_cast<double>(counts.open.evicted));
  families_->dirty.Set(static_cast<double>(counts.work.dirty));
  families_->jobs.Set(static_cast<double>(counts.work.running));
  families_->oldest.Set(static_cast<double>(counts.work.oldest_ms) / 1000);
  families_->vectors_waiting.Set(static_cast<double>(counts.vectors.waiting));
  families_->vectors_oldest.Set(static_cast<double>(counts.vectors.oldest_ms) / 1000);
  families_->vectors_made.Set(static_cast<double>(counts.vectors.made));
  families_->vector_sentences.Set(static_cast<double>(counts.vectors.sentences));
  families_->vector_seconds.Set(static_cast<double>(counts.vectors.encode_us) * kMicro);
  families_->vector_failures.Set(static_cast<double>(counts.vectors.failures));
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace holdfast::api
