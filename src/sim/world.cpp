#include "sim/world.hpp"

#include <algorithm>
#include <utility>

#include "identity/directory_admin.hpp"
#include "identity/signing_keys.hpp"
#include "media/beep.hpp"
#include "media/prompt_encoder.hpp"
#include "platform/api_gateway.hpp"
#include "platform/client_gateway.hpp"
#include "wire/wav.hpp"

namespace parley::sim {
namespace {

constexpr Duration kNetwork = std::chrono::milliseconds(3);
constexpr Duration kRestart = std::chrono::seconds(1);

SocketAddress shard_address(platform::ShardIndex index) {
  return {IpAddress::v4(10, 0, 0, static_cast<std::uint8_t>(1 + index)), 40000};
}

}  // namespace

struct World::ShardSlot {
  std::unique_ptr<platform::Shard> shard;
  std::uint64_t timer = 0;
};

std::string ApiAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return "";
}

World::World(WorldOptions options)
    : options_(std::move(options)),
      random_(options_.seed),
      link_(options_.link, random_),
      store_(options_.store ? *options_.store : memory_) {
  options_.shard.api.public_url = "https://parley.test";
  options_.shard.api.reachable.allow_loopback = true;
  options_.shard.identity.public_url = "https://parley.test";
  // An RSA key takes 100 ms to make; every world may have the same.
  static const model::SigningKeyRecord key =
      identity::make_signing_key(scheduler_.now().utc, crypto::SignatureAlgorithm::es256);
  directory_ = identity::Directory::from({});
  keep_directory(model::RowChanges{model::Row(key)});
  enter_tenant("sim.test");
  start_shards();
}

World::~World() = default;

void World::enter_tenant(std::string domain) {
  const auto tenant =
      identity::create_tenant({*directory_, now().utc, random_}, {domain, domain, {}});
  tenant_ = tenant->record.id;
  keep_directory(tenant->rows);
}

void World::keep_directory(const model::RowChanges& rows) {
  store_.commit(rows);
  directory_ = directory_->with(rows);
  for (platform::ShardIndex i = 0; i < shards_.size(); ++i)
    input(i, platform::DirectoryChanged{directory_});
}

void World::start_shards() {
  shards_.clear();
  locator_ = {};
  directory_ = store_.directory();
  static const auto certificate =
      std::make_shared<const crypto::Certificate>(crypto::Certificate::generate_self_signed(now()));
  static const media::SharedPrompt beep =
      media::make_beep({.codecs = {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}});
  for (platform::ShardIndex i = 0; i < options_.shards; ++i) {
    platform::ShardOptions shard = options_.shard;
    shard.index = i;
    shard.bridge.leg.local_addresses = {shard_address(i)};
    shard.bridge.leg.certificate = certificate;
    shard.bridge.leg.cname = "parley";
    shard.bridge.beep = beep;
    auto slot = std::make_unique<ShardSlot>();
    slot->shard = std::make_unique<platform::Shard>(
        std::move(shard),
        platform::ShardContext{random_, counters_, options_.log ? *options_.log : no_log_},
        directory_);
    shards_.push_back(std::move(slot));
  }
  model::RecoveryRecords left = store_.recovery();
  for (model::RecordingRecord& recording : left.recordings) {
    const auto file = files_.find(recording.file_name);
    const std::size_t size = file == files_.end() ? 0 : file->second.size();
    recording.bytes = size - std::min(size, wire::kWavHeaderSize);
  }
  shards_[0]->shard->recover(now(), std::move(left));
  pump(0);
}

void World::crash() {
  ++crashes_;
  ++epoch_;
  shards_.clear();
  requests_.clear();
  const auto broken = std::exchange(connections_, {});
  scheduler_.after(kRestart, [this] {
    store_.restart();
    start_shards();
  });
  for (const auto& [connection, owner] : broken) {
    owner.first->connection_.reset();
    owner.first->agent_.socket_lost(now(), "the server is gone");
    owner.first->pump();
  }
}

void World::later(Duration delay, std::function<void()> action) {
  scheduler_.after(delay, [this, epoch = epoch_, action = std::move(action)] {
    if (epoch == epoch_) action();
  });
}

void World::input(platform::ShardIndex index, platform::ShardInput input) {
  if (shards_.empty()) return;
  shards_[index]->shard->handle_input(now(), std::move(input));
  pump(index);
}

void World::load(std::uint32_t busy_percent) {
  for (platform::ShardIndex i = 0; i < shards_.size(); ++i)
    input(i, platform::ThreadLoad{busy_percent});
}

void World::pump(platform::ShardIndex index) {
  const std::uint64_t epoch = epoch_;
  platform::Shard& shard = *shards_[index]->shard;
  while (auto event = shard.poll_event()) {
    perform(index, std::move(*event));
    if (epoch != epoch_) return;
  }
  while (auto transmit = shard.poll_transmit()) send_datagram(*transmit);
  arm_timer(index);
}

void World::arm_timer(platform::ShardIndex index) {
  ShardSlot& slot = *shards_[index];
  const std::uint64_t mine = ++slot.timer;
  const auto deadline = slot.shard->next_deadline();
  if (!deadline) return;
  scheduler_.at(deadline->at, [this, epoch = epoch_, index, mine] {
    if (epoch != epoch_ || shards_[index]->timer != mine) return;
    shards_[index]->shard->handle_timeout(now());
    pump(index);
  });
}

void World::perform(platform::ShardIndex from, platform::ShardEvent event) {
  struct Performer {
    World& world;
    platform::ShardIndex from;
    void operator()(platform::Commit& commit) { world.perform_commit(from, std::move(commit)); }
    void operator()(platform::HttpAnswer& answer) {
      const auto found = world.requests_.find(answer.request);
      if (found == world.requests_.end()) return;
      const auto then = std::move(found->second);
      world.requests_.erase(found);
      ApiAnswer told{answer.reply.status, answer.reply.headers, {}};
      if (auto body = model::parse_json(answer.reply.body)) told.body = std::move(*body);
      then(told);
    }
    void operator()(platform::SendToClient& send) {
      const auto found = world.connections_.find(send.connection);
      if (found == world.connections_.end()) return;
      Caller* caller = found->second.first;
      world.later(kNetwork, [caller, connection = send.connection, text = std::move(send.text)] {
        if (caller->connection_ == connection && !caller->is_deaf_) caller->take_message(text);
      });
    }
    void operator()(platform::CloseClient& close) {
      const auto found = world.connections_.find(close.connection);
      if (found == world.connections_.end()) return;
      Caller* caller = found->second.first;
      world.connections_.erase(found);
      if (caller->connection_ != close.connection) return;
      caller->connection_.reset();
      caller->agent_.socket_lost(world.now(), "closed by the server");
      caller->pump();
    }
    void operator()(platform::SendWebhook& send) { world.perform_webhook(from, std::move(send)); }
    void operator()(platform::CancelWebhook&) {}
    void operator()(platform::FetchPrompt& fetch) { world.perform_fetch(from, fetch); }
    void operator()(platform::EncodePrompt& encode) { world.perform_encode(from, encode); }
    void operator()(platform::CheckPassword&) {}
    void operator()(platform::HashPassword&) {}
    void operator()(platform::MakeSigningKey& make) { world.perform_make_key(from, make); }
    void operator()(platform::AppendRecording& append) { world.perform_append(append); }
    void operator()(platform::FinishRecording& finish) {
      Bytes& file = world.files_[finish.name];
      std::copy_n(finish.header.begin(), std::min(finish.header.size(), file.size()), file.begin());
    }
    void operator()(platform::DeleteRecording& remove) { world.files_.erase(remove.name); }
    void operator()(platform::CallLocated& located) {
      world.locator_.put(located.call, located.shard);
    }
    void operator()(platform::CallForgotten& forgotten) { world.locator_.erase(forgotten.call); }
    void operator()(platform::PublishDirectory& publish) {
      world.directory_ = publish.directory;
      for (platform::ShardIndex i = 0; i < world.shards_.size(); ++i) {
        if (i == from) continue;
        world.later({}, [w = &world, i, directory = publish.directory] {
          w->input(i, platform::DirectoryChanged{directory});
        });
      }
    }
    void operator()(platform::ToShard& message) {
      world.later({}, [w = &world, to = message.shard, value = std::move(message.message)] {
        std::visit([&](const auto& inner) { w->input(to, inner); }, value);
      });
    }
  };
  std::visit(Performer{*this, from}, event);
}

bool World::crashes_now() const {
  const std::uint64_t first = options_.crash_after_commit;
  const std::uint64_t again = options_.crash_again_after;
  if (first == 0) return false;
  return memory_.commits() == first || (again != 0 && memory_.commits() == first + again);
}

void World::perform_append(const platform::AppendRecording& append) {
  Bytes& file = files_[append.name];
  if (is_disk_full_)
    return later({}, [this, from = append.from, operation = append.operation, size = file.size()] {
      input(from, platform::RecordingBroken{operation, "No space left on device", size});
    });
  file.insert(file.end(), append.bytes.begin(), append.bytes.end());
}

void World::perform_commit(platform::ShardIndex from, platform::Commit commit) {
  later(options_.commit_delay, [this, from, commit = std::move(commit)]() mutable {
    for (model::TimelineRecord& line : commit.timeline)
      commit.rows.emplace_back(model::Row(std::move(line)));
    if (lost_commits_ > 0) {
      --lost_commits_;
      return input(from, platform::CommitLost{commit.batch});
    }
    const bool kept = store_.commit(commit.rows);
    if (store_.is_dead() || crashes_now()) return crash();
    if (kept)
      input(from, platform::Committed{commit.batch});
    else
      input(from, platform::CommitLost{commit.batch});
  });
}

void World::perform_webhook(platform::ShardIndex from, platform::SendWebhook send) {
  Bot* bot = nullptr;
  for (const auto& candidate : bots_)
    if (send.request.url.starts_with(candidate->callback_uri)) bot = candidate.get();
  if (!bot) {
    later(kNetwork, [this, from, attempt = send.attempt] {
      input(from, platform::WebhookAnswered{attempt, {0, "connection refused", ""}});
    });
    return;
  }
  // Not `later`: what was sent arrives although the sender dies.
  scheduler_.after(kNetwork, [this, from, bot, send = std::move(send), epoch = epoch_] {
    bot->deliveries.push_back(read_delivery(send.request, now().monotonic));
    const Delivery delivery = bot->deliveries.back();
    log_notification(delivery, send.request);
    const WebhookReply reply = bot->on_delivery ? bot->on_delivery(delivery) : WebhookReply{};
    const Duration answered = reply.status == 0 ? send.timeout : reply.delay;
    notify::AttemptResult result{reply.status, reply.status == 0 ? "timed out" : "",
                                 reply.location};
    if (epoch != epoch_) return;
    later(answered, [this, from, attempt = send.attempt, result] {
      input(from, platform::WebhookAnswered{attempt, result});
    });
  });
}

void World::perform_fetch(platform::ShardIndex from, const platform::FetchPrompt& fetch) {
  ++fetches_[fetch.url];
  platform::PromptFetched fetched{.job = fetch.job,
                                  .status = 0,
                                  .error = {},
                                  .body = {},
                                  .etag = {},
                                  .last_modified = {},
                                  .max_age = {}};
  const auto found = hosted_.find(fetch.url);
  if (found == hosted_.end()) {
    fetched.error = "connection refused";
  } else {
    const bool unchanged = found->second.first == 200 && !fetch.etag.empty();
    fetched.status = unchanged ? 304 : found->second.first;
    fetched.etag = "\"1\"";
    if (!unchanged) fetched.body = std::string(as_text(found->second.second));
  }
  later(std::chrono::milliseconds(20),
        [this, from, fetched = std::move(fetched)] { input(from, fetched); });
}

void World::perform_encode(platform::ShardIndex from, const platform::EncodePrompt& encode) {
  auto prompt = media::encode_wav_prompt(as_bytes(encode.wav), {});
  platform::PromptEncoded encoded{encode.job, prompt ? *prompt : nullptr,
                                  prompt ? "" : prompt.error().text};
  later(std::chrono::milliseconds(10),
        [this, from, encoded = std::move(encoded)] { input(from, encoded); });
}

void World::perform_make_key(platform::ShardIndex from, const platform::MakeSigningKey& make) {
  input(from, platform::SigningKeyMade{identity::make_signing_key(now().utc, make.algorithm)});
}

void World::send_datagram(const Transmit& transmit) {
  if (link_.loses()) return;
  const int copies = link_.duplicates() ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    scheduler_.after(link_.delay(), [this, local = transmit.local, remote = transmit.remote,
                                     bytes = to_bytes(transmit.packet.view())]() mutable {
      if (const auto caller = caller_addresses_.find(remote); caller != caller_addresses_.end()) {
        caller->second->agent_.handle_input(now(), caller->second->address_, local, bytes);
        return caller->second->pump();
      }
      for (platform::ShardIndex index = 0; index < shards_.size(); ++index) {
        if (shard_address(index) != remote) continue;
        shards_[index]->shard->handle_datagram(now(), remote, local, bytes);
        return pump(index);
      }
    });
  }
}

void World::run_for(Duration duration) {
  const Instant end = now() + duration;
  while (scheduler_.run_one(end)) {
  }
}

bool World::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = now() + limit;
  while (!condition())
    if (!scheduler_.run_one(end)) return condition();
  return true;
}

std::size_t World::live_calls() const {
  std::size_t calls = 0;
  for (const auto& slot : shards_) calls += slot->shard->call_count();
  return calls;
}

}  // namespace parley::sim
