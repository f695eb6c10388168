#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/counters.hpp"
#include "platform/locator.hpp"
#include "platform/shard.hpp"
#include "sim/bot.hpp"
#include "sim/caller.hpp"
#include "sim/lossy_link.hpp"
#include "sim/memory_store.hpp"
#include "sim/scheduler.hpp"

namespace parley::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  platform::ShardIndex shards = 2;
  LinkOptions link{};
  /// From a commit's request to the store's answer.
  Duration commit_delay = std::chrono::milliseconds(2);
  platform::ShardOptions shard{};
  /// The process dies right after this many commits of its life were kept and before anybody hears
  /// of the last one; it starts again one second later. 0: never.
  std::uint64_t crash_after_commit = 0;
  /// After that crash, and so many commits more, the process dies again. 0: no second time.
  std::uint64_t crash_again_after = 0;
  /// Keeps the rows instead of a MemoryStore; must outlive the world. Where it dies the process
  /// dies.
  Store* store = nullptr;
  /// Gets each request, answer and notification as a line of JSON, in the form that
  /// tools/check_contract.py reads.
  std::function<void(const std::string&)> exchange_sink{};
  /// Gets the shards' log lines; must outlive the world. nullptr: nobody does.
  LogSink* log = nullptr;
};

/// What the API answered.
struct ApiAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  model::Json body;
  std::string header(std::string_view name) const;
};

/// The platform, its store, its network, its bots and its callers, under one virtual clock.
class World {
 public:
  explicit World(WorldOptions options = {});
  ~World();

  /// Its incoming calls are told in that dialect.
  Bot& add_bot(std::string name, std::vector<std::string> roles = {"Calls.AccessMedia.All"},
               model::Dialect dialect = model::Dialect::v1_0);
  Caller& add_caller(std::string name, CallerOptions options = {});
  /// Makes another tenant; who is added from now on is of that one.
  void enter_tenant(std::string domain);
  /// Puts a prompt where it can be fetched: the WAV, or another answer.
  void host(std::string url, int status, Bytes wav);
  std::size_t fetches_of(const std::string& url) const;

  /// A bot's request, whose answer comes later; every exchange is logged for the contract checker.
  void request(const Bot& bot, std::string method, std::string path, std::string body,
               std::function<void(const ApiAnswer&)> then = {});
  /// The same, run until the answer is there.
  ApiAnswer call_api(const Bot& bot, std::string method, std::string path, std::string body = "");

  /// The administrator replays or discards a notification that was set aside.
  /// `row` is what a worker read, maybe some time ago.
  ApiAnswer settle(const model::NotificationRecord& row,
                   operations::directory::SettleSetAside::Act act);

  Now now() const { return scheduler_.now(); }
  Scheduler& scheduler() { return scheduler_; }
  void run_for(Duration duration);
  /// The leg of a call's user joins the other call's conversation on that shard.
  void move_leg(const std::string& from, const std::string& to, platform::ShardIndex shard);
  /// The shard of a call.
  std::optional<platform::ShardIndex> shard_of(const std::string& call) const;

  /// Runs until the condition holds; false when `limit` passed before.
  bool run_until(const std::function<bool()>& condition, Duration limit = std::chrono::seconds(60));

  /// The process dies: what is not in the store is gone. It starts again from the store a second
  /// later.
  void crash();
  std::uint64_t crashes() const { return crashes_; }
  /// The process is told to end, and does not wait for its calls any longer.
  void end_calls();
  /// The store refuses the next commits for good.
  void lose_commits(int count) { lost_commits_ = count; }

  /// The shards' threads are that busy, as of `platform::ThreadLoad`.
  void load(std::uint32_t busy_percent);

  /// The disk takes no more sound.
  void fill_disk() { is_disk_full_ = true; }

  const MemoryStore& store() const { return memory_; }
  const identity::Directory& directory() const { return *directory_; }
  /// The recordings' files, by name.
  const std::map<std::string, Bytes>& files() const { return files_; }
  const Counters& counters() const { return counters_; }
  std::size_t live_calls() const;

 private:
  friend class Caller;
  struct ShardSlot;
  struct LoggedBody;

  void start_shards();
  void pump(platform::ShardIndex index);
  void arm_timer(platform::ShardIndex index);
  void input(platform::ShardIndex index, platform::ShardInput input);
  /// Runs until what was asked is answered, 20 s at most; a status of 0 says that it never was.
  ApiAnswer wait_for_answer(const std::function<void(std::function<void(const ApiAnswer&)>)>& ask);
  /// Runs later unless the process died in between.
  void later(Duration delay, std::function<void()> action);
  void perform(platform::ShardIndex from, platform::ShardEvent event);
  /// Whether the process dies after the commit that was just kept.
  bool crashes_now() const;
  void perform_append(const platform::AppendRecording& append);
  void perform_commit(platform::ShardIndex from, platform::Commit commit);
  void perform_webhook(platform::ShardIndex from, platform::SendWebhook send);
  void perform_fetch(platform::ShardIndex from, const platform::FetchPrompt& fetch);
  void perform_encode(platform::ShardIndex from, const platform::EncodePrompt& encode);
  void perform_make_key(platform::ShardIndex from, const platform::MakeSigningKey& make);
  void send_datagram(const Transmit& transmit);
  void open_socket(Caller& caller);
  void from_client(Caller& caller, std::string text);
  void log_request(const std::string& method, const std::string& path, const std::string& body,
                   const ApiAnswer& answer);
  void log_notification(const Delivery& delivery, const notify::WebhookRequest& request);
  void log(const LoggedBody& logged);
  model::Dialect dialect_told(const Delivery& delivery) const;
  void keep_directory(const model::RowChanges& rows);

  WorldOptions options_;
  Scheduler scheduler_;
  SeededRandom random_;
  Counters counters_;
  NullLog no_log_;
  PacketPool pool_;
  LossyLink link_;
  MemoryStore memory_;
  Store& store_;  ///< `memory_`, or the one that the options name
  std::shared_ptr<const identity::Directory> directory_;
  TenantId tenant_;
  platform::Locator locator_;
  std::vector<std::unique_ptr<ShardSlot>> shards_;
  std::vector<std::unique_ptr<Bot>> bots_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::unordered_map<SocketAddress, Caller*> caller_addresses_;
  std::map<platform::ConnectionId, std::pair<Caller*, platform::ShardIndex>> connections_;
  std::map<std::string, std::pair<int, Bytes>> hosted_;
  std::map<std::string, std::size_t> fetches_;
  std::map<std::string, Bytes> files_;
  std::map<RequestId, std::function<void(const ApiAnswer&)>> requests_;
  std::uint64_t next_connection_ = 1;
  std::uint64_t epoch_ = 0;
  std::uint64_t crashes_ = 0;
  int lost_commits_ = 0;
  bool is_disk_full_ = false;
};

}  // namespace parley::sim
