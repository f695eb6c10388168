#include "server/configuration.hpp"
#include "server/configuration_check.hpp"

namespace parley::server {
namespace {

using C = Configuration;

constexpr std::uint32_t kDay = 24 * 3600;           ///< seconds
constexpr std::uint32_t kMostRetention = 10 * 365;  ///< days
constexpr std::uint32_t kMostCalls = 1'000'000;
constexpr std::uint32_t kMostConnections = 1'000'000;

constexpr Setting kSettings[] = {
    {"public_url", "\"\"",
     "What the world calls this server, such as https://calls.example.com; issuer of tokens, base "
     "of links. Empty: https:// and the address of listen.https, which is then loopback.",
     &C::public_url},
    {"data", "\"./parley-data\"",
     "The folder of the database, keys, certificates, the administrator's token and recordings.",
     &C::data},
    {"demo", "false",
     "Make a demo tenant with three users and two bots when there is no tenant; loopback only.",
     &C::demo},
    {"shards",
     "0",
     "Threads that carry calls and media; 0: one per core.",
     &C::shards,
     {0, kMaxShards}},
    {"workers",
     "2",
     "Threads for prompts, passwords and reads of the store.",
     &C::workers,
     {1, kMaxWorkers}},
    {"drain_seconds",
     "30",
     "After SIGTERM, how long running calls may go on.",
     &C::drain_seconds,
     {0, kDay}},
    {"web_root", "\"web/dist\"", "The folder of the page that users call from; absent: no page.",
     &C::web_root},
    {"log.level", "\"info\"", "debug, info, warning or error; read again at SIGHUP.",
     &C::log_level},
    {"listen.https", "\"127.0.0.1:8443\"",
     "API, client WebSockets and page: an address and port, or a list of them.", &C::listen_https},
    {"listen.page", "\"\"",
     "The same by plain http, on loopback only (a secure context for browsers); empty: not at all.",
     &C::listen_page},
    {"listen.metrics", "\"127.0.0.1:9464\"", "Prometheus metrics at /metrics; empty: not at all.",
     &C::listen_metrics},
    {"trusted_proxies", "[]",
     "Addresses or networks (10.0.0.0/8) of reverse proxies in front of listen.…: a connection of "
     "theirs counts for the client that their X-Forwarded-For names.",
     &C::trusted_proxies},
    {"tls.certificate", "\"\"",
     "PEM file, the leaf first; empty: made by a local authority, ca.pem in the data folder. Read "
     "again at SIGHUP.",
     &C::tls_certificate},
    {"tls.key", "\"\"", "PEM file of its private key.", &C::tls_key},
    {"tls.extra_authorities", "\"\"",
     "PEM file of authorities trusted beside the system's, for webhooks and prompts.",
     &C::tls_extra_authorities},
    {"media.bind", "[\"127.0.0.1:40000\", \"[::1]:40000\"]",
     "UDP addresses of the first shard; each further shard takes the next port. Port 0: any.",
     &C::media_bind},
    {"media.advertise", "[]",
     "Addresses that clients are told instead (behind NAT), at most one per family.",
     &C::media_advertise},
    {"ice_servers", "[]",
     "STUN and TURN servers that clients are told, such as [{urls = "
     "\"turn:turn.example.com:3478\", "
     "username = \"u\", credential = \"c\"}]; for networks that let no UDP through.",
     &C::ice_servers},
    {"webhooks.allow_loopback", "false",
     "Webhooks and prompts may be on this host, also by plain http.", &C::webhooks_allow_loopback},
    {"webhooks.allow_private", "false", "Webhooks and prompts may be on private networks.",
     &C::webhooks_allow_private},
    {"webhooks.attempt_seconds",
     "10",
     "How long a bot may take to answer a notification.",
     &C::webhooks_attempt_seconds,
     {1, 60}},
    {"webhooks.first_backoff_milliseconds",
     "500",
     "The longest pause before a notification is sent again; doubled after each failure.",
     &C::webhooks_first_backoff_milliseconds,
     {1, 60'000}},
    {"webhooks.largest_backoff_seconds",
     "60",
     "Where that pause stops to grow.",
     &C::webhooks_largest_backoff_seconds,
     {1, 3600}},
    {"webhooks.incoming_first_backoff_milliseconds",
     "250",
     "The same for incoming calls, which are told only while calling.answer_seconds run.",
     &C::webhooks_incoming_first_backoff_milliseconds,
     {1, 60'000}},
    {"webhooks.incoming_largest_backoff_seconds",
     "2",
     "Where that pause stops to grow.",
     &C::webhooks_incoming_largest_backoff_seconds,
     {1, 60}},
    {"webhooks.after_end_minutes",
     "10",
     "How long after a call's end its notifications are sent again.",
     &C::webhooks_after_end_minutes,
     {1, kDay / 60}},
    {"webhooks.last_after_end_minutes",
     "240",
     "The same for its last one, which tells the end; not shorter than after_end_minutes.",
     &C::webhooks_last_after_end_minutes,
     {1, 7 * kDay / 60}},
    {"webhooks.issuer", "\"\"", "The issuer of webhook tokens, for bots that pin one.",
     &C::webhooks_issuer},
    {"tokens.issuer", "\"\"",
     "The issuer of access tokens, for bots that pin one; may hold {tenantid}.", &C::tokens_issuer},
    {"tokens.signing_key_days",
     "90",
     "How long a key signs tokens before the next one is announced.",
     &C::tokens_signing_key_days,
     {1, 3650}},
    {"calling.answer_seconds",
     "15",
     "How long a bot may take to answer, reject or redirect an incoming call.",
     &C::calling_answer_seconds,
     {1, 300}},
    {"calling.establish_seconds",
     "15",
     "How long the caller's media may take to connect once a bot has answered.",
     &C::calling_establish_seconds,
     {1, 300}},
    {"calling.keep_alive_minutes",
     "45",
     "A call without a keepAlive for this long is ended.",
     &C::calling_keep_alive_minutes,
     {1, kDay / 60}},
    {"clients.resume_seconds",
     "30",
     "How long a client that lost its connection may come back without losing its call; those of "
     "this project try for 30 s.",
     &C::clients_resume_seconds,
     {1, 3600}},
    {"retention.call_days",
     "7",
     "How long an ended call stays in the store.",
     &C::retention_call_days,
     {0, kMostRetention}},
    {"retention.timeline_days",
     "7",
     "How long its timeline stays.",
     &C::retention_timeline_days,
     {0, kMostRetention}},
    {"retention.notification_days",
     "7",
     "How long a delivered or set-aside notification stays in the store.",
     &C::retention_notification_days,
     {0, kMostRetention}},
    {"retention.recording_minutes",
     "10",
     "How long a recording stays after its call's end.",
     &C::retention_recording_minutes,
     {0, kMostRetention* kDay / 60}},
    {"limits.calls_per_shard",
     "5000",
     "Calls at once on a shard; a further one is refused.",
     &C::limits_calls_per_shard,
     {1, kMostCalls}},
    {"limits.connections",
     "10000",
     "HTTP and WebSocket connections in all.",
     &C::limits_connections,
     {1, kMostConnections}},
    {"limits.connections_per_source",
     "256",
     "Connections from one address.",
     &C::limits_connections_per_source,
     {1, kMostConnections}},
    {"limits.sessions_per_user",
     "16",
     "Sessions of one user; a further one ends the oldest without a call, or is refused.",
     &C::limits_sessions_per_user,
     {1, 1000}},
};

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

std::string configuration_reference() {
  std::string text = "# Every key of Parley's configuration, with its default.\n";
  for (const Setting& setting : kSettings) {
    text += "\n# " + std::string(setting.meaning);
    if (setting.range.most != 0) text += " Allowed: " + setting.range.text() + ".";
    text += "\n";
    text += std::string(setting.name) + " = " + std::string(setting.fallback) + "\n";
  }
  return text;
}

}  // namespace parley::server
