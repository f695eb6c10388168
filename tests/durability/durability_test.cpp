#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "../scenarios/scenario_test_support.hpp"
#include "store_on_disk.hpp"

// What was told is in the store, whenever the power fails: the real SQLite on a disk that keeps
// only what was synced, under the whole platform in virtual time.
namespace parley::durability {
namespace {

using scenarios::CallScene;
using scenarios::seconds;

constexpr int kCalls = 12;
/// What a restart does to the disk, about: opening the store writes nothing, so it is what the
/// first commits of the recovery write and sync.
constexpr std::size_t kOperationsOfRestart = 24;

std::size_t number_named(const char* variable, std::size_t otherwise) {
  const char* const named = std::getenv(variable);
  return named ? std::stoul(named) : otherwise;
}
/// Of the crash points only each so manieth is looked at; `make soak` looks at all.
std::size_t stride() {
  return number_named("PARLEY_CRASH_STRIDE", 5);
}
/// Of what a disk keeps of unsynced bytes.
std::size_t seed() {
  return number_named("PARLEY_SEED", 42);
}

/// What somebody heard of a call, when the disk had done so many operations.
struct Told {
  std::size_t operations;
  CallId call;
  std::optional<NotificationId> notification{};
  std::optional<OperationId> operation{};
  bool is_answered = false;
  bool is_ended = false;
};

template <class Id>
Id id_of(std::string_view text) {
  return Id{Uuid::parse(text).value()};
}

/// A caller calls a bot again and again, which answers, plays a prompt and hangs up; everything
/// that the bot was told is noted.
class Load {
 public:
  explicit Load(StoreOnDisk& store) : store_(store), scene_(world_on(store)) {
    scene_.world.host("https://prompts.test/p.wav", 200, scenarios::wav(scenarios::voice(1, 0.2)));
    scene_.bot.on_delivery = [this](const sim::Delivery& delivery) {
      note(delivery);
      act(delivery);
      return sim::WebhookReply{};
    };
  }

  void play() {
    started_ = store_.disk().operations().size();
    for (int i = 0; i < kCalls; ++i) {
      scene_.caller.invite("ivr");
      scene_.world.run_for(seconds(3));
      scene_.caller.hang_up();
      scene_.world.run_for(seconds(1));
    }
    scene_.world.run_for(seconds(120));
  }

  CallScene& scene() { return scene_; }
  const std::vector<Told>& told() const { return told_; }
  /// The first operation of the disk that belongs to the calls.
  std::size_t started() const { return started_; }

 private:
  static sim::WorldOptions world_on(StoreOnDisk& store) {
    sim::WorldOptions options;
    options.store = &store;
    return options;
  }

  void note(const sim::Delivery& delivery) {
    if (delivery.sequence.empty()) return;
    told_.push_back({.operations = store_.disk().operations().size(),
                     .call = id_of<CallId>(delivery.call_id()),
                     .notification = id_of<NotificationId>(delivery.message_id)});
  }

  void act(const sim::Delivery& delivery) {
    scene_.call = delivery.call_id();
    if (delivery.change_type == "created")
      ask("POST", "answer", scenarios::answer_body(), 202,
          [](const auto&, Told& told) { told.is_answered = true; });
    if (delivery.state() == "established" && delivery.change_type == "updated")
      ask("POST", "playPrompt", scenarios::prompts_body({"https://prompts.test/p.wav"}), 200,
          [](const auto& answer, Told& told) {
            told.operation = id_of<OperationId>(scenarios::text(answer.body, "id"));
          });
    if (delivery.resource.find("/operations/") != std::string::npos)
      ask("DELETE", "", "", 204, [](const auto&, Told& told) { told.is_ended = true; });
  }

  /// What an answer with that status tells is noted by `tell`.
  void ask(const std::string& method, const std::string& action, const std::string& body,
           int status, const std::function<void(const sim::ApiAnswer&, Told&)>& tell) {
    scene_.world.request(scene_.bot, method, scene_.path(action), body,
                         [this, call = scene_.call, status, tell](const sim::ApiAnswer& answer) {
                           if (answer.status != status) return;
                           Told told{.operations = store_.disk().operations().size(),
                                     .call = id_of<CallId>(call)};
                           tell(answer, told);
                           told_.push_back(told);
                         });
  }

  StoreOnDisk& store_;
  CallScene scene_;
  std::vector<Told> told_;
  std::size_t started_ = 0;
};

bool is_kept(const store::CallHistory& history, const Told& told) {
  const auto holds = [](const auto& rows, const auto& id) {
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  };
  if (told.is_answered) return history.call.state != model::CallState::incoming;
  if (told.is_ended) return history.call.ended.has_value();
  if (told.notification) return holds(history.notifications, *told.notification);
  return holds(history.operations, *told.operation);
}

/// The notifications of a call that the store holds are the first ones, without a gap.
bool is_without_gap(const store::CallHistory& history) {
  std::uint32_t next = 1;
  for (const model::NotificationRecord& kept : history.notifications)
    if (kept.sequence != next++) return false;
  return true;
}

/// How many of the things that were told by then the store on the disk does not hold.
std::size_t lost_of(store::StoreReader& reader, const std::vector<Told>& told,
                    std::size_t operations) {
  std::map<CallId, store::StoreResult<std::optional<store::CallHistory>>> histories;
  std::size_t lost = 0;
  for (const Told& one : told) {
    if (one.operations > operations) continue;
    auto found = histories.find(one.call);
    const bool is_new = found == histories.end();
    if (is_new) found = histories.emplace(one.call, reader.call_history(one.call)).first;
    const auto& history = found->second;
    const bool kept = history && *history && is_kept(**history, one);
    if (!kept || (is_new && !is_without_gap(**history))) ++lost;
  }
  return lost;
}

/// The same, of what the disk holds after the power was lost; a damaged store lost everything.
std::size_t lost_on(DiskVfs& vfs, DiskImage image, const std::vector<Told>& told,
                    std::size_t operations) {
  Disk disk(std::move(image));
  vfs.insert(disk);
  const auto store = store::SqliteStore::open({.path = kStorePath});
  auto reader = store::StoreReader::open(kStorePath);
  if (!store || !reader) return told.size();
  return lost_of(*reader, told, operations);
}

/// Loses the power after one operation of the load after the other, as often as `stride` says.
/// @return  how many crash points lost something that had been told
std::size_t crash_points_with_loss(bool synchronous, std::size_t& points) {
  std::vector<DiskOperation> operations;
  std::vector<Told> told;
  std::size_t started = 0;
  {
    StoreOnDisk store(synchronous, 1);
    Load load(store);
    load.play();
    operations = store.disk().operations();
    told = load.told();
    started = load.started();
  }
  EXPECT_GE(told.size(), kCalls * 8u) << "a load that tells nothing proves nothing";
  SeededRandom random(seed());
  DiskVfs vfs;
  Disk disk;
  std::size_t losses = 0;
  points = 0;
  for (std::size_t done = 1; done <= operations.size(); ++done) {
    disk.apply(std::move(operations[done - 1]));
    if (done < started || done % stride() != 0) continue;
    ++points;
    if (lost_on(vfs, disk.after_power_loss(random), told, done) > 0) ++losses;
  }
  return losses;
}

TEST(Durability, WhatWasToldIsKeptWheneverThePowerFails) {
  std::size_t points = 0;
  EXPECT_EQ(crash_points_with_loss(true, points), 0u);
  EXPECT_GE(points * stride(), 2'000u);
  std::cout << points << " crash points, PARLEY_SEED=" << seed() << "\n";
}

TEST(Durability, TheSameTestFindsTheLossWhereNothingIsSynced) {
  std::size_t points = 0;
  EXPECT_GT(crash_points_with_loss(false, points), points / 2);
}

TEST(Durability, WhatWasToldIsKeptThoughSyncsFail) {
  constexpr std::size_t kRates = 24;
  for (std::size_t each = 3; each < 3 + kRates; ++each) {
    SCOPED_TRACE("each sync of number " + std::to_string(each) + " fails");
    DiskImage left;
    std::vector<Told> told;
    std::size_t everything = 0;
    {
      StoreOnDisk store(true, 1);
      Load load(store);
      store.disk().fail_syncs(each);
      load.play();
      EXPECT_GT(store.disk().failed_syncs(), 0u);
      SeededRandom random(each);
      left = store.disk().after_power_loss(random);
      told = load.told();
      everything = store.disk().operations().size();
    }
    EXPECT_GT(told.size(), 0u);
    DiskVfs vfs;
    EXPECT_EQ(lost_on(vfs, std::move(left), told, everything), 0u);
  }
}

/// Between which of the disk's operations the calls of the load live.
std::pair<std::size_t, std::size_t> operations_of_load() {
  StoreOnDisk store(true, 1);
  Load load(store);
  load.play();
  return {load.started(), store.disk().operations().size()};
}

/// Plays the load to its end, through the losses of power that the store has before it.
/// @return  how often the process died
std::uint64_t play_through_losses(StoreOnDisk& store) {
  Load load(store);
  load.play();
  EXPECT_EQ(load.scene().world.live_calls(), 0u);
  scenarios::expect_told_in_order(load.scene().bot);
  EXPECT_TRUE(store.recovery().calls.empty());
  EXPECT_TRUE(store.recovery().operations.empty());
  EXPECT_TRUE(store.recovery().notifications.empty());
  EXPECT_EQ(load.scene().get().status, 404) << "its token is good, its call is over";
  return load.scene().world.crashes();
}

TEST(Durability, ThePlatformGoesOnFromWhatTheDiskKept) {
  const std::size_t runs = 200 / stride();
  const auto [first, last] = operations_of_load();
  for (std::size_t run = 0; run < runs; ++run) {
    const std::size_t crash = first + 1 + (last - first - 1) * run / runs;
    SCOPED_TRACE("power lost after operation " + std::to_string(crash));
    StoreOnDisk store(true, run);
    store.disk().lose_power_after(crash);
    EXPECT_EQ(play_through_losses(store), 1u);
    if (HasFailure()) return;
  }
}

TEST(Durability, ThePlatformGoesOnThoughThePowerFailsAgainAtItsRestart) {
  const std::size_t runs = 5 * kOperationsOfRestart / stride();
  const auto [first, last] = operations_of_load();
  std::size_t died_again = 0;
  for (std::size_t run = 0; run < runs; ++run) {
    const std::size_t crash = first + 1 + (last - first - 1) * run / runs;
    const std::size_t again = 1 + run % kOperationsOfRestart;
    SCOPED_TRACE("power lost after operation " + std::to_string(crash) + ", and again after " +
                 std::to_string(again));
    StoreOnDisk store(true, run);
    store.disk().lose_power_after(crash);
    store.lose_power_again_after(again);
    died_again += play_through_losses(store) - 1;
    if (HasFailure()) return;
  }
  EXPECT_GE(died_again, runs * 3 / 4) << "a restart that does nothing proves nothing";
}

}  // namespace
}  // namespace parley::durability
