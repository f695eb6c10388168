#include "server/configuration.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <numeric>
#include <sstream>

#include "server/configuration_check.hpp"

namespace parley::server {
namespace {

using C = Configuration;

constexpr Setting kSettings[] = {
    {"public_url", "\"\"",
     "What the world calls this server, such as https://calls.example.com; issuer of tokens, base "
     "of "
     "links. Empty: https:// and the address of listen.https, which is then loopback.",
     &C::public_url},
    {"data", "\"./parley-data\"",
     "The folder of the database, keys, certificates, the administrator's token and recordings.",
     &C::data},
    {"demo", "false",
     "Make a demo tenant with three users and two bots when there is no tenant; loopback only.",
     &C::demo},
    {"shards", "0", "Threads that carry calls and media; 0: one per core.", &C::shards},
    {"workers", "2", "Threads for prompts, passwords and reads of the store.", &C::workers},
    {"drain_seconds", "30", "After SIGTERM, how long running calls may go on.", &C::drain_seconds},
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
    {"webhooks.allow_loopback", "false",
     "Webhooks and prompts may be on this host, also by plain http.", &C::webhooks_allow_loopback},
    {"webhooks.allow_private", "false", "Webhooks and prompts may be on private networks.",
     &C::webhooks_allow_private},
    {"webhooks.issuer", "\"\"", "The issuer of webhook tokens, for bots that pin one.",
     &C::webhooks_issuer},
    {"tokens.issuer", "\"\"",
     "The issuer of access tokens, for bots that pin one; may hold {tenantid}.", &C::tokens_issuer},
    {"retention.call_days", "7", "How long an ended call stays in the store.",
     &C::retention_call_days},
    {"retention.timeline_days", "7", "How long its timeline stays.", &C::retention_timeline_days},
    {"retention.notification_days", "7",
     "How long a delivered or set-aside notification stays in the store.",
     &C::retention_notification_days},
    {"retention.recording_minutes", "10", "How long a recording stays after its call's end.",
     &C::retention_recording_minutes},
    {"limits.calls_per_shard", "5000", "Calls at once on a shard; a further one is refused.",
     &C::limits_calls_per_shard},
    {"limits.connections", "10000", "HTTP and WebSocket connections in all.",
     &C::limits_connections},
    {"limits.connections_per_source", "256", "Connections from one address.",
     &C::limits_connections_per_source},
};

/// What differs without a configuration file.
constexpr std::string_view kDemoConfiguration = R"(demo = true
listen.page = "127.0.0.1:8080"
webhooks.allow_loopback = true
)";

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string_view nearest_name(std::string_view name) {
  return std::ranges::min_element(
             kSettings, {},
             [&](const Setting& setting) { return edit_distance(name, setting.name); })
      ->name;
}

std::string position(const toml::node& node) {
  return " (line " + std::to_string(node.source().begin.line) + ")";
}

/// Puts one TOML value into its member; false when it has another type.
struct Assign {
  Configuration& configuration;
  const toml::node& node;

  bool operator()(std::string Configuration::*member) const {
    const auto value = node.value_exact<std::string>();
    if (value) configuration.*member = *value;
    return value.has_value();
  }
  bool operator()(bool Configuration::*member) const {
    const auto value = node.value_exact<bool>();
    if (value) configuration.*member = *value;
    return value.has_value();
  }
  bool operator()(std::uint32_t Configuration::*member) const {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < 0 || *value > UINT32_MAX) return false;
    configuration.*member = static_cast<std::uint32_t>(*value);
    return true;
  }
  bool operator()(std::vector<std::string> Configuration::*member) const {
    if (const auto value = node.value_exact<std::string>()) {
      configuration.*member = {*value};
      return true;
    }
    const toml::array* array = node.as_array();
    if (!array) return false;
    std::vector<std::string> values;
    for (const toml::node& element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value) return false;
      values.push_back(*value);
    }
    configuration.*member = std::move(values);
    return true;
  }
};

std::string_view wanted_type(const Setting& setting) {
  constexpr std::string_view kTypes[] = {"a string", "a string or a list of strings",
                                         "true or false", "a whole number from 0"};
  return kTypes[setting.member.index()];
}

/// Applies one TOML text over what is there; the error names the source.
class Layer {
 public:
  Layer(Configuration& configuration, std::string_view origin)
      : configuration_(configuration), origin_(origin) {}

  std::optional<std::string> apply(std::string_view text) {
    try {
      const toml::table table = toml::parse(text);
      return walk(table, "");
    } catch (const toml::parse_error& error) {
      std::ostringstream where;
      where << error.source().begin.line;
      return origin_ + ": line " + where.str() + ": " + std::string(error.description());
    }
  }

 private:
  std::optional<std::string> walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      const auto setting = std::ranges::find(kSettings, name, &Setting::name);
      std::optional<std::string> error;
      if (setting != std::end(kSettings))
        error = assign(*setting, node);
      else if (node.is_table() && is_section(name + "."))
        error = walk(*node.as_table(), name + ".");
      else
        error = origin_ + position(node) + ": unknown key " + name + "; did you mean " +
                std::string(nearest_name(name)) + "?";
      if (error) return error;
    }
    return std::nullopt;
  }

  static bool is_section(std::string_view prefix) {
    return std::ranges::any_of(
        kSettings, [&](const Setting& setting) { return setting.name.starts_with(prefix); });
  }

  std::optional<std::string> assign(const Setting& setting, const toml::node& node) {
    if (std::visit(Assign{configuration_, node}, setting.member)) return std::nullopt;
    return origin_ + position(node) + ": " + std::string(setting.name) + " must be " +
           std::string(wanted_type(setting));
  }

  Configuration& configuration_;
  std::string origin_;
};

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

std::string configuration_reference() {
  std::string text = "# Every key of Parley's configuration, with its default.\n";
  for (const Setting& setting : kSettings) {
    text += "\n# " + std::string(setting.meaning) + "\n";
    text += std::string(setting.name) + " = " + std::string(setting.fallback) + "\n";
  }
  return text;
}

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

Result<Configuration, std::string> read_configuration(const ConfigurationSources& sources) {
  Configuration configuration;
  std::vector<std::pair<std::string, std::string>> layers = {
      {"the defaults", configuration_reference()}};
  if (sources.file)
    layers.push_back(*sources.file);
  else
    layers.emplace_back("the demo configuration", kDemoConfiguration);
  for (const auto& [key, value] : sources.flags)
    layers.emplace_back("the command line", key + " = " + value);
  for (const auto& [origin, text] : layers)
    if (auto error = Layer(configuration, origin).apply(text)) return Failure{std::move(*error)};
  if (auto error = check(configuration)) return Failure{std::move(*error)};
  return configuration;
}

}  // namespace parley::server
