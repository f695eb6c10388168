#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "model/client_messages.hpp"

namespace parley::server {

/// Everything that an operator can set. `settings()` names, explains and gives a default to each
/// member; nothing else does.
struct Configuration {
  std::string public_url;
  std::string data;
  bool demo = false;
  std::uint32_t shards = 0;
  std::uint32_t workers = 0;
  std::uint32_t drain_seconds = 0;
  std::string web_root;
  std::string log_level;

  std::vector<std::string> listen_https;  ///< at least one; the first is where we call ourselves
  std::string listen_page;
  std::string listen_metrics;
  std::vector<std::string> trusted_proxies;

  std::string tls_certificate;
  std::string tls_key;
  std::string tls_extra_authorities;

  std::vector<std::string> media_bind;
  std::vector<std::string> media_advertise;
  std::vector<model::IceServer> ice_servers;

  bool webhooks_allow_loopback = false;
  bool webhooks_allow_private = false;
  std::uint32_t webhooks_attempt_seconds = 0;
  std::uint32_t webhooks_first_backoff_milliseconds = 0;
  std::uint32_t webhooks_largest_backoff_seconds = 0;
  std::uint32_t webhooks_incoming_first_backoff_milliseconds = 0;
  std::uint32_t webhooks_incoming_largest_backoff_seconds = 0;
  std::uint32_t webhooks_after_end_minutes = 0;
  std::uint32_t webhooks_last_after_end_minutes = 0;
  std::string webhooks_issuer;
  std::string tokens_issuer;
  std::uint32_t tokens_signing_key_days = 0;

  std::uint32_t calling_answer_seconds = 0;
  std::uint32_t calling_establish_seconds = 0;
  std::uint32_t calling_keep_alive_minutes = 0;
  std::uint32_t clients_resume_seconds = 0;

  std::uint32_t retention_call_days = 0;
  std::uint32_t retention_timeline_days = 0;
  std::uint32_t retention_notification_days = 0;
  std::uint32_t retention_recording_minutes = 0;

  std::uint32_t limits_calls_per_shard = 0;
  std::uint32_t limits_busy_percent = 0;
  std::uint32_t limits_connections = 0;
  std::uint32_t limits_connections_per_source = 0;
  std::uint32_t limits_sessions_per_user = 0;
  std::uint32_t limits_reserved_disk_mb = 0;
};

/// What a number may be, both ends included.
struct Range {
  std::uint32_t least = 0;
  std::uint32_t most = 0;

  bool holds(std::int64_t value) const { return value >= least && value <= most; }
  std::string text() const { return std::to_string(least) + " to " + std::to_string(most); }
};

/// One key of the configuration file.
struct Setting {
  using Member =
      std::variant<std::string Configuration::*, std::vector<std::string> Configuration::*,
                   bool Configuration::*, std::uint32_t Configuration::*,
                   std::vector<model::IceServer> Configuration::*>;

  std::string_view name;      ///< dotted: `listen.https` is `https` in the table `[listen]`
  std::string_view fallback;  ///< the default, in TOML
  std::string_view meaning;   ///< a sentence for the operator
  Member member;
  Range range{};  ///< of a number
};

/// All of them, in the order in which they are documented.
std::span<const Setting> settings();

/// A TOML file that holds every key with its meaning and its default.
std::string configuration_reference();

/// Where a configuration comes from. Later sources win: defaults, then the demo's own or the file,
/// then the flags.
struct ConfigurationSources {
  /// The path and text of `--config`; absent: the demo configuration.
  std::optional<std::pair<std::string, std::string>> file{};
  /// Key and TOML value, such as `{"listen.https", "\"127.0.0.1:0\""}`.
  std::vector<std::pair<std::string, std::string>> flags{};
};

/// Reads and checks. The error names the key, the source and the remedy; for an unknown key it
/// names the nearest known one.
Result<Configuration, std::string> read_configuration(const ConfigurationSources& sources);

/// A TOML basic string.
std::string toml_string(std::string_view text);

}  // namespace parley::server
