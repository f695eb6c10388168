#include "server/server.hpp"

#include <sched.h>

#include <algorithm>
#include <filesystem>
#include <new>
#include <system_error>

#include "media/beep.hpp"
#include "model/json.hpp"
#include "server/bootstrap.hpp"
#include "server/configuration_check.hpp"
#include "server/event_router.hpp"
#include "server/file_io.hpp"
#include "server/http_front.hpp"
#include "server/listeners.hpp"
#include "server/part_options.hpp"
#include "server/shard_thread.hpp"
#include "wire/wav.hpp"

namespace parley::server {
namespace {

using platform::ShardIndex;

constexpr Duration kPublishInterval = std::chrono::seconds(1);

/// Those that this process may use: a container, or its operator, may have given it fewer than the
/// machine has.
std::uint32_t usable_cores() {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&cores)));
}

ShardIndex shard_count(const Configuration& configuration) {
  const std::uint32_t cores = usable_cores();
  return configuration.shards == 0 ? std::min(cores, kMaxShards) : configuration.shards;
}

std::vector<SocketAddress> media_addresses(const Configuration& configuration, ShardIndex shard) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : configuration.media_bind) {
    SocketAddress address = *SocketAddress::parse(text);
    if (address.port != 0) address.port = static_cast<std::uint16_t>(address.port + shard);
    addresses.push_back(address);
  }
  return addresses;
}

Result<std::shared_ptr<net::ServerTls>, std::string> server_tls(const Configuration& configuration,
                                                                const DataFolder& folder,
                                                                const Now& now) {
  if (!configuration.tls_certificate.empty())
    return net::ServerTls::load(configuration.tls_certificate, configuration.tls_key);
  if (auto made = folder.make_certificate(now, server_names(configuration.public_url)); !made)
    return Failure{made.error()};
  return net::ServerTls::load(folder.certificate(), folder.key());
}

constexpr const char* kMoreRoom =
    ". Give the service more: TasksMax= and MemoryMax= of its unit, `ulimit -u` and `ulimit -v`.";

/// For scripts that let the system choose the ports.
std::string ports_text(const ServerAddresses& addresses) {
  boost::json::object ports{{"url", addresses.public_url}, {"https", addresses.https.text()}};
  if (addresses.page) ports["page"] = addresses.page->text();
  if (addresses.metrics) ports["metrics"] = addresses.metrics->text();
  boost::json::array media;
  for (const SocketAddress& address : addresses.media)
    media.push_back(boost::json::string(address.text()));
  ports["media"] = std::move(media);
  return model::write_json(model::Json(std::move(ports))) + "\n";
}

}  // namespace

/// All parts, in the order in which they need one another; destroyed in the reverse one, after
/// `stop` has ended the threads that post to them.
struct Server::Parts {
  Parts(const Configuration& given, LogSink& sink, LinesDropped lines_dropped, DataFolder opened)
      : configuration(given),
        log(sink),
        log_lines_dropped(std::move(lines_dropped)),
        folder(std::move(opened)) {}
  ~Parts() { stop(); }

  Result<void, std::string> open();
  Result<void, std::string> open_store();
  Result<void, std::string> listen();
  void make_outbound(std::shared_ptr<const net::ClientTls> client_tls);
  Result<void, std::string> make_shards();
  void make_front();
  platform::ShardOptions options_of_shard(ShardIndex index) const;
  /// How much sound the recording's file holds.
  std::uint64_t sound_bytes(const model::RecordingRecord& recording) const;
  void run();
  void stop();
  void publish();
  Metrics::Values numbers() const;

  const Configuration configuration;
  LogSink& log;
  const LinesDropped log_lines_dropped;
  const DataFolder folder;
  crypto::SystemRandom random;
  Metrics metrics;
  ServerState state;
  ServerAddresses addresses;
  ResponderTable responders;
  SharedLocator locator;
  platform::GatewayOptions gateway;
  StaticFiles page;
  std::shared_ptr<const crypto::Certificate> media_certificate;
  media::SharedPrompt beep;

  LoopThread front_thread;
  LoopThread outbound_thread;
  std::shared_ptr<net::ServerTls> tls;
  std::optional<store::SqliteStore> store;
  std::optional<store::StoreReader> reader;   ///< the writer's
  std::optional<SharedReader> shared_reader;  ///< the workers'
  std::optional<Retention> retention;
  model::RecoveryRecords recovery;
  std::vector<std::string> demo_users;
  std::optional<DirectoryBoard> directory;

  std::vector<std::unique_ptr<ShardThread>> shards;
  const PostToShard post = [this](ShardIndex shard, platform::ShardInput input) {
    shards[shard]->mailbox().post(std::move(input));
  };
  std::optional<WorkerPool> workers;
  std::optional<ShardJobs> jobs;
  std::optional<RecordingFiles> recordings;
  std::optional<RecordingDoor> recording_door;
  std::optional<CallReportDoor> report_door;
  std::optional<SetAsideDoor> set_aside_door;
  std::optional<WriterThread> writer;
  std::optional<WebhookSender> webhooks;
  std::optional<PromptFetcher> prompts;
  std::optional<ClientFront> clients;
  std::optional<HttpFront> front;
  std::optional<EventRouter> router;
  std::unique_ptr<Listeners> listeners;
  std::optional<net::Timer> publishing;
};

Result<void, std::string> Server::Parts::open() {
  if (auto done = open_store(); !done) return done;
  if (auto done = listen(); !done) return done;
  auto client_tls = net::ClientTls::load(configuration.tls_extra_authorities);
  if (!client_tls) return Failure{client_tls.error()};
  make_outbound(std::move(*client_tls));
  if (auto done = make_shards(); !done) return done;
  make_front();
  return write_file(folder.ports(), ports_text(addresses), kPublicMode);
}

Result<void, std::string> Server::Parts::open_store() {
  const Now now = net::read_clocks();
  auto made = bootstrap(folder, configuration.demo, now, random);
  if (!made) return Failure{made.error()};
  auto second_reader = store::StoreReader::open(folder.database());
  if (!second_reader) return Failure{second_reader.error().text};
  store = std::move(made->store);
  reader = std::move(made->reader);
  retention.emplace(retention_options(configuration, folder.recordings()), *store, *reader, log);
  recovery = std::move(made->recovery);
  demo_users = std::move(made->demo_user_names);
  directory.emplace(std::move(made->directory));
  const std::size_t removed = remove_unknown_recordings(folder.recordings(), recovery.recordings);
  if (removed > 0)
    log.write(LogLevel::info, "unknown_recordings_removed", {{"count", std::to_string(removed)}});
  const std::size_t mended = repair_recordings(folder.recordings(), log);
  if (mended > 0)
    log.write(LogLevel::info, "recordings_mended", {{"count", std::to_string(mended)}});
  for (model::RecordingRecord& recording : recovery.recordings)
    recording.bytes = sound_bytes(recording);
  workers.emplace(configuration.workers);
  jobs.emplace(*workers, post, log);
  recordings.emplace(recording_options(configuration, folder.recordings()), post, log);
  writer.emplace(WriterOptions{},
                 WriterThread::Store{[this](std::span<const model::RowChanges> batches) {
                                       return store->commit(batches);
                                     },
                                     [this] { return store->probe(); },
                                     [this] {
                                       return retention->run(net::read_clocks().utc);
                                     }},
                 post, log);
  media_certificate =
      std::make_shared<const crypto::Certificate>(crypto::Certificate::generate_self_signed(now));
  beep = media::make_beep({.codecs = {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}});
  page = StaticFiles::load(configuration.web_root);
  auto served = server_tls(configuration, folder, now);
  if (!served) return Failure{served.error()};
  tls = std::move(*served);
  shared_reader.emplace(std::move(*second_reader), log);
  return {};
}

std::uint64_t Server::Parts::sound_bytes(const model::RecordingRecord& recording) const {
  std::error_code error;
  const auto size =
      std::filesystem::file_size(folder.recordings() + "/" + recording.file_name, error);
  return error || size <= wire::kWavHeaderSize ? 0 : size - wire::kWavHeaderSize;
}

Result<void, std::string> Server::Parts::listen() {
  auto opened = Listeners::open(front_thread.loop(), configuration, tls, metrics,
                                [this](net::HttpRequest&& request, net::Responder responder) {
                                  front->handle(std::move(request), responder);
                                });
  if (!opened) return Failure{opened.error()};
  listeners = std::move(*opened);
  addresses.https = listeners->https();
  addresses.page = listeners->page();
  addresses.metrics = listeners->metrics();
  addresses.public_url = configuration.public_url.empty() ? "https://" + addresses.https.text()
                                                          : configuration.public_url;
  gateway.identity = identity_options(configuration, addresses.public_url);
  gateway.administrator.emplace(folder.admin_token());
  gateway.api = {.public_url = addresses.public_url, .reachable = outbound_policy(configuration)};
  return {};
}

void Server::Parts::make_outbound(std::shared_ptr<const net::ClientTls> client_tls) {
  const OutboundOptions outbound{.policy = outbound_policy(configuration),
                                 .tls = std::move(client_tls)};
  webhooks.emplace(outbound_thread.loop(), outbound, post, log);
  prompts.emplace(outbound_thread.loop(), PromptFetcherOptions{.outbound = outbound}, post, log);
}

platform::ShardOptions Server::Parts::options_of_shard(ShardIndex index) const {
  platform::ShardOptions options = shard_options(configuration);
  options.index = index;
  options.api = gateway.api;
  options.identity = gateway.identity;
  options.bridge.beep = beep;
  options.bridge.leg.certificate = media_certificate;
  options.bridge.leg.cname = "parley";
  return options;
}

Result<void, std::string> Server::Parts::make_shards() {
  std::vector<IpAddress> advertise;
  for (const std::string& text : configuration.media_advertise)
    advertise.push_back(*IpAddress::parse(text));
  for (ShardIndex index = 0; index < shard_count(configuration); ++index) {
    auto made = ShardThread::make({.shard = options_of_shard(index),
                                   .bind = media_addresses(configuration, index),
                                   .advertise = advertise},
                                  directory->current(), metrics, log);
    if (!made) return Failure{made.error()};
    for (const SocketAddress& address : (*made)->local_addresses())
      addresses.media.push_back(address);
    shards.push_back(std::move(*made));
  }
  return {};
}

void Server::Parts::make_front() {
  const auto offer = [this](ShardIndex shard, platform::ShardInput input) {
    return shards[shard]->mailbox().offer(std::move(input));
  };
  recording_door.emplace(gateway.identity, *directory, *workers, *shared_reader,
                         folder.recordings());
  report_door.emplace(*workers, *shared_reader);
  const auto offer_media = [this](ShardIndex shard, platform::ShardInput input) {
    return shards[shard]->mailbox().offer_media(std::move(input));
  };
  set_aside_door.emplace(SetAsideParts{*workers, *shared_reader, locator, responders, offer});
  clients.emplace(ClientFrontOptions{.identity = gateway.identity,
                                     .shards = static_cast<ShardIndex>(shards.size())},
                  ClientFrontParts{front_thread.loop(), *directory, state, offer, post});
  front.emplace(
      gateway, demo_users,
      HttpFrontParts{front_thread.loop(), *directory, locator, state, responders, *recording_door,
                     *report_door, *set_aside_door, *clients, page, offer});
  router.emplace(EventTargets{*writer, responders, *clients, *webhooks, *prompts, *jobs,
                              *recordings, locator, *directory, offer_media, post,
                              static_cast<ShardIndex>(shards.size())});
}

/// The first shard starts last of them: what it recovers may concern the others.
void Server::Parts::run() {
  const auto on_event = [this](ShardIndex from, platform::ShardEvent event) {
    router->route(from, std::move(event));
  };
  for (std::size_t i = shards.size() - 1; i > 0; --i) shards[i]->start(on_event, {});
  shards.front()->start(on_event, std::move(recovery));
  front_thread.loop().post([this] {
    publishing.emplace(front_thread.loop(), [this] { publish(); });
    publish();
  });
  outbound_thread.start();
  front_thread.start();
}

void Server::Parts::stop() {
  front_thread.stop();
  for (const auto& shard : shards) shard->stop();
  outbound_thread.stop();
  writer.reset();
  recordings.reset();
  workers.reset();
}

Metrics::Values Server::Parts::numbers() const {
  return {{"client_connections", static_cast<double>(clients->connections())},
          {"store_commits_waiting", static_cast<double>(writer->waiting())},
          {"store_commits_total", static_cast<double>(writer->committed())},
          {"store_commits_lost_total", static_cast<double>(writer->lost())},
          {"timeline_lines_shed_total", static_cast<double>(writer->timeline_lines_shed())},
          {"worker_jobs_waiting", static_cast<double>(workers->waiting())},
          {"recording_bytes_waiting", static_cast<double>(recordings->waiting_bytes())},
          {"recording_failures_total", static_cast<double>(recordings->failures())},
          {"http_answers_waiting", static_cast<double>(responders.size())},
          {"log_lines_dropped_total", static_cast<double>(log_lines_dropped())}};
}

void Server::Parts::publish() {
  state.store_healthy = writer->healthy();
  metrics.publish("server", "", numbers());
  listeners->publish(metrics);
  outbound_thread.loop().post([this] {
    Metrics::Values values;
    for (const auto& counters : {webhooks->counters().all(), prompts->counters().all()})
      for (const auto& [name, value] : counters) values[name] = static_cast<double>(value);
    values["webhook_attempts_in_flight"] = static_cast<double>(webhooks->in_flight());
    values["prompt_fetches_waiting"] = static_cast<double>(prompts->waiting());
    metrics.publish("outbound", "", std::move(values));
  });
  publishing->set(front_thread.loop().now() + kPublishInterval);
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>, std::string> Server::start(const Configuration& configuration,
                                                           LogSink& log,
                                                           LinesDropped log_lines_dropped) {
  crypto::SystemRandom random;
  auto folder = DataFolder::open(configuration.data, random);
  if (!folder) return Failure{folder.error()};
  try {
    auto parts = std::make_unique<Parts>(configuration, log, std::move(log_lines_dropped),
                                         std::move(*folder));
    if (auto opened = parts->open(); !opened) return Failure{opened.error()};
    parts->run();
    return std::unique_ptr<Server>(new Server(std::move(parts)));
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) throw;
    return Failure{std::string("The system gives no thread") + kMoreRoom};
  } catch (const std::bad_alloc&) {
    return Failure{std::string("The system gives no memory") + kMoreRoom};
  }
}

const ServerAddresses& Server::addresses() const {
  return parts_->addresses;
}

void Server::drain() {
  parts_->state.draining = true;
}

std::size_t Server::calls() const {
  std::size_t sum = 0;
  for (const auto& shard : parts_->shards) sum += shard->calls();
  return sum;
}

void Server::end_calls() {
  for (ShardIndex shard = 0; shard < parts_->shards.size(); ++shard)
    parts_->post(shard, platform::EndCalls{});
}

std::size_t Server::webhook_lanes() const {
  std::size_t sum = 0;
  for (const auto& shard : parts_->shards) sum += shard->webhook_lanes();
  return sum;
}

void Server::close_clients() {
  parts_->clients->close_all();
}

std::size_t Server::clients() const {
  return parts_->clients->connections();
}

Result<void, std::string> Server::reload_certificate() {
  return parts_->tls->reload();
}

}  // namespace parley::server
