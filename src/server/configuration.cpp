#include "server/configuration.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <numeric>
#include <sstream>

#include "server/configuration_check.hpp"

namespace parley::server {
namespace {

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
             settings(), {},
             [&](const Setting& setting) { return edit_distance(name, setting.name); })
      ->name;
}

std::string position(const toml::node& node) {
  return " (line " + std::to_string(node.source().begin.line) + ")";
}

/// One string counts as a list of one.
std::optional<std::vector<std::string>> read_strings(const toml::node& node) {
  if (const auto value = node.value_exact<std::string>()) return std::vector{*value};
  const toml::array* array = node.as_array();
  if (!array) return std::nullopt;
  std::vector<std::string> values;
  for (const toml::node& element : *array) {
    const auto value = element.value_exact<std::string>();
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<model::IceServer> read_ice_server(const toml::node& node) {
  const toml::table* table = node.as_table();
  if (!table) return std::nullopt;
  model::IceServer server;
  for (const auto& [key, value] : *table) {
    if (key == "urls") {
      auto urls = read_strings(value);
      if (!urls) return std::nullopt;
      server.urls = std::move(*urls);
      continue;
    }
    const auto text = value.value_exact<std::string>();
    if (!text || (key != "username" && key != "credential")) return std::nullopt;
    (key == "username" ? server.username : server.credential) = *text;
  }
  return server;
}

/// Puts one TOML value into its member; false when it has another type or is out of range.
struct Assign {
  Configuration& configuration;
  const toml::node& node;
  Range range;

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
    if (!value || !range.holds(*value)) return false;
    configuration.*member = static_cast<std::uint32_t>(*value);
    return true;
  }
  bool operator()(std::vector<std::string> Configuration::*member) const {
    auto values = read_strings(node);
    if (values) configuration.*member = std::move(*values);
    return values.has_value();
  }
  bool operator()(std::vector<model::IceServer> Configuration::*member) const {
    const toml::array* array = node.as_array();
    if (!array) return false;
    std::vector<model::IceServer> servers;
    for (const toml::node& element : *array) {
      auto server = read_ice_server(element);
      if (!server) return false;
      servers.push_back(std::move(*server));
    }
    configuration.*member = std::move(servers);
    return true;
  }
};

std::string wanted(const Setting& setting) {
  constexpr std::string_view kServers =
      "a list of tables, each with urls (a string or a list of strings) and perhaps username and "
      "credential (strings)";
  constexpr std::string_view kTypes[] = {"a string", "a string or a list of strings",
                                         "true or false", "a whole number from ", kServers};
  std::string text(kTypes[setting.member.index()]);
  if (setting.range.most != 0) text += setting.range.text();
  return text;
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
      const auto setting = std::ranges::find(settings(), name, &Setting::name);
      std::optional<std::string> error;
      if (setting != settings().end())
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
        settings(), [&](const Setting& setting) { return setting.name.starts_with(prefix); });
  }

  std::optional<std::string> assign(const Setting& setting, const toml::node& node) {
    if (std::visit(Assign{configuration_, node, setting.range}, setting.member))
      return std::nullopt;
    std::string error =
        origin_ + position(node) + ": " + std::string(setting.name) + " must be " + wanted(setting);
    const auto number = node.value_exact<std::int64_t>();
    if (number && setting.range.most != 0) error += ", not " + std::to_string(*number);
    return error;
  }

  Configuration& configuration_;
  std::string origin_;
};

}  // namespace

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
