#include "dev/quality/room.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/config.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "memory/profile/sqlite_catalogue.h"
#include "memory/profile/sqlite_profile_store.h"
#include "storage/files.h"

namespace holdfast::dev::quality {
namespace {

constexpr std::string_view kAccount = "bench";
constexpr std::string_view kNamespace = "quality";
constexpr std::size_t kPoolQueue = 100'000;

}  // namespace

// In the order in which the parts are made; they go in the opposite one.
struct Room::Parts {
  Parts(std::string where, bool remove, std::shared_ptr<const models::Encoder> e)
      : directory(std::move(where)),
        goes(remove),
        encoder(std::move(e)),
        storage("storage", static_cast<std::size_t>(Config::Limits().storage_threads), kPoolQueue),
        compute("compute", std::max(2U, std::thread::hardware_concurrency()), kPoolQueue),
        scheduler(storage),
        stores(directory + "/profiles") {}

  const std::string directory;
  bool goes;
  const std::shared_ptr<const models::Encoder> encoder;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<memory::Catalogue> catalogue;
  Pool storage;
  Pool compute;
  PoolScheduler scheduler;
  memory::SqliteProfileStores stores;
  std::unique_ptr<memory::MemoryService> service;
};

Room::Room(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Room::~Room() {
  const std::string directory = parts_->directory;
  const bool goes = parts_->goes;
  if (parts_->service != nullptr) parts_->service->stop();
  parts_->compute.stop();
  parts_->storage.stop();
  parts_.reset();
  std::error_code ignored;
  if (goes) std::filesystem::remove_all(directory, ignored);
}

Result<std::unique_ptr<Room>> Room::open(const std::string& directory, bool remove,
                                         std::shared_ptr<const models::Encoder> encoder) {
  HOLDFAST_CHECK(storage::make_directory(directory + "/profiles"));
  std::unique_ptr<Room> room(new Room(std::make_unique<Parts>(directory, remove, std::move(encoder))));
  Parts& p = *room->parts_;
  HOLDFAST_TRY(p.catalogue, memory::open_sqlite_catalogue(directory + "/catalogue.db"));
  memory::ServiceParts service{*p.catalogue, p.stores, p.clock, p.random, p.storage, p.compute, p.scheduler};
  service.encoder = p.encoder.get();
  p.service = std::make_unique<memory::MemoryService>(std::move(service));
  p.service->start();
  const auto made = run_here(p.service->create_namespace(std::string(kAccount), std::string(kNamespace)));
  if (!made && made.error().code != Code::kNamespaceExists) return std::unexpected(made.error());
  return room;
}

void Room::keep() { parts_->goes = false; }

memory::MemoryService& Room::service() { return *parts_->service; }

memory::Address Room::address(std::string profile) {
  return {std::string(kAccount), std::string(kNamespace), std::move(profile)};
}

std::string_view Room::model() const { return parts_->encoder == nullptr ? "none" : parts_->encoder->model(); }

TimeMs Room::now() const { return parts_->clock.now(); }

}  // namespace holdfast::dev::quality
