#include "server/part_options.hpp"

#include <utility>

namespace parley::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

calling::CallingOptions calling_options(const Configuration& configuration) {
  calling::CallingOptions options;
  options.answer_window = seconds(configuration.calling_answer_seconds);
  options.establish_window = seconds(configuration.calling_establish_seconds);
  options.keep_alive_window = minutes(configuration.calling_keep_alive_minutes);
  return options;
}

notify::RetryOptions retry_options(const Configuration& c) {
  notify::RetryOptions options;
  options.attempt_timeout = seconds(c.webhooks_attempt_seconds);
  options.incoming_window = seconds(c.calling_answer_seconds);
  options.incoming_first_delay = milliseconds(c.webhooks_incoming_first_backoff_milliseconds);
  options.incoming_max_delay = seconds(c.webhooks_incoming_largest_backoff_seconds);
  options.first_delay = milliseconds(c.webhooks_first_backoff_milliseconds);
  options.max_delay = seconds(c.webhooks_largest_backoff_seconds);
  options.after_end = minutes(c.webhooks_after_end_minutes);
  options.last_after_end = minutes(c.webhooks_last_after_end_minutes);
  return options;
}

}  // namespace

identity::IdentityOptions identity_options(const Configuration& configuration,
                                           const std::string& public_url) {
  identity::IdentityOptions options{.public_url = public_url};
  if (!configuration.tokens_issuer.empty()) options.issuer = configuration.tokens_issuer;
  if (!configuration.webhooks_issuer.empty())
    options.webhook_issuer = configuration.webhooks_issuer;
  options.signing_key_lifetime = std::chrono::days(configuration.tokens_signing_key_days);
  return options;
}

RetentionOptions retention_options(const Configuration& configuration,
                                   const std::string& recordings_folder) {
  return {.calls = std::chrono::days(configuration.retention_call_days),
          .timelines = std::chrono::days(configuration.retention_timeline_days),
          .notifications = std::chrono::days(configuration.retention_notification_days),
          .recordings_folder = recordings_folder};
}

RecordingFilesOptions recording_options(const Configuration& configuration, std::string folder) {
  RecordingFilesOptions options;
  options.folder = std::move(folder);
  options.reserved_bytes = std::uintmax_t{configuration.limits_reserved_disk_mb} << 20;
  return options;
}

platform::ShardOptions shard_options(const Configuration& configuration) {
  platform::ShardOptions options;
  options.calling = calling_options(configuration);
  options.webhooks = retry_options(configuration);
  options.resume_window = seconds(configuration.clients_resume_seconds);
  options.recording_retention = minutes(configuration.retention_recording_minutes);
  options.max_calls = configuration.limits_calls_per_shard;
  options.max_busy_percent = configuration.limits_busy_percent;
  options.max_sessions_per_user = configuration.limits_sessions_per_user;
  options.ice_servers = configuration.ice_servers;
  return options;
}

AddressPolicy outbound_policy(const Configuration& configuration) {
  return {.allow_loopback = configuration.webhooks_allow_loopback,
          .allow_private = configuration.webhooks_allow_private};
}

}  // namespace parley::server
